/** Floating formats of at most 16 bits: decoded by table, ordered by their own ULP. Sources: IEEE 754, OCP MX v1.0, onnx.proto. */
import type { Dtype } from '../../tensor/index.ts';

interface SmallFormat {
  readonly bits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  readonly signed: boolean;
  /** `ieee`: top exponent is Inf/NaN; `fn`: only all-ones is NaN; `fnuz`: only the code of −0 is NaN; `none`: every code is a number. */
  readonly specials: 'ieee' | 'fn' | 'fnuz' | 'none';
}

export const SMALL_FORMATS = {
  float16: { bits: 16, mantissaBits: 10, bias: 15, signed: true, specials: 'ieee' },
  bfloat16: { bits: 16, mantissaBits: 7, bias: 127, signed: true, specials: 'ieee' },
  float8e4m3fn: { bits: 8, mantissaBits: 3, bias: 7, signed: true, specials: 'fn' },
  float8e4m3fnuz: { bits: 8, mantissaBits: 3, bias: 8, signed: true, specials: 'fnuz' },
  float8e5m2: { bits: 8, mantissaBits: 2, bias: 15, signed: true, specials: 'ieee' },
  float8e5m2fnuz: { bits: 8, mantissaBits: 2, bias: 16, signed: true, specials: 'fnuz' },
  float8e8m0: { bits: 8, mantissaBits: 0, bias: 127, signed: false, specials: 'fn' },
  float4e2m1: { bits: 4, mantissaBits: 1, bias: 1, signed: true, specials: 'none' },
} as const satisfies Partial<Record<Dtype, SmallFormat>>;

export type SmallFloat = keyof typeof SMALL_FORMATS;

export function isSmallFloat(dtype: Dtype): dtype is SmallFloat {
  return Object.hasOwn(SMALL_FORMATS, dtype);
}

const tables = new Map<SmallFloat, Float64Array>();

/** The value of every code; built on first use. */
export function valueTable(dtype: SmallFloat): Float64Array {
  const known = tables.get(dtype);
  if (known !== undefined) return known;
  const format: SmallFormat = SMALL_FORMATS[dtype];
  const table = Float64Array.from({ length: 2 ** format.bits }, (_, code) => valueOfCode(code, format));
  tables.set(dtype, table);
  return table;
}

function valueOfCode(code: number, format: SmallFormat): number {
  const { mantissaBits, bias, specials } = format;
  const magnitudeBits = format.signed ? format.bits - 1 : format.bits;
  const negative = code >>> magnitudeBits === 1;
  const magnitude = code & (2 ** magnitudeBits - 1);
  const exponent = magnitude >>> mantissaBits;
  const mantissa = magnitude & (2 ** mantissaBits - 1);
  if (specials === 'fnuz' && negative && magnitude === 0) return NaN;
  if (specials === 'fn' && magnitude === 2 ** magnitudeBits - 1) return NaN;
  if (specials === 'ieee' && exponent === 2 ** (magnitudeBits - mantissaBits) - 1) {
    if (mantissa !== 0) return NaN;
    return negative ? -Infinity : Infinity;
  }
  const subnormal = format.signed && exponent === 0;
  const significand = subnormal ? mantissa : mantissa + 2 ** mantissaBits;
  const value = significand * 2 ** ((subnormal ? 1 : exponent) - bias - mantissaBits);
  return negative ? -value : value;
}
