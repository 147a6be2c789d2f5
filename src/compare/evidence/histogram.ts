import type { Histogram } from '../../result/index.ts';
import { FIRST_DECADE, nonFiniteMismatches } from '../measured.ts';
import type { Measured } from '../measured.ts';

/** Decades shown; smaller errors are counted below the first. */
const BINS = 20;

/** The errors by decade, the largest one in the last bin. */
export function histogramOf(measured: Measured): Histogram {
  const { decades } = measured;
  let top = decades.length - 1;
  while (top > 0 && decades[top] === 0) top--;
  const first = Math.max(0, top - BINS + 1);
  const counts = Array.from(decades.subarray(first, top + 1));
  const seen = decades.reduce((sum, count) => sum + count, 0);
  const nonFinite = nonFiniteMismatches(measured);
  const overflowing = measured.elements - measured.equal - seen - nonFinite;
  return {
    minExponent: first + FIRST_DECADE,
    counts: seen === 0 ? [] : counts,
    zeros: measured.equal,
    below: decades.slice(0, first).reduce((sum, count) => sum + count, 0),
    above: Math.max(0, overflowing),
    nonFinite,
  };
}
