/** The checks of a run as the screens need them: with place, standing and key worked out once. */
import type { Check, RunDocument } from '../../result/document.ts';
import { didNotPass, standingOf, utilisationOf } from '../../result/reading.ts';
import type { Standing } from '../../result/reading.ts';

export interface Row {
  readonly position: number;
  readonly check: Check;
  readonly standing: Standing;
  /** Whether it keeps the run from passing. */
  readonly bad: boolean;
  readonly utilisation: number | null;
}

export interface RunView {
  readonly document: RunDocument;
  readonly rows: readonly Row[];
  readonly suites: readonly string[];
  readonly targets: readonly string[];
  find(key: CheckKey): Row | null;
}

/** What names a check in an address. */
export interface CheckKey {
  readonly suite: string;
  readonly model: string;
  readonly case: string;
  readonly target: string;
  readonly output: string | null;
}

export function viewOf(document: RunDocument): RunView {
  const rows = document.checks.map((check, position) => rowOf(check, position));
  let byKey: Map<string, Row> | null = null;
  return {
    document,
    rows,
    suites: [
      ...new Set([...document.suites.map(({ name }) => name), ...rows.map(({ check }) => check.suite)]),
    ],
    targets: [
      ...new Set([...rows.map(({ check }) => check.target), ...document.targets.map(({ name }) => name)]),
    ],
    find(key) {
      byKey ??= new Map(rows.toReversed().map((row) => [keyText(row.check), row]));
      return byKey.get(keyText(key)) ?? null;
    },
  };
}

function rowOf(check: Check, position: number): Row {
  return {
    position,
    check,
    standing: standingOf(check),
    bad: didNotPass(check),
    utilisation: utilisationOf(check),
  };
}

/** A check as one text, for maps. */
export function keyText(key: CheckKey): string {
  const names = [key.suite, key.model, key.case, key.target, key.output];
  return JSON.stringify(names.map((name) => name?.toWellFormed() ?? null));
}

/** What a group of checks amounts to: one cell of a matrix. */
export interface Group {
  readonly rows: readonly Row[];
  readonly passed: number;
  readonly bad: number;
  /** Standing of the most urgent member. */
  readonly standing: Standing;
  /** Largest utilisation; NaN where one is NaN. */
  readonly utilisation: number | null;
}

const URGENCY: readonly Standing[] = ['failed', 'void', 'unverified', 'not run', 'passed', 'skipped'];

export function groupOf(rows: readonly Row[]): Group {
  let utilisation: number | null = null;
  for (const { utilisation: used } of rows) {
    if (used === null || Number.isNaN(utilisation)) continue;
    if (utilisation === null || Number.isNaN(used) || used > utilisation) utilisation = used;
  }
  const standings = new Set(rows.map(({ standing }) => standing));
  return {
    rows,
    passed: rows.filter(({ standing }) => standing === 'passed').length,
    bad: rows.filter(({ bad }) => bad).length,
    standing: URGENCY.find((standing) => standings.has(standing)) ?? 'skipped',
    utilisation,
  };
}

/** Rows by one or more of their names, in the order in which they first appear. */
export function groupBy(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = nameOf(row);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return groups;
}
