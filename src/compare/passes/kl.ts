import type { Pair } from '../pair.ts';
import { eachRow } from './rows.ts';

/** How far from 1 the sum of a row may be to count as probabilities (float16 softmax over thousands of classes). */
const SUM_SLACK = 1e-2;

/** The largest divergence of a row; `undefined` where the expected rows are no probabilities. See metrics/kl.ts. */
export function klDivergence(pair: Pair): number | undefined {
  let largest = 0;
  let probabilities = true;
  eachRow(pair, (expected, actual) => {
    probabilities &&= isDistribution(expected);
    if (probabilities) largest = Math.max(largest, rowDivergence(expected, actual));
  });
  return probabilities && pair.elements > 0 ? largest : undefined;
}

function isDistribution(row: Float64Array): boolean {
  let sum = 0;
  for (const value of row) {
    if (!(value >= 0)) return false;
    sum += value;
  }
  return Math.abs(sum - 1) <= SUM_SLACK;
}

function rowDivergence(expected: Float64Array, actual: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < expected.length; i++) {
    const p = expected[i]!;
    const q = actual[i]!;
    if (Number.isNaN(q)) return Infinity;
    if (p === 0) continue;
    if (!(q > 0)) return Infinity;
    sum += p * Math.log(p / q);
  }
  return Math.max(0, sum);
}
