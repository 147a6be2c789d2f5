/** Decades of positive doubles, exact at the edges: 10^k itself belongs to decade k. */
import { DECADES, FIRST_DECADE } from './measured.ts';

/** Lower edges 10^k as the nearest doubles. */
export const DECADE_EDGES = Float64Array.from({ length: DECADES + 1 }, (_, k) =>
  Number(`1e${k + FIRST_DECADE}`),
);

/** Decade index of the smallest double of each binary exponent. */
const BY_EXPONENT = Int16Array.from({ length: 2048 }, (_, exponent) => {
  const smallest = exponent === 0 ? Number.MIN_VALUE : 2 ** (exponent - 1023);
  return exponent === 2047 ? DECADES : search(smallest);
});

const number = new Float64Array(1);
const words = new Int32Array(number.buffer);

/** Index into `Measured.decades` of a finite |value| > 0. */
export function decadeIndex(magnitude: number): number {
  number[0] = magnitude;
  const exponent = (words[1]! >>> 20) & 0x7ff;
  if (exponent === 0) return search(magnitude);
  const index = BY_EXPONENT[exponent]!;
  return magnitude >= DECADE_EDGES[index + 1]! ? index + 1 : index;
}

export function addDecades(difference: Float64Array, count: number, decades: Float64Array): void {
  for (let i = 0; i < count; i++) {
    const d = difference[i]!;
    if (d !== 0) decades[decadeIndex(d < 0 ? -d : d)]!++;
  }
}

function search(magnitude: number): number {
  let low = 0;
  let high = DECADES;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (DECADE_EDGES[middle]! <= magnitude) low = middle;
    else high = middle;
  }
  return low;
}
