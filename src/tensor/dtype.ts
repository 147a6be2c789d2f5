/** The element types of ONNX tensors and how each is held in memory. Source: onnx.proto, TensorProto.DataType. */

/** How elements of each dtype are held; one array element per tensor element, except where the comment says otherwise. */
export interface DataOf {
  float32: Float32Array;
  float64: Float64Array;
  /** IEEE 754 binary16 bit patterns. */
  float16: Uint16Array;
  /** Upper half of a binary32 bit pattern. */
  bfloat16: Uint16Array;
  /** Bit patterns, one byte an element; all five float8 forms of ONNX. */
  float8e4m3fn: Uint8Array;
  float8e4m3fnuz: Uint8Array;
  float8e5m2: Uint8Array;
  float8e5m2fnuz: Uint8Array;
  float8e8m0: Uint8Array;
  /** Bit pattern in the low four bits, one element a byte (unpacked). */
  float4e2m1: Uint8Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
  uint64: BigUint64Array;
  /** Sign-extended, one element a byte (unpacked). */
  int4: Int8Array;
  int2: Int8Array;
  /** One element a byte (unpacked). */
  uint4: Uint8Array;
  uint2: Uint8Array;
  /** 0 or 1. */
  bool: Uint8Array;
  /** Interleaved real and imaginary parts: two array elements a tensor element. */
  complex64: Float32Array;
  complex128: Float64Array;
  string: string[];
}

export type Dtype = keyof DataOf;
export type NumericDtype = Exclude<Dtype, 'string'>;
export type TensorData = DataOf[Dtype];

interface DtypeInfo {
  /** Bits of one element as ONNX stores it. */
  readonly bits: number;
  readonly kind: 'float' | 'int' | 'uint' | 'bool' | 'complex' | 'string';
  /** TensorProto.DataType number. */
  readonly onnx: number;
}

export const DTYPES: Readonly<Record<Dtype, DtypeInfo>> = {
  float32: { bits: 32, kind: 'float', onnx: 1 },
  uint8: { bits: 8, kind: 'uint', onnx: 2 },
  int8: { bits: 8, kind: 'int', onnx: 3 },
  uint16: { bits: 16, kind: 'uint', onnx: 4 },
  int16: { bits: 16, kind: 'int', onnx: 5 },
  int32: { bits: 32, kind: 'int', onnx: 6 },
  int64: { bits: 64, kind: 'int', onnx: 7 },
  string: { bits: 0, kind: 'string', onnx: 8 },
  bool: { bits: 8, kind: 'bool', onnx: 9 },
  float16: { bits: 16, kind: 'float', onnx: 10 },
  float64: { bits: 64, kind: 'float', onnx: 11 },
  uint32: { bits: 32, kind: 'uint', onnx: 12 },
  uint64: { bits: 64, kind: 'uint', onnx: 13 },
  complex64: { bits: 64, kind: 'complex', onnx: 14 },
  complex128: { bits: 128, kind: 'complex', onnx: 15 },
  bfloat16: { bits: 16, kind: 'float', onnx: 16 },
  float8e4m3fn: { bits: 8, kind: 'float', onnx: 17 },
  float8e4m3fnuz: { bits: 8, kind: 'float', onnx: 18 },
  float8e5m2: { bits: 8, kind: 'float', onnx: 19 },
  float8e5m2fnuz: { bits: 8, kind: 'float', onnx: 20 },
  uint4: { bits: 4, kind: 'uint', onnx: 21 },
  int4: { bits: 4, kind: 'int', onnx: 22 },
  float4e2m1: { bits: 4, kind: 'float', onnx: 23 },
  float8e8m0: { bits: 8, kind: 'float', onnx: 24 },
  uint2: { bits: 2, kind: 'uint', onnx: 25 },
  int2: { bits: 2, kind: 'int', onnx: 26 },
};

const BY_ONNX_NUMBER = new Map<number, Dtype>(
  (Object.keys(DTYPES) as Dtype[]).map((dtype) => [DTYPES[dtype].onnx, dtype]),
);

/** The dtype of a TensorProto.DataType number, or `undefined` for one that this version does not know. */
export function dtypeOfOnnx(dataType: number): Dtype | undefined {
  return BY_ONNX_NUMBER.get(dataType);
}

export function isDtype(name: string): name is Dtype {
  return Object.hasOwn(DTYPES, name);
}

/** True where a comparison is approximate by nature: tolerances apply only to these. */
export function isFloating(dtype: Dtype): boolean {
  const { kind } = DTYPES[dtype];
  return kind === 'float' || kind === 'complex';
}
