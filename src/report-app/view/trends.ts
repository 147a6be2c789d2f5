/** How suites did on their targets over the stored runs. */
import type { HeadShares } from '../../result/packed-history.ts';
import type { Cell, HistoryView } from './history.ts';
import type { CheckKey } from './rows.ts';

export interface GroupTrend {
  readonly suite: string;
  readonly target: string;
  /** Per run; `null` where nothing counted. */
  readonly share: readonly (number | null)[];
  readonly passed: number;
  readonly counted: number;
  /** Largest and middle error ÷ allowed of its checks per run. */
  readonly worst: readonly (number | null)[];
  readonly middle: readonly (number | null)[];
}

/** Those that did not pass of late first, then the least room left. */
export function groupTrends(history: HistoryView): readonly GroupTrend[] {
  const uses = usesByGroup(history);
  return history.head.shares
    .filter(({ counted }) => counted.some((count) => count > 0))
    .map((shares) => groupTrend(shares, uses.get(groupName(shares)) ?? []))
    .toSorted((left, right) => lateShare(left) - lateShare(right) || lateUse(right) - lateUse(left));
}

function groupTrend(shares: HeadShares, uses: readonly (readonly number[])[]): GroupTrend {
  const { suite, target, passed, counted } = shares;
  const share = passed.map((count, run) => {
    const of = counted[run] ?? -1;
    return of <= 0 ? null : count / of;
  });
  const last = counted.findLastIndex((count) => count > 0);
  const sorted = counted.map((_, run) => [...(uses[run] ?? [])].sort((left, right) => left - right));
  return {
    suite,
    target,
    share,
    passed: passed[last] ?? 0,
    counted: counted[last] ?? 0,
    worst: sorted.map((values) => values.at(-1) ?? null),
    middle: sorted.map((values) => values[Math.floor(values.length / 2)] ?? null),
  };
}

function usesByGroup(history: HistoryView): ReadonlyMap<string, readonly (readonly number[])[]> {
  const groups = new Map<string, number[][]>();
  for (let check = 0; check < history.checks; check++) {
    const name = groupName(history.keyOf(check));
    const group = groups.get(name) ?? history.runs.map(() => []);
    groups.set(name, group);
    for (let run = 0; run < history.runs.length; run++) {
      const used = history.utilisation(check, run);
      if (used !== null) group[run]?.push(used);
    }
  }
  return groups;
}

function groupName({ suite, target }: { readonly suite: string; readonly target: string }): string {
  return JSON.stringify([suite, target]);
}

function lateShare({ share }: GroupTrend): number {
  return share.findLast((value) => value !== null) ?? 2;
}

function lateUse({ worst }: GroupTrend): number {
  const used = worst.findLast((value) => value !== null) ?? -1;
  return Math.min(used, Number.MAX_VALUE);
}

/** One check over the runs. */
export interface Trend {
  readonly check: number;
  readonly cells: readonly (Cell | null)[];
  /** How often it changed between passing and not. */
  readonly turns: number;
}

export function trendOf(history: HistoryView, check: number): Trend {
  const cells = history.runs.map((_, run) => history.cell(check, run));
  return { check, cells, turns: turnsIn(cells) };
}

function turnsIn(cells: readonly (Cell | null)[]): number {
  let turns = 0;
  let before: boolean | null = null;
  for (const cell of cells) {
    if (cell === null || cell.standing === 'skipped') continue;
    const passes = cell.standing === 'passed';
    if (before !== null && passes !== before) turns++;
    before = passes;
  }
  return turns;
}

/** Checks that the history or the run calls flaky; most turns first. */
export function flakyTrends(history: HistoryView, alsoFlaky: (key: CheckKey) => boolean): readonly Trend[] {
  const found: Trend[] = [];
  for (let check = 0; check < history.checks; check++) {
    const told = history.marksOf(check).some(({ kind }) => kind === 'flaky');
    if (told || alsoFlaky(history.keyOf(check))) found.push(trendOf(history, check));
  }
  return found.toSorted((left, right) => right.turns - left.turns);
}
