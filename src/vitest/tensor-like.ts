import type { Dtype, Tensor } from '../tensor/index.ts';
import { isDtype } from '../tensor/index.ts';

/** What the matchers take for a tensor: ours, one of onnxruntime, a typed array (one axis), or a number (a float64 scalar). */
export type TensorLike =
  | Tensor
  | { readonly type: string; readonly dims: readonly number[]; readonly data: unknown }
  | ArrayBufferView
  | number;

const DTYPE_OF_ARRAY: Readonly<Record<string, Dtype>> = {
  Float32Array: 'float32',
  Float64Array: 'float64',
  Float16Array: 'float16',
  Int8Array: 'int8',
  Int16Array: 'int16',
  Int32Array: 'int32',
  BigInt64Array: 'int64',
  Uint8Array: 'uint8',
  Uint8ClampedArray: 'uint8',
  Uint16Array: 'uint16',
  Uint32Array: 'uint32',
  BigUint64Array: 'uint64',
};

/** The tensor that a value stands for; `undefined` for anything else. */
export function tensorOf(value: unknown): Tensor | undefined {
  if (typeof value === 'number') return { dtype: 'float64', shape: [], data: Float64Array.of(value) };
  if (typeof value !== 'object' || value === null) return undefined;
  if (ArrayBuffer.isView(value)) return ofArray(value);
  const { dtype, shape, type, dims, data } = value as Record<string, unknown>;
  const name = dtype ?? type;
  const lengths = shape ?? dims;
  if (typeof name !== 'string' || !isDtype(name) || !Array.isArray(lengths)) return undefined;
  if (!Array.isArray(data) && !ArrayBuffer.isView(data)) return undefined;
  return {
    dtype: name,
    shape: lengths as number[],
    data: name === 'float16' ? codesOf(data) : data,
  } as Tensor;
}

function ofArray(array: ArrayBufferView): Tensor | undefined {
  const name = Object.prototype.toString.call(array).slice(8, -1);
  const dtype = DTYPE_OF_ARRAY[name];
  if (dtype === undefined) return undefined;
  const { length } = array as Uint8Array;
  return { dtype, shape: [length], data: dtype === 'float16' ? codesOf(array) : array } as Tensor;
}

/** Newer runtimes hold float16 as numbers; the engine wants the bit patterns. */
function codesOf(data: unknown): unknown {
  if (!ArrayBuffer.isView(data) || data instanceof Uint16Array) return data;
  return new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2);
}
