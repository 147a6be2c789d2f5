/** Distance in units in the last place: how many representable numbers of the dtype lie between two values, 0 for +0 against −0. */
import type { Dtype } from '../../tensor/index.ts';
import { isSmallFloat, SMALL_FORMATS } from './small-floats.ts';

export interface UlpSums {
  max: number;
  sum: number;
}

export function hasUlp(dtype: Dtype): boolean {
  return dtype === 'float32' || dtype === 'float64' || isSmallFloat(dtype);
}

/** Adds the distances of `count` finite pairs, given as doubles that the dtype can hold exactly. Exact below 2^53. */
export function addUlps(
  dtype: Dtype,
  expected: Float64Array,
  actual: Float64Array,
  count: number,
  sums: UlpSums,
): void {
  if (dtype === 'float64') return addFloat64(expected, actual, count, sums);
  const e = scratch(0, count);
  const a = scratch(1, count);
  if (isSmallFloat(dtype)) {
    smallOrdinals(dtype, expected, count, e);
    smallOrdinals(dtype, actual, count, a);
  } else {
    float32Ordinals(expected, count, e);
    float32Ordinals(actual, count, a);
  }
  let max = sums.max;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const distance = Math.abs(a[i]! - e[i]!);
    sum += distance;
    if (distance > max) max = distance;
  }
  sums.max = max;
  sums.sum += sum;
}

const buffers: [Float64Array, Float64Array] = [new Float64Array(0), new Float64Array(0)];
const single = new Float32Array(1);
const singleBits = new Int32Array(single.buffer);

function scratch(which: 0 | 1, count: number): Float64Array {
  if (buffers[which].length < count) buffers[which] = new Float64Array(count);
  return buffers[which];
}

/** Signed magnitude of the bit pattern, so that neighbours differ by one across zero too. */
function float32Ordinals(values: Float64Array, count: number, into: Float64Array): void {
  for (let i = 0; i < count; i++) {
    single[0] = values[i]!;
    const bits = singleBits[0]!;
    into[i] = bits < 0 ? -(bits & 0x7fffffff) : bits;
  }
}

/** Above the smallest normal number the float32 pattern with fewer mantissa bits; below it, multiples of the subnormal step. */
function smallOrdinals(
  dtype: keyof typeof SMALL_FORMATS,
  values: Float64Array,
  count: number,
  into: Float64Array,
): void {
  const { mantissaBits, bias, signed } = SMALL_FORMATS[dtype];
  const smallestNormal = signed ? 2 ** (1 - bias) : 0;
  const perStep = 2 ** (bias - 1 + mantissaBits);
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    const magnitude = Math.abs(value);
    let ordinal: number;
    if (!signed) ordinal = Math.log2(magnitude) + bias;
    else if (magnitude < smallestNormal) ordinal = magnitude * perStep;
    else {
      single[0] = magnitude;
      ordinal = (singleBits[0]! - ((127 - bias) << 23)) >> (23 - mantissaBits);
    }
    into[i] = value < 0 ? -ordinal : ordinal;
  }
}

function addFloat64(expected: Float64Array, actual: Float64Array, count: number, sums: UlpSums): void {
  const e = new Int32Array(expected.buffer, expected.byteOffset, 2 * count);
  const a = new Int32Array(actual.buffer, actual.byteOffset, 2 * count);
  let max = sums.max;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const eHigh = e[2 * i + 1]!;
    const aHigh = a[2 * i + 1]!;
    const eLow = e[2 * i]! >>> 0;
    const aLow = a[2 * i]! >>> 0;
    const high = (aHigh < 0 ? -(aHigh & 0x7fffffff) : aHigh) - (eHigh < 0 ? -(eHigh & 0x7fffffff) : eHigh);
    const low = (aHigh < 0 ? -aLow : aLow) - (eHigh < 0 ? -eLow : eLow);
    const distance = Math.abs(high * 4294967296 + low);
    sum += distance;
    if (distance > max) max = distance;
  }
  sums.max = max;
  sums.sum += sum;
}
