/** Proposals as a change of the suite file that a person reviews: numbers replaced where they stand, nothing else touched. */
import { isMap, isScalar, isSeq, parseDocument, type Document } from 'yaml';
import type { BoundAudit } from './types.ts';

/** The suite file with the proposals in it, and those that it has no number for (expressions, profiles). */
export interface Patched {
  readonly text: string;
  readonly applied: readonly BoundAudit[];
  readonly left: readonly BoundAudit[];
}

/** `text` is YAML or JSON. */
export function applyProposals(text: string, audits: readonly BoundAudit[]): Patched {
  const document = parseDocument(text);
  const edits: { readonly from: number; readonly to: number; readonly text: string }[] = [];
  const applied: BoundAudit[] = [];
  const left: BoundAudit[] = [];
  for (const audit of audits) {
    const found = editsOf(document, audit);
    if (found.length === 0) left.push(audit);
    else applied.push(audit);
    edits.push(...found);
  }
  const ordered = edits.toSorted((one, other) => other.from - one.from);
  return {
    text: ordered.reduce((now, edit) => now.slice(0, edit.from) + edit.text + now.slice(edit.to), text),
    applied,
    left,
  };
}

function editsOf(
  document: Document,
  { bound, proposal }: BoundAudit,
): readonly { from: number; to: number; text: string }[] {
  if (proposal === null || bound.path === null || bound.expression !== null) return [];
  const isBudget = bound.metric === 'mismatches' || bound.metric === 'mismatchShare';
  const wanted = isBudget ? { atol: proposal.atol, rtol: proposal.rtol } : { [bound.metric]: proposal.limit };
  const holder = nodeAt(document, bound.path);
  return Object.entries(wanted).flatMap(([name, value]) => {
    const node = isMap(holder) ? holder.get(name, true) : undefined;
    if (value === null || !isScalar(node) || typeof node.value !== 'number' || !node.range) return [];
    const [from, to] = node.range;
    return [{ from, to, text: shortNumber(value) }];
  });
}

/** Follows keys; in the list of targets a key is the target's name. */
function nodeAt(document: Document, path: readonly string[]): unknown {
  let node: unknown = document.contents;
  for (const key of path) {
    if (isMap(node)) node = node.get(key, true);
    else if (isSeq(node)) {
      node = node.items.find(
        (item) =>
          isMap(item) && [item.get('name'), item.get('target')].find((name) => name !== undefined) === key,
      );
    } else return undefined;
  }
  return node;
}

/** `1e-5` rather than `0.00001`. */
function shortNumber(value: number): string {
  const exponential = value.toExponential().replace('e+', 'e');
  return exponential.length <= String(value).length ? exponential : String(value);
}

const CONTEXT = 3;

/** A unified diff of two texts with as many lines; empty where they are equal. Paths as `git apply` reads them. */
export function unifiedDiff(path: string, before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const changed = old.flatMap((line, at) => (line === now[at] ? [] : [at]));
  if (changed.length === 0) return '';
  const hunks: { from: number; to: number }[] = [];
  const end = old.at(-1) === '' ? old.length - 1 : old.length;
  for (const at of changed) {
    const [from, to] = [Math.max(0, at - CONTEXT), Math.min(end, at + CONTEXT + 1)];
    const last = hunks.at(-1);
    if (last !== undefined && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  }
  const lines = hunks.flatMap(({ from, to }) => [
    `@@ -${from + 1},${to - from} +${from + 1},${to - from} @@`,
    ...hunkLines(old, now, from, to),
  ]);
  return `--- a/${path}\n+++ b/${path}\n${lines.join('\n')}\n`;
}

function hunkLines(
  old: readonly string[],
  now: readonly string[],
  from: number,
  to: number,
): readonly string[] {
  const lines: string[] = [];
  for (let at = from; at < to;) {
    if (old[at] === now[at]) {
      lines.push(` ${old[at] ?? ''}`, ...noNewline(old, at));
      at++;
      continue;
    }
    let stop = at;
    while (stop < to && old[stop] !== now[stop]) stop++;
    for (let line = at; line < stop; line++) lines.push(`-${old[line] ?? ''}`, ...noNewline(old, line));
    for (let line = at; line < stop; line++) lines.push(`+${now[line] ?? ''}`, ...noNewline(now, line));
    at = stop;
  }
  return lines;
}

function noNewline(lines: readonly string[], at: number): readonly string[] {
  return at === lines.length - 1 ? ['\\ No newline at end of file'] : [];
}
