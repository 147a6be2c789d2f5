import type { Dtype, TensorData } from '../../tensor/index.ts';
import { DTYPES } from '../../tensor/index.ts';
import { decode } from './decode.ts';
import { SMALL_FORMATS } from './small-floats.ts';

/** Significant bits and exponent range of each floating dtype. */
const PRECISION: Readonly<Partial<Record<Dtype, { bits: number; exponentBits: number }>>> = {
  float64: { bits: 53, exponentBits: 11 },
  float32: { bits: 24, exponentBits: 8 },
  ...Object.fromEntries(
    Object.entries(SMALL_FORMATS).map(([name, { bits, mantissaBits, signed }]) => [
      name,
      { bits: mantissaBits + 1, exponentBits: bits - mantissaBits - (signed ? 1 : 0) },
    ]),
  ),
};

/** True where every value of `from` is also a value of `to`, so that comparing in `to` loses nothing. */
export function widensExactly(from: Dtype, to: Dtype): boolean {
  const source = DTYPES[from];
  const target = DTYPES[to];
  if (from === to) return true;
  if (source.kind === 'complex' || target.kind === 'complex')
    return from === 'complex64' && to === 'complex128';
  if (source.kind === 'string' || target.kind === 'string' || target.kind === 'bool') return false;
  if (target.kind === 'float') {
    const holds = PRECISION[to]!;
    if (source.kind === 'float') {
      const needs = PRECISION[from]!;
      return needs.bits <= holds.bits && needs.exponentBits <= holds.exponentBits;
    }
    return to !== 'float8e8m0' && integerBits(from) <= holds.bits;
  }
  if (source.kind === 'float') return false;
  const signedTarget = target.kind === 'int';
  if (source.kind === 'int') return signedTarget && source.bits <= target.bits;
  return integerBits(from) <= target.bits - (signedTarget ? 1 : 0);
}

/** Magnitude bits that an integer dtype needs. */
function integerBits(dtype: Dtype): number {
  const { kind, bits } = DTYPES[dtype];
  if (kind === 'bool') return 1;
  return kind === 'int' ? bits - 1 : bits;
}

/** A chunk of `from` held as 64-bit integers, for exact comparison with int64 or uint64. */
export function toInt64(
  from: Dtype,
  data: TensorData,
  count: number,
  to: 'int64' | 'uint64',
): BigInt64Array | BigUint64Array {
  const into = to === 'int64' ? new BigInt64Array(count) : new BigUint64Array(count);
  if (data instanceof BigUint64Array || data instanceof BigInt64Array) {
    for (let i = 0; i < count; i++) into[i] = data[i]!;
    return into;
  }
  const values = new Float64Array(count);
  decode(from, data, count, values);
  for (let i = 0; i < count; i++) into[i] = BigInt(values[i]!);
  return into;
}
