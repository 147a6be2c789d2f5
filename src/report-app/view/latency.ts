/** How long models took on their targets. */
import type { Row, RunView } from './rows.ts';
import { groupBy } from './rows.ts';

/** One model on one target, over its cases. Milliseconds. */
export interface Times {
  readonly load: number | null;
  /** Median over the cases of each case's median run. */
  readonly run: number | null;
  /** Of warmed runs, where latency was asked for: medians over the cases. */
  readonly p50: number | null;
  readonly p90: number | null;
  readonly cases: number;
}

export interface TimesLine {
  readonly suite: string;
  readonly model: string;
  readonly byTarget: ReadonlyMap<string, Times>;
}

export function hasTimes({ rows }: RunView): boolean {
  return rows.some(({ check }) => check.timing !== null);
}

export function timesOf({ rows }: RunView): readonly TimesLine[] {
  const timed = rows.filter(({ check }) => check.timing !== null);
  return [...groupBy(timed, ({ check }) => JSON.stringify([check.suite, check.model])).values()].flatMap(
    (group) => {
      const [first] = group;
      if (first === undefined) return [];
      const targets = groupBy(group, ({ check }) => check.target);
      const byTarget = new Map([...targets].map(([target, of]) => [target, timesOfGroup(of)]));
      return [{ suite: first.check.suite, model: first.check.model, byTarget }];
    },
  );
}

/** The outputs of one case share its times: each case counts once. */
function timesOfGroup(rows: readonly Row[]): Times {
  const cases = [
    ...new Map(rows.map(({ check }) => [check.rollout?.case ?? check.case, check.timing])).values(),
  ].filter((timing) => timing !== null);
  return {
    load: middle(cases.map(({ loadMs }) => loadMs).filter((ms) => ms > 0)),
    run: middle(cases.flatMap(({ runMs }) => middle(runMs) ?? [])),
    p50: middle(cases.flatMap(({ bench }) => bench?.p50Ms ?? [])),
    p90: middle(cases.flatMap(({ bench }) => bench?.p90Ms ?? [])),
    cases: cases.length,
  };
}

function middle(values: readonly number[]): number | null {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** What a line is held against: the warmed median, else the median. */
export function telling({ p50, run }: Times): number | null {
  return p50 ?? run;
}
