/** Rank correlations over all elements. */
import type { Pair } from '../pair.ts';
import { bothSides } from './rows.ts';

const SPEARMAN_LIMIT = 2 ** 24;
const KENDALL_LIMIT = 2 ** 20;

export interface RankCorrelations {
  readonly spearman?: number;
  readonly kendall?: number;
}

export function rankCorrelations(pair: Pair): RankCorrelations {
  if (pair.elements < 2 || pair.elements > SPEARMAN_LIMIT) return {};
  const { expected, actual } = bothSides(pair);
  if (!expected.every(Number.isFinite) || !actual.every(Number.isFinite)) return {};
  const expectedRanks = ranks(expected);
  const actualRanks = ranks(actual);
  const spearman = pearson(expectedRanks, actualRanks);
  if (spearman === undefined) return {};
  if (pair.elements > KENDALL_LIMIT) return { spearman };
  return { spearman, kendall: kendallTauB(expectedRanks, actualRanks) };
}

/** 1-based; equal values share the mean of their ranks. */
function ranks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values.keys()).sort((i, j) => values[i]! - values[j]!);
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) result[order[i]!] = (start + end + 1) / 2;
    start = end;
  }
  return result;
}

function pearson(x: Float64Array, y: Float64Array): number | undefined {
  const middle = (x.length + 1) / 2;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = x[i]! - middle;
    const dy = y[i]! - middle;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  if (xx === 0 || yy === 0) return undefined;
  return Math.min(1, Math.max(-1, xy / Math.sqrt(xx) / Math.sqrt(yy)));
}

/** Knight's algorithm: sort by x (then y) and count the exchanges that sorting y takes. */
function kendallTauB(x: Float64Array, y: Float64Array): number {
  const n = x.length;
  const order = Uint32Array.from(x.keys()).sort((i, j) => x[i]! - x[j]! || y[i]! - y[j]!);
  const sortedY = Float64Array.from(order, (i) => y[i]!);
  const pairs = (n * (n - 1)) / 2;
  const tiesX = tiedPairs(order.length, (i, j) => x[order[i]!] === x[order[j]!]);
  const tiesBoth = tiedPairs(
    order.length,
    (i, j) => x[order[i]!] === x[order[j]!] && sortedY[i] === sortedY[j],
  );
  const exchanges = countExchanges(sortedY);
  const tiesY = tiedPairs(n, (i, j) => sortedY[i] === sortedY[j]);
  const difference = pairs - tiesX - tiesY + tiesBoth - 2 * exchanges;
  return Math.min(1, Math.max(-1, difference / Math.sqrt(pairs - tiesX) / Math.sqrt(pairs - tiesY)));
}

/** Pairs within runs of neighbours that `same` calls equal. */
function tiedPairs(length: number, same: (i: number, j: number) => boolean): number {
  let total = 0;
  let run = 1;
  for (let i = 1; i <= length; i++) {
    if (i < length && same(i - 1, i)) run++;
    else {
      total += (run * (run - 1)) / 2;
      run = 1;
    }
  }
  return total;
}

/** Merge sort in place; returns the number of inversions. */
function countExchanges(values: Float64Array): number {
  let exchanges = 0;
  let from: Float64Array = values;
  let to: Float64Array = new Float64Array(values.length);
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let left = start;
      let right = middle;
      for (let i = start; i < end; i++) {
        if (left < middle && (right >= end || from[left]! <= from[right]!)) to[i] = from[left++]!;
        else {
          if (left < middle) exchanges += middle - left;
          to[i] = from[right++]!;
        }
      }
    }
    [from, to] = [to, from];
  }
  if (from !== values) values.set(from);
  return exchanges;
}
