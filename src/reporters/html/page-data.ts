/** Splits a run into what the page reads at once and what it reads only when a check is opened. */
import type { Check, RunDocument } from '../../result/document.ts';
import type { Evidence } from '../../result/evidence.ts';
import { findings } from '../../result/reading.ts';
import { wireJson, type WireNumber } from '../../result/wire.ts';
import { packBytes, packText } from './compress.ts';

/** Characters of evidence in one page: with the checks themselves it stays far below 60 MB. */
const EVIDENCE_BUDGET = 28_000_000;

/** Larger runs are compressed: reading a page of tens of megabytes takes longer than unpacking it. */
const MOST_PLAIN_CHECKS = 1000;

/** Checks whose evidence is compressed, and unpacked, together. */
const BLOCK = 48;

/** The text of one script element, and what the page must know about it. */
export interface DataBlock {
  readonly id: string;
  readonly packed: boolean;
  /** Places of the checks whose evidence it holds, where it holds several. */
  readonly holds?: readonly number[];
  readonly text: Iterable<string>;
}

/** The blocks of a page: the run without evidence, then the evidence; what does not pass comes first, until the budget is spent. */
export function* pageData(
  document: RunDocument,
  { budget = EVIDENCE_BUDGET, mostPlain = MOST_PLAIN_CHECKS } = {},
): Generator<DataBlock> {
  if (document.checks.length <= mostPlain) {
    yield { id: 'run', packed: false, text: runWithoutEvidence(document) };
    yield* singly(document, budget);
    return;
  }
  const bytes = [...runWithoutEvidence(document)].map((text) => Buffer.from(text, 'utf8'));
  yield { id: 'run', packed: true, text: [packBytes(Buffer.concat(bytes))] };
  yield* together(document, budget);
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

function* singly(document: RunDocument, budget: number): Generator<DataBlock> {
  let left = budget;
  for (const { position, evidence } of byUrgency(document)) {
    const json = inlineJson(roundEvidence(evidence));
    if (json.length > left) continue;
    left -= json.length;
    yield { id: `evidence-${position}`, packed: false, text: [json] };
  }
}

function* together(document: RunDocument, budget: number): Generator<DataBlock> {
  let left = budget;
  let block: [number, Evidence][] = [];
  const packed = (): DataBlock => {
    const text = packText(wireJson(Object.fromEntries(block)));
    const holds = block.map(([position]) => position);
    block = [];
    left -= text.length;
    return { id: `evidence-of-${holds[0] ?? 0}`, packed: true, holds, text: [text] };
  };
  for (const { position, evidence } of byUrgency(document)) {
    block.push([position, roundEvidence(evidence)]);
    if (block.length === BLOCK) yield packed();
    if (left <= 0) return;
  }
  if (block.length > 0) yield packed();
}

function byUrgency(
  document: RunDocument,
): readonly { readonly evidence: Evidence; readonly position: number }[] {
  const urgent = findings(document);
  const known = new Set(urgent.map(({ position }) => position));
  const others = document.checks
    .map((check, position) => ({ check, position }))
    .filter(({ position }) => !known.has(position));
  return [...urgent, ...others].flatMap(
    ({ check, position }: { readonly check: Check; readonly position: number }) =>
      check.evidence === undefined ? [] : [{ evidence: check.evidence, position }],
  );
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
