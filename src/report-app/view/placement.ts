/** Which provider computed the nodes of which model. */
import type { Placement } from '../../result/document.ts';
import type { Row, RunView } from './rows.ts';
import { groupBy } from './rows.ts';

export interface PlacementLine {
  readonly suite: string;
  readonly model: string;
  readonly target: string;
  readonly requested: string;
  readonly proof: Placement['proof'];
  /** Of the case with the most nodes elsewhere; the provider asked for first. */
  readonly nodes: readonly (readonly [provider: string, count: number])[];
  readonly elsewhere: number;
  readonly total: number;
  /** Operators that ran elsewhere, most first. */
  readonly ops: readonly (readonly [op: string, count: number, why: string])[];
  /** Share of the kernel time on the provider asked for, where the runtime tells times. */
  readonly timeShare: number | null;
}

export function hasPlacement({ rows }: RunView): boolean {
  return rows.some(({ check }) => check.placement !== null);
}

/** Those with nodes elsewhere first. */
export function placementsOf({ rows }: RunView): readonly PlacementLine[] {
  const placed = rows.filter(({ check }) => check.placement !== null);
  const groups = groupBy(placed, ({ check }) => JSON.stringify([check.suite, check.model, check.target]));
  return [...groups.values()]
    .flatMap((group) => lineOf(group) ?? [])
    .toSorted((left, right) => shareElsewhere(right) - shareElsewhere(left));
}

function shareElsewhere({ elsewhere, total }: PlacementLine): number {
  return total === 0 ? 0 : elsewhere / total;
}

function lineOf(rows: readonly Row[]): PlacementLine | null {
  const [worst] = rows.toSorted((left, right) => elsewhereOf(right) - elsewhereOf(left));
  const placement = worst?.check.placement ?? null;
  if (worst === undefined || placement === null) return null;
  const { suite, model, target } = worst.check;
  const { requested, proof, nodes, timeUs } = placement;
  const counts = Object.entries(nodes).toSorted(
    ([left, many], [right, more]) => Number(right === requested) - Number(left === requested) || more - many,
  );
  const time = timeUs === undefined ? null : Object.values(timeUs).reduce((sum, us) => sum + us, 0);
  return {
    suite,
    model,
    target,
    requested,
    proof,
    nodes: counts,
    elsewhere: elsewhereOf(worst),
    total: counts.reduce((sum, [, count]) => sum + count, 0),
    ops: opsOf(placement),
    timeShare: time === null || time === 0 ? null : own(timeUs ?? {}, requested) / time,
  };
}

function elsewhereOf({ check }: Row): number {
  const { nodes = {}, requested = '' } = check.placement ?? {};
  return Object.entries(nodes).reduce(
    (sum, [provider, count]) => sum + (provider === requested ? 0 : count),
    0,
  );
}

function opsOf({ fallbacks }: Placement): PlacementLine['ops'] {
  const ops = new Map<string, { count: number; why: string }>();
  for (const { op, why = '' } of fallbacks) {
    const known = ops.get(op);
    ops.set(op, {
      count: (known?.count ?? 0) + 1,
      why: known?.why === '' || known === undefined ? why : known.why,
    });
  }
  return [...ops]
    .map(([op, { count, why }]) => [op, count, why] as const)
    .toSorted((left, right) => right[1] - left[1]);
}

function own(record: Readonly<Record<string, number>>, name: string): number {
  return Object.hasOwn(record, name) ? (record[name] ?? 0) : 0;
}
