import type { TensorData } from '../tensor/index.ts';
import type { ChunkSource } from './chunk-source.ts';
import { valuesPerElement } from './chunk-source.ts';
import { decode } from './dtypes/decode.ts';

/** Writes |value| of the finite non-zero elements, the modulus of complex ones, to the front of `into`; returns how many. */
export function readMagnitudes(
  source: ChunkSource,
  start: number,
  count: number,
  into: Float64Array,
): number {
  const data: TensorData = source.read(start, count);
  if (valuesPerElement(source.dtype) === 2) moduli(data as Float64Array, count, into);
  else decode(source.dtype, data, count, into);
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const magnitude = Math.abs(into[i]!);
    if (magnitude > 0 && magnitude < Infinity) into[kept++] = magnitude;
  }
  return kept;
}

function moduli(data: Float64Array, count: number, into: Float64Array): void {
  for (let i = 0; i < count; i++) {
    const re = data[2 * i]!;
    const im = data[2 * i + 1]!;
    into[i] = Number.isNaN(re) || Number.isNaN(im) ? NaN : Math.hypot(re, im);
  }
}

/** Their mean, also where the sum overflows. */
export function meanOf(low: number, high: number): number {
  const sum = low + high;
  return sum === Infinity ? low / 2 + high / 2 : sum / 2;
}
