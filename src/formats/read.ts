/** Reads tensors from a file, or from all tensor files of a folder. */
import { readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { formatError } from '../errors/catalogue/formats.ts';
import type { Tensor } from '../tensor/index.ts';
import { statOf } from './byte-source.ts';
import { openTensorBytes, openTensorFile, TENSOR_EXTENSIONS } from './open.ts';
import type { ReadOptions, TensorFile } from './open.ts';

/**
 * The tensors of a file or folder by name, in the file's order. A file of one nameless tensor gives it the file's stem.
 * @throws ParityError of the `TENSOR_…`, `ARCHIVE_…` and `EXTERNAL_DATA_…` codes
 */
export async function readTensors(path: string, options: ReadOptions = {}): Promise<Map<string, Tensor>> {
  return readTensorsSync(path, options);
}

/** The tensors of one file. */
export function readTensorFile(path: string): Map<string, Tensor> {
  return readAll(openTensorFile(path));
}

/** {@link readTensors}, at once. */
export function readTensorsSync(path: string, options: ReadOptions = {}): Map<string, Tensor> {
  const isFolder = statOf(path)?.isDirectory() === true;
  return isFolder ? readFolder(path, options) : readAll(openTensorFile(path, options));
}

/** Reads tensors from bytes, as they come through a pipe; `path` serves for errors, the extension and the name of a single tensor. */
export function readTensorBytes(
  bytes: Uint8Array,
  path: string,
  options: ReadOptions = {},
): Map<string, Tensor> {
  return readAll(openTensorBytes(bytes, path, options));
}

/** Paths of the tensor files of a folder in natural order (`input_2` before `input_10`); subfolders are not searched. */
export function tensorFilesIn(folder: string): string[] {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((item) => !item.isDirectory() && TENSOR_EXTENSIONS.includes(extname(item.name).toLowerCase()))
    .map((item) => item.name);
  const order = new Intl.Collator('en', { numeric: true });
  return names.sort(order.compare).map((name) => join(folder, name));
}

function readFolder(folder: string, options: ReadOptions): Map<string, Tensor> {
  const files = tensorFilesIn(folder);
  if (files.length === 0) throw formatError('TENSOR_FOLDER_EMPTY', { path: folder });
  const all = new Map<string, Tensor>();
  for (const file of files) {
    for (const [name, tensor] of readAll(openTensorFile(file, options))) {
      if (all.has(name)) throw formatError('TENSOR_NAME_DUPLICATE', { path: folder, tensor: name });
      all.set(name, tensor);
    }
  }
  return all;
}

function readAll(file: TensorFile): Map<string, Tensor> {
  try {
    return new Map([...file.tensors].map(([name, entry]) => [name, entry.read()]));
  } finally {
    file.close();
  }
}
