import type { Tensor as OrtTensor } from 'onnxruntime-common';
import {
  DTYPES,
  elementCount,
  isDtype,
  type Dtype,
  type Tensor,
  type TensorData,
} from '../../tensor/index.ts';
import type { OrtModule, OrtValue } from './binding.ts';

/** Dtypes that onnxruntime-common's Tensor can hold. */
const CARRIED: ReadonlySet<Dtype> = new Set<Dtype>([
  'float32',
  'float64',
  'float16',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'bool',
  'string',
]);

/** True for dtypes whose elements are four bits wide; onnxruntime packs two to a byte, low half first. */
export function isFourBit(dtype: Dtype): dtype is 'int4' | 'uint4' {
  return dtype === 'int4' || dtype === 'uint4';
}

export function isCarried(dtype: Dtype): boolean {
  return CARRIED.has(dtype);
}

/** Makes the runtime's tensor over the same memory where the layouts agree. The dtype must be one that it carries. */
export function toOrt(tensor: Tensor, Make: OrtModule['Tensor']): OrtTensor {
  const dims = [...tensor.shape];
  // The constructor's overloads are per dtype; which data belongs to which dtype is held by Tensor.
  const make = Make as unknown as new (type: string, data: unknown, dims: readonly number[]) => OrtTensor;
  if (isFourBit(tensor.dtype))
    return new make(tensor.dtype, packFourBit(tensor.data as Int8Array | Uint8Array), dims);
  if (tensor.dtype === 'float16') return new make('float16', asFloat16(tensor.data), dims);
  return new make(tensor.dtype, tensor.data, dims);
}

/** Reads a result. Returns `null` for a dtype that we do not know. */
export function fromOrt(value: OrtValue): Tensor | null {
  if (!isDtype(value.type)) return null;
  const shape = [...value.dims];
  return { dtype: value.type, shape, data: dataOf(value.type, value.data, elementCount(shape)) } as Tensor;
}

/** Four-bit elements that were read as float32. */
export function fourBitOf(read: Tensor, dtype: Dtype | null): Tensor | null {
  if (read.dtype !== 'float32') return null;
  if (dtype === 'int4') return { dtype, shape: read.shape, data: Int8Array.from(read.data) };
  return dtype === 'uint4' ? { dtype, shape: read.shape, data: Uint8Array.from(read.data) } : null;
}

function dataOf(dtype: Dtype, data: unknown, count: number): TensorData {
  if (DTYPES[dtype].kind === 'string') return [...(data as readonly string[])];
  const array = data as Uint8Array;
  if (dtype === 'float16') return new Uint16Array(array.buffer, array.byteOffset, count);
  if (isFourBit(dtype) && array.length < count) return unpackFourBit(array, count, dtype === 'int4');
  return array as TensorData;
}

/** Node 24 and later have Float16Array, and onnxruntime-common then insists on it. */
function asFloat16(bits: Uint16Array): unknown {
  const Float16 = (
    globalThis as { Float16Array?: new (buffer: ArrayBufferLike, offset: number, length: number) => unknown }
  ).Float16Array;
  return Float16 === undefined ? bits : new Float16(bits.buffer, bits.byteOffset, bits.length);
}

function packFourBit(elements: Int8Array | Uint8Array): Uint8Array {
  const packed = new Uint8Array(Math.ceil(elements.length / 2));
  for (let i = 0; i < elements.length; i += 1) {
    packed[i >> 1]! |= ((elements[i] ?? 0) & 15) << (4 * (i & 1));
  }
  return packed;
}

function unpackFourBit(packed: Uint8Array, count: number, signed: boolean): Int8Array | Uint8Array {
  const elements = signed ? new Int8Array(count) : new Uint8Array(count);
  for (let i = 0; i < count; i += 1) {
    const nibble = ((packed[i >> 1] ?? 0) >> (4 * (i & 1))) & 15;
    elements[i] = signed && nibble > 7 ? nibble - 16 : nibble;
  }
  return elements;
}
