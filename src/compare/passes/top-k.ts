import type { Pair } from '../pair.ts';
import { eachRow } from './rows.ts';

/** Share of rows whose k largest entries agree; see metrics/top-k.ts. */
export function topKAgreement(pair: Pair, k: number): number {
  let rows = 0;
  let agreeing = 0;
  eachRow(pair, (expected, actual) => {
    rows++;
    if (agrees(expected, actual, Math.min(k, expected.length))) agreeing++;
  });
  return rows === 0 ? 1 : agreeing / rows;
}

/** The expected scores of the entries that actual ranks best must be the best expected scores: so ties are interchangeable. */
function agrees(expected: Float64Array, actual: Float64Array, k: number): boolean {
  const best = bestScores(expected, expected, k);
  const chosen = bestScores(actual, expected, k);
  return best.every((score, i) => score === chosen[i]);
}

/** Scores of the k entries that `order` ranks highest, sorted; NaN ranks last, and of equal entries those with the better score first. */
function bestScores(order: Float64Array, scores: Float64Array, k: number): readonly number[] {
  const entries: number[] = [];
  for (let i = 0; i < order.length; i++) {
    if (entries.length === k && !precedes(i, entries[k - 1]!, order, scores)) continue;
    let place = entries.length;
    while (place > 0 && precedes(i, entries[place - 1]!, order, scores)) place--;
    entries.splice(place, 0, i);
    if (entries.length > k) entries.pop();
  }
  return entries.map((i) => rankable(scores[i]!)).sort((a, b) => b - a || 0);
}

function precedes(i: number, j: number, order: Float64Array, scores: Float64Array): boolean {
  const a = rankable(order[i]!);
  const b = rankable(order[j]!);
  return a === b ? rankable(scores[i]!) > rankable(scores[j]!) : a > b;
}

function rankable(value: number): number {
  return Number.isNaN(value) ? -Infinity : value;
}
