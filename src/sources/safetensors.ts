/**
 * Safetensors in one fixed form, for golden blobs and for the exchange with source processes: equal tensors give
 * equal bytes, for ever, because blobs are named by their hash. The general reader of users' files is src/formats.
 */
import { memorySource } from '../formats/byte-source.ts';
import { safetensorsEntries } from '../formats/safetensors.ts';
import { DTYPES, allocate, bytesPerPart, elementCount, makeTensor } from '../tensor/index.ts';
import type { Dtype, NamedTensors, NumericDtype, Tensor, TensorOf } from '../tensor/index.ts';

const TOKENS: Readonly<Partial<Record<Dtype, string>>> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  float8e4m3fn: 'F8_E4M3',
  float8e5m2: 'F8_E5M2',
  int64: 'I64',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint64: 'U64',
  uint32: 'U32',
  uint16: 'U16',
  uint8: 'U8',
  bool: 'BOOL',
  complex64: 'C64',
};

export type NumericTensor = { [D in NumericDtype]: TensorOf<D> }[NumericDtype];

/** True where safetensors has the dtype. */
export function hasToken(dtype: Dtype): boolean {
  return TOKENS[dtype] !== undefined;
}

export function isNumeric(tensor: Tensor): tensor is NumericTensor {
  return tensor.dtype !== 'string';
}

/** The elements as little-endian bytes, without copying. */
export function bytesOf(tensor: NumericTensor): Uint8Array {
  return new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
}

/** Header and elements, to be written one after the other; only dtypes with {@link hasToken}. */
export function encodeSafetensors(tensors: ReadonlyMap<string, NumericTensor>): readonly Uint8Array[] {
  let offset = 0;
  const entries: [string, unknown][] = [];
  for (const [name, tensor] of tensors) {
    const end = offset + tensor.data.byteLength;
    entries.push([name, { dtype: TOKENS[tensor.dtype], shape: tensor.shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  // Written by hand, because an object would reorder names that look like numbers and lose `__proto__`.
  const pairs = entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  const header = Buffer.from(`{${pairs.join(',')}}`);
  const padded = Buffer.alloc(8 + Math.ceil(header.length / 8) * 8, ' ');
  padded.writeBigUInt64LE(BigInt(padded.length - 8));
  header.copy(padded, 8);
  return [padded, ...[...tensors.values()].map(bytesOf)];
}

/** @throws ParityError for bytes that are not safetensors; `path` is shown in it. */
export function decodeSafetensors(bytes: Uint8Array, path: string): NamedTensors {
  const entries = safetensorsEntries(memorySource(bytes, path));
  return new Map(entries.map((entry) => [entry.name, entry.read()]));
}

/** A dtype that safetensors lacks, as bytes: one more axis that holds the bytes of an element. */
export function asBytes(tensor: NumericTensor): TensorOf<'uint8'> {
  const width = bytesPerPart(tensor.dtype) * (DTYPES[tensor.dtype].kind === 'complex' ? 2 : 1);
  return { dtype: 'uint8', shape: [...tensor.shape, width], data: bytesOf(tensor) };
}

/** The inverse of {@link asBytes}. */
export function fromBytes(tensor: TensorOf<'uint8'>, dtype: NumericDtype): Tensor {
  const shape = tensor.shape.slice(0, -1);
  const data = allocate(dtype, elementCount(shape));
  if (data.byteLength !== tensor.data.length) throw new Error(`the bytes are not ${dtype} elements`);
  new Uint8Array(data.buffer).set(tensor.data);
  return makeTensor(dtype, shape, data);
}
