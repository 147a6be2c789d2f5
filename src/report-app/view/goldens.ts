import type { RunDocument } from '../../result/document.ts';

/** References of one suite with the same state and origin. */
export interface GoldenLine {
  readonly suite: string;
  readonly state: string;
  readonly origin: string;
  readonly cases: number;
}

export function goldensOf(document: RunDocument): readonly GoldenLine[] {
  const lines = new Map<string, { line: Omit<GoldenLine, 'cases'>; cases: Set<string> }>();
  for (const { suite, golden, case: name } of document.checks) {
    const line = { suite, state: golden.state, origin: golden.origin ?? 'unknown' };
    const key = JSON.stringify(line);
    const known = lines.get(key) ?? { line, cases: new Set<string>() };
    known.cases.add(name);
    lines.set(key, known);
  }
  return [...lines.values()].map(({ line, cases }) => Object.assign({}, line, { cases: cases.size }));
}
