/** Quantiles of |error|, exact at any size: one radix selection over the bit patterns serves them all. */
import { QUANTILES } from '../metrics/quantiles.ts';
import type { MeasureOptions } from '../measured.ts';
import { matchesOdd } from '../measured.ts';
import type { Pair } from '../pair.ts';
import { eachChunk } from '../pair.ts';
import { selectRanks } from '../select.ts';

/** Each quantile metric's value; empty where no element was compared. */
export function errorQuantiles(pair: Pair, options: MeasureOptions): ReadonlyMap<string, number> {
  const errors = (visit: (values: Float64Array, count: number) => void) =>
    eachErrorChunk(pair, options, visit);
  let total = 0;
  errors((_, count) => (total += count));
  if (total === 0) return new Map();
  const names = Object.keys(QUANTILES) as (keyof typeof QUANTILES)[];
  const ranks = names.map((name) => Math.max(0, Math.ceil(QUANTILES[name] * total) - 1));
  const values = selectRanks(errors, total, ranks);
  return new Map(names.map((name, i) => [name, values[i]!]));
}

/** Visits |d|: Infinity for a non-finite mismatch, nothing for matched non-finite pairs. */
function eachErrorChunk(
  pair: Pair,
  options: MeasureOptions,
  visit: (values: Float64Array, count: number) => void,
): void {
  eachChunk(pair, ({ expected, actual, difference }, count) => {
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const e = expected[i]!;
      const a = actual[i]!;
      if (e - e === 0 && a - a === 0) difference[kept++] = Math.abs(difference[i]!);
      else if (!matchesOdd(e, a, options)) difference[kept++] = Infinity;
    }
    visit(difference, kept);
  });
}
