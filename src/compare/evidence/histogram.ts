import type { Histogram } from '../../result/index.ts';
import { FIRST_DECADE, nonFiniteMismatches } from '../measured.ts';
import type { Measured } from '../measured.ts';

/** Decades shown; smaller errors are counted below the first. */
const BINS = 20;

/** The errors by decade, the largest one in the last bin. */
export function histogramOf(measured: Measured): Histogram {
  const { decades } = measured;
  const nonFinite = nonFiniteMismatches(measured);
  const different = measured.elements - measured.equal - nonFinite;
  const top = different === 0 ? 0 : lastUsed(decades);
  const first = Math.max(0, top - BINS + 1);
  const shown = different === 0 ? [] : Array.from(decades.subarray(first, top + 1));
  const inBins = sumOf(shown, 0, shown.length);
  const below = different === inBins ? 0 : sumOf(decades, 0, first);
  return {
    minExponent: first + FIRST_DECADE,
    counts: shown,
    zeros: measured.equal,
    below,
    // Errors of finite pairs that are themselves infinite.
    above: different - inBins - below,
    nonFinite,
  };
}

function lastUsed(decades: Float64Array): number {
  let top = decades.length - 1;
  while (top > 0 && decades[top] === 0) top--;
  return top;
}

function sumOf(counts: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += counts[i]!;
  return sum;
}
