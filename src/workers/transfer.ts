/** Moves tensors between processes: small ones inside messages, large ones through files of the scratch folder. */
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import {
  allocate,
  elementCount,
  makeTensor,
  type NamedTensors,
  type NumericDtype,
  type Tensor,
} from '../tensor/index.ts';
import type { PackedTensor, PackedTensors } from './messages.ts';

/** Above this a file is faster than the pipe between the processes. */
export const LARGEST_INLINE_BYTES = 8 * 2 ** 20;

/** The longest single read or write; the kernel takes no more than 2 GiB at once. */
const CHUNK_BYTES = 2 ** 28;

let files = 0;

/** @throws an error of the file system where the scratch folder is full */
export async function packTensors(tensors: NamedTensors, scratch: string): Promise<PackedTensors> {
  const packed: [string, PackedTensor][] = [];
  for (const [name, tensor] of tensors) packed.push([name, await packTensor(tensor, scratch)]);
  return packed;
}

export async function unpackTensors(packed: PackedTensors): Promise<NamedTensors> {
  const tensors = new Map<string, Tensor>();
  for (const [name, tensor] of packed) tensors.set(name, await unpackTensor(tensor));
  return tensors;
}

async function packTensor(tensor: Tensor, scratch: string): Promise<PackedTensor> {
  if (tensor.dtype === 'string' || tensor.data.byteLength <= LARGEST_INLINE_BYTES) return { tensor };
  files += 1;
  const file = join(scratch, `tensor-${process.pid}-${files}.bin`);
  const bytes = bytesOf(tensor.data);
  await withFile(file, 'wx', async (handle) => {
    for (let at = 0; at < bytes.length;) {
      at += (await handle.write(bytes, at, Math.min(CHUNK_BYTES, bytes.length - at))).bytesWritten;
    }
  });
  return { dtype: tensor.dtype, shape: tensor.shape, file };
}

async function unpackTensor(packed: PackedTensor): Promise<Tensor> {
  if ('tensor' in packed) return packed.tensor;
  const { dtype, shape, file } = packed;
  const data = allocate(dtype as NumericDtype, elementCount(shape));
  const bytes = bytesOf(data);
  await withFile(file, 'r', async (handle) => {
    for (let at = 0; at < bytes.length;) {
      const { bytesRead } = await handle.read(bytes, at, Math.min(CHUNK_BYTES, bytes.length - at));
      if (bytesRead === 0) throw new Error(`${file} ended after ${at} of ${bytes.length} bytes`);
      at += bytesRead;
    }
  });
  await rm(file, { force: true });
  return makeTensor(dtype, shape, data);
}

async function withFile(
  path: string,
  flags: string,
  use: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  const handle = await open(path, flags);
  try {
    await use(handle);
  } finally {
    await handle.close();
  }
}

function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
