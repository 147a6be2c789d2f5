/** Runs that take turns between hosts: what each host adds to the logarithm of an error, so that it is not taken for a movement. */
import { median } from './noise.ts';

/** As many changes between two hosts say what lies between them; fewer may be the movement itself. */
const LEAST_PAIRS = 4;

/**
 * Log units that each host lies above the one that ran most: the median over neighbouring runs on both, which a step
 * touches in one pair only. Hosts that never took turns with it are not in the answer.
 */
export function hostOffsets(
  series: readonly number[],
  hosts: readonly string[],
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const host of hosts) counts.set(host, (counts.get(host) ?? 0) + 1);
  if (counts.size < 2) return NONE;
  const [usual = ''] = [...counts].toSorted(([, left], [, right]) => right - left)[0] ?? [];
  const apart = new Map<string, number[]>();
  for (let at = 1; at < series.length; at++) {
    const [left, right] = [hosts[at - 1] ?? '', hosts[at] ?? ''];
    if (left === right || (left !== usual && right !== usual)) continue;
    const difference = (series[at] ?? 0) - (series[at - 1] ?? 0);
    const other = left === usual ? right : left;
    apart.set(other, [...(apart.get(other) ?? []), left === usual ? difference : -difference]);
  }
  const known = [...apart].filter(([, differences]) => differences.length >= LEAST_PAIRS);
  if (known.length === 0) return NONE;
  return new Map([[usual, 0], ...known.map(([host, differences]) => [host, median(differences)] as const)]);
}

const NONE: ReadonlyMap<string, number> = new Map();

/** The series as if every run had been on `host`; the usual one where none is named, or nothing is known of it. */
export function onOneHost(
  series: readonly number[],
  hosts: readonly string[],
  offsets: ReadonlyMap<string, number> = hostOffsets(series, hosts),
  host?: string,
): readonly number[] {
  if (offsets.size === 0) return series;
  const there = (host === undefined ? undefined : offsets.get(host)) ?? 0;
  return series.map((value, at) => value - (offsets.get(hosts[at] ?? '') ?? 0) + there);
}
