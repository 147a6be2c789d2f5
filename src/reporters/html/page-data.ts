/** Splits a run into what the page reads at once and what it reads only when a check is opened. */
import type { Check, RunDocument } from '../../result/document.ts';
import type { Evidence } from '../../result/evidence.ts';
import { findings } from '../../result/reading.ts';
import { wireJson, type WireNumber } from '../../result/wire.ts';

/** Characters of evidence in one page: with the checks themselves it stays far below 60 MB. */
const EVIDENCE_BUDGET = 28_000_000;

export interface PageData {
  /** JSON of the run without evidence, in pieces. */
  readonly run: Iterable<string>;
  /** JSON of the evidence by place of the check; what does not pass comes first, until the budget is spent. */
  readonly evidence: Iterable<readonly [position: number, json: string]>;
}

export function pageData(document: RunDocument, budget = EVIDENCE_BUDGET): PageData {
  return { run: runWithoutEvidence(document), evidence: evidenceWithin(document, budget) };
}

function* runWithoutEvidence(document: RunDocument): Generator<string> {
  const { checks, ...head } = document;
  yield `${inlineJson(head).slice(0, -1)},"checks":[`;
  for (const [position, check] of checks.entries()) {
    const { evidence: _, ...rest } = check;
    yield `${position === 0 ? '' : ',\n'}${inlineJson(rest)}`;
  }
  yield ']}';
}

function* evidenceWithin(document: RunDocument, budget: number): Generator<readonly [number, string]> {
  let left = budget;
  for (const { check, position } of byUrgency(document)) {
    if (check.evidence === undefined) continue;
    const json = inlineJson(roundEvidence(check.evidence));
    if (json.length > left) continue;
    left -= json.length;
    yield [position, json];
  }
}

function byUrgency(document: RunDocument): readonly { readonly check: Check; readonly position: number }[] {
  const urgent = findings(document);
  const known = new Set(urgent.map(({ position }) => position));
  const others = document.checks
    .map((check, position) => ({ check, position }))
    .filter(({ position }) => !known.has(position));
  return [...urgent, ...others];
}

/** Charts need three digits; the run result keeps them all. */
function roundEvidence(evidence: Evidence): Evidence {
  const { heatMap, magnitude, axes } = evidence;
  return {
    ...evidence,
    ...(heatMap === undefined ? {} : { heatMap: { ...heatMap, cells: heatMap.cells.map(rounded) } }),
    ...(magnitude === undefined
      ? {}
      : { magnitude: { ...magnitude, maxError: magnitude.maxError.map(rounded) } }),
    ...(axes === undefined
      ? {}
      : { axes: axes.map((axis) => Object.assign({}, axis, { maxError: axis.maxError.map(rounded) })) }),
  };
}

function rounded(value: WireNumber): WireNumber {
  return typeof value === 'number' ? Number(value.toPrecision(3)) : value;
}

/** JSON that may stand inside a script element: nothing in it can end the element or open a comment. */
export function inlineJson(value: unknown): string {
  return wireJson(value).replace(/[<>&\u2028\u2029]/g, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
