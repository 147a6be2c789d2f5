/** Exact decoding and correctly rounded encoding of the floating formats below 32 bits. Sources: IEEE 754, ONNX "Float stored in 8 bits", OCP Microscaling formats 1.0. */
import type { Dtype } from './dtype.ts';

interface SmallFloat {
  readonly bits: number;
  readonly mantissa: number;
  readonly bias: number;
  /** Bit pattern of the largest finite magnitude. */
  readonly max: number;
  /** Bit pattern of the NaN that encoding gives; `null` where the format has none. */
  readonly nan: number | null;
  /** `ieee` has infinities, `fn` one NaN per sign, `fnuz` a single NaN in place of −0. */
  readonly kind: 'ieee' | 'fn' | 'fnuz' | 'finite';
}

const FORMATS = {
  float16: { bits: 16, mantissa: 10, bias: 15, max: 0x7bff, nan: 0x7e00, kind: 'ieee' },
  bfloat16: { bits: 16, mantissa: 7, bias: 127, max: 0x7f7f, nan: 0x7fc0, kind: 'ieee' },
  float8e4m3fn: { bits: 8, mantissa: 3, bias: 7, max: 0x7e, nan: 0x7f, kind: 'fn' },
  float8e4m3fnuz: { bits: 8, mantissa: 3, bias: 8, max: 0x7f, nan: 0x80, kind: 'fnuz' },
  float8e5m2: { bits: 8, mantissa: 2, bias: 15, max: 0x7b, nan: 0x7e, kind: 'ieee' },
  float8e5m2fnuz: { bits: 8, mantissa: 2, bias: 16, max: 0x7f, nan: 0x80, kind: 'fnuz' },
  float4e2m1: { bits: 4, mantissa: 1, bias: 1, max: 0x7, nan: null, kind: 'finite' },
} as const satisfies Partial<Record<Dtype, SmallFloat>>;

/** Formats below 32 bits with a sign and a mantissa. */
export type SmallFloatDtype = keyof typeof FORMATS;

const tables = new Map<string, Float32Array>();

/** The value of every bit pattern, built on first use: 65,536 entries for 16 bits, 256 or 16 below. All values are exact in binary32. */
export function smallFloatTable(dtype: SmallFloatDtype | 'float8e8m0'): Float32Array {
  let table = tables.get(dtype);
  if (table === undefined) {
    table = dtype === 'float8e8m0' ? scaleTable() : buildTable(FORMATS[dtype]);
    tables.set(dtype, table);
  }
  return table;
}

export function float16ToFloat32(bits: number): number {
  return smallFloatTable('float16')[bits & 0xffff]!;
}

export function bfloat16ToFloat32(bits: number): number {
  WORDS[0] = bits << 16;
  return FLOATS[0]!;
}

export function isSmallFloat(dtype: Dtype): dtype is SmallFloatDtype {
  return Object.hasOwn(FORMATS, dtype);
}

/**
 * The bit pattern nearest to a double, ties to even, in one rounding. Beyond the largest value: infinity for float16 and bfloat16,
 * the largest value for the 8- and 4-bit formats (ONNX Cast with `saturate`). NaN in a format without NaN gives 0.
 */
export function encodeSmallFloat(value: number, dtype: SmallFloatDtype): number {
  const format: SmallFloat = FORMATS[dtype];
  if (Number.isNaN(value)) return format.nan ?? 0;
  const negative = value < 0 || Object.is(value, -0);
  let magnitude = magnitudeBits(Math.abs(value), format);
  if (magnitude > format.max) magnitude = format.bits === 16 ? format.max + 1 : format.max;
  if (!negative || (magnitude === 0 && format.kind === 'fnuz')) return magnitude;
  return magnitude | (1 << (format.bits - 1));
}

const DOUBLES = new Float64Array(1);
const DOUBLE_WORDS = new Uint32Array(DOUBLES.buffer);
const FLOATS = new Float32Array(1);
const WORDS = new Uint32Array(FLOATS.buffer);

// The quantum of the binade is a power of two, so the division by it is exact and the only rounding is ours.
function magnitudeBits(magnitude: number, format: SmallFloat): number {
  if (magnitude === Infinity) return format.max + 1;
  DOUBLES[0] = magnitude;
  const exponent = Math.max(((DOUBLE_WORDS[1]! >>> 20) & 0x7ff) - 1023, 1 - format.bias);
  if (exponent > 127) return format.max + 1;
  const quanta = magnitude * 2 ** (format.mantissa - exponent);
  const floor = Math.floor(quanta);
  const rest = quanta - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  return (exponent + format.bias - 1) * 2 ** format.mantissa + rounded;
}

function buildTable(format: SmallFloat): Float32Array {
  const table = new Float32Array(2 ** format.bits);
  for (let bits = 0; bits < table.length; bits++) table[bits] = decode(bits, format);
  return table;
}

function decode(bits: number, { bits: width, mantissa, bias, max, kind }: SmallFloat): number {
  const signBit = 2 ** (width - 1);
  const sign = bits >= signBit ? -1 : 1;
  const magnitude = bits % signBit;
  if (kind === 'fnuz' && bits === signBit) return NaN;
  if (magnitude > max) return kind === 'ieee' && magnitude === max + 1 ? sign * Infinity : NaN;
  const exponent = Math.floor(magnitude / 2 ** mantissa);
  const fraction = magnitude % 2 ** mantissa;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - mantissa);
  return sign * (2 ** mantissa + fraction) * 2 ** (exponent - bias - mantissa);
}

// float8e8m0: an exponent alone, 2^(bits − 127); 0xff is NaN.
function scaleTable(): Float32Array {
  const table = new Float32Array(256);
  for (let bits = 0; bits < 255; bits++) table[bits] = 2 ** (bits - 127);
  table[255] = NaN;
  return table;
}
