import type { Dtype, TensorData } from '../../tensor/index.ts';
import { isSmallFloat, valueTable } from './small-floats.ts';

/** Writes elements [0, count) of `data` as doubles: exact for every real dtype but int64/uint64 above 2^53, which round once. */
export function decode(dtype: Dtype, data: TensorData, count: number, into: Float64Array): void {
  if (data instanceof Float32Array) return widenFloat32(data, count, into);
  if (isSmallFloat(dtype)) return lookUp(valueTable(dtype), data as Uint16Array, count, into);
  if (data instanceof BigInt64Array) return widenInt64(wordsOf(data), count, into);
  if (data instanceof BigUint64Array) return widenUint64(wordsOf(data), count, into);
  into.set(count === data.length ? (data as Int32Array) : (data as Int32Array).subarray(0, count));
}

/** actual − expected of two int64 (or two uint64) chunks: exact below 2^53, else rounded once; 0 only for equal elements. */
export function subtract64(
  expected: BigInt64Array | BigUint64Array,
  actual: BigInt64Array | BigUint64Array,
  count: number,
  into: Float64Array,
): void {
  const e = wordsOf(expected);
  const a = wordsOf(actual);
  const unsigned = expected instanceof BigUint64Array;
  for (let i = 0; i < count; i++) {
    const low = 2 * i;
    const high = low + 1;
    const lowDifference = (a[low]! >>> 0) - (e[low]! >>> 0);
    const highDifference = unsigned ? (a[high]! >>> 0) - (e[high]! >>> 0) : a[high]! - e[high]!;
    into[i] = highDifference * 4294967296 + lowDifference;
  }
}

/** Low and high halves, little-endian. */
function wordsOf(data: BigInt64Array | BigUint64Array): Int32Array {
  return new Int32Array(data.buffer, data.byteOffset, data.length * 2);
}

function widenFloat32(data: Float32Array, count: number, into: Float64Array): void {
  for (let i = 0; i < count; i++) into[i] = data[i]!;
}

function lookUp(table: Float64Array, codes: Uint16Array, count: number, into: Float64Array): void {
  const mask = table.length - 1;
  for (let i = 0; i < count; i++) into[i] = table[codes[i]! & mask]!;
}

function widenInt64(words: Int32Array, count: number, into: Float64Array): void {
  for (let i = 0; i < count; i++) into[i] = words[2 * i + 1]! * 4294967296 + (words[2 * i]! >>> 0);
}

function widenUint64(words: Int32Array, count: number, into: Float64Array): void {
  for (let i = 0; i < count; i++) into[i] = (words[2 * i + 1]! >>> 0) * 4294967296 + (words[2 * i]! >>> 0);
}
