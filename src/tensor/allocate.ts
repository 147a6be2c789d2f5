/** Makes the array that holds the elements of a dtype. */
import { DTYPES } from './dtype.ts';
import type { DataOf, Dtype, NumericDtype, TensorData } from './dtype.ts';
import type { Shape, Tensor } from './tensor.ts';

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float8e4m3fn: Uint8Array,
  float8e4m3fnuz: Uint8Array,
  float8e5m2: Uint8Array,
  float8e5m2fnuz: Uint8Array,
  float8e8m0: Uint8Array,
  float4e2m1: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  int4: Int8Array,
  int2: Int8Array,
  uint4: Uint8Array,
  uint2: Uint8Array,
  bool: Uint8Array,
  complex64: Float32Array,
  complex128: Float64Array,
} satisfies Record<NumericDtype, unknown>;

/** Array elements per tensor element: two for complex dtypes, else one. */
export function partsOf(dtype: Dtype): 1 | 2 {
  return DTYPES[dtype].kind === 'complex' ? 2 : 1;
}

/** Bytes of one array element in memory, where 4- and 2-bit dtypes are unpacked; 0 for strings. */
export function bytesPerPart(dtype: Dtype): number {
  return dtype === 'string' ? 0 : ARRAYS[dtype].BYTES_PER_ELEMENT;
}

/** A zero-filled array for so many tensor elements. */
export function allocate<D extends NumericDtype>(dtype: D, elements: number): DataOf[D] {
  return new ARRAYS[dtype](elements * partsOf(dtype)) as DataOf[D];
}

/** A view of a buffer's bytes as the array of a dtype; offset and length must fit its element size. */
export function viewAs<D extends NumericDtype>(
  dtype: D,
  buffer: ArrayBufferLike,
  byteOffset: number,
  elements: number,
): DataOf[D] {
  return new ARRAYS[dtype](buffer as ArrayBuffer, byteOffset, elements * partsOf(dtype)) as DataOf[D];
}

/** The one place where dtype and data are joined unchecked: the caller made `data` for this dtype. */
export function makeTensor(dtype: Dtype, shape: Shape, data: TensorData): Tensor {
  return { dtype, shape, data } as Tensor;
}
