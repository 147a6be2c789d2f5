/** Opens a tensor file of any supported format, chosen by its content and then by its extension. */
import { basename, dirname, extname } from 'node:path';
import { formatError } from '../errors/catalogue/formats.ts';
import type { Dtype } from '../tensor/index.ts';
import { memorySource, openFileSource, readRange } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';
import { loadedEntry } from './entry.ts';
import type { TensorEntry } from './entry.ts';
import { readExternalData } from './external-data.ts';
import { JsonProblem, parseJson } from './json.ts';
import type { JsonValue } from './json.ts';
import { MAX_JSON } from './limits.ts';
import { lookalike, LOOKALIKE_BYTES } from './lookalike.ts';
import { npyEntry } from './npy.ts';
import { npzEntries } from './npz.ts';
import { isPolygraphy, polygraphyEntries } from './polygraphy.ts';
import { safetensorsEntries } from './safetensors.ts';
import { jsonEntries } from './tensor-json.ts';
import { readTensorProto } from './tensor-proto.ts';
import { decodeUtf8 } from './text.ts';

export type TensorFormat = 'npy' | 'npz' | 'safetensors' | 'tensor-proto' | 'json' | 'polygraphy';

/** Extensions that a folder of tensors is searched for. */
export const TENSOR_EXTENSIONS: readonly string[] = ['.npy', '.npz', '.safetensors', '.pb', '.json'];

export interface ReadOptions {
  /** What plain JSON arrays are taken for, by tensor name; otherwise numbers are float32. */
  readonly dtypes?: ReadonlyMap<string, Dtype>;
  /** Which iteration of a Polygraphy file; needed where it has several. */
  readonly iteration?: number;
  /** Bytes that deflated npz entries may unpack to; by default max(256 MiB, 100 × the file's size). */
  readonly maxUnpackedBytes?: number;
}

/** An open file: headers are read, elements on demand. Close it when done. */
export interface TensorFile {
  readonly format: TensorFormat;
  /** In the file's order. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  close(): void;
}

/** Opens a file. @throws ParityError of the `TENSOR_…` and `ARCHIVE_…` codes */
export function openTensorFile(path: string, options: ReadOptions = {}): TensorFile {
  const source = openFileSource(path);
  try {
    return openSource(source, options);
  } catch (error) {
    source.close();
    throw error;
  }
}

/** Opens bytes in memory; `path` serves for errors, the extension and the name of a single tensor. */
export function openTensorBytes(bytes: Uint8Array, path: string, options: ReadOptions = {}): TensorFile {
  return openSource(memorySource(bytes, path), options);
}

function openSource(source: ByteSource, options: ReadOptions): TensorFile {
  const { path } = source;
  const format = detect(source);
  const tensors = new Map<string, TensorEntry>();
  const { kind, entries } = readEntries(source, format, options);
  for (const entry of entries) {
    if (tensors.has(entry.name)) throw formatError('TENSOR_NAME_DUPLICATE', { path, tensor: entry.name });
    tensors.set(entry.name, entry);
  }
  return { format: kind, tensors, close: () => source.close() };
}

/** Content decides; the extension only where the content could be several things. */
function detect(source: ByteSource): Exclude<TensorFormat, 'polygraphy'> {
  const { path, size } = source;
  if (size === 0) throw formatError('TENSOR_FILE_EMPTY', { path });
  const head = readRange(source, 0, Math.min(size, LOOKALIKE_BYTES));
  const latin = Buffer.from(head.subarray(0, 9)).toString('latin1');
  const extension = extname(path).toLowerCase();
  if (latin.startsWith('\x93NUMPY')) return 'npy';
  if (latin.startsWith('PK\x03\x04') || latin.startsWith('PK\x05\x06')) return 'npz';
  const { kind, words } = lookalike(head);
  if (kind === 'unknown' && beginsSafetensors(head, size)) return 'safetensors';
  if (kind === 'json' || (extension === '.json' && kind === 'text')) return 'json';
  if (kind === 'unknown' && extension === '.safetensors') return 'safetensors';
  // A TensorProto may begin with any of its fields, so a short one can also look like text.
  if (extension === '.pb' && (kind === 'unknown' || kind === 'text')) return 'tensor-proto';
  throw formatError('TENSOR_FORMAT_UNKNOWN', { path, looksLike: words });
}

/** Eight bytes of a header length that fits the file, then `{`. A TensorProto can have the brace there, but not the length. */
function beginsSafetensors(head: Uint8Array, size: number): boolean {
  if (head.length < 9 || head[8] !== 0x7b) return false;
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  return length <= BigInt(size - 8);
}

function readEntries(
  source: ByteSource,
  format: Exclude<TensorFormat, 'polygraphy'>,
  options: ReadOptions,
): { readonly kind: TensorFormat; readonly entries: readonly TensorEntry[] } {
  const stem = basename(source.path, extname(source.path));
  switch (format) {
    case 'npy':
      return { kind: format, entries: [npyEntry(source, stem)] };
    case 'npz':
      return { kind: format, entries: npzEntries(source, options.maxUnpackedBytes) };
    case 'safetensors':
      return { kind: format, entries: safetensorsEntries(source) };
    case 'tensor-proto':
      return { kind: format, entries: [protoEntry(source, stem)] };
    default: {
      const json = readJson(source);
      return isPolygraphy(json)
        ? { kind: 'polygraphy', entries: polygraphyEntries(json, source.path, options.iteration) }
        : { kind: format, entries: jsonEntries(json, source.path, stem, options.dtypes) };
    }
  }
}

function protoEntry(source: ByteSource, stem: string): TensorEntry {
  const folder = dirname(source.path);
  const owner = { path: source.path, tensor: stem };
  const bytes = readRange(source, 0, source.size);
  const { name, tensor } = readTensorProto(bytes, source.path, (location, offset, length) =>
    readExternalData(folder, location, { offset, length }, owner),
  );
  return loadedEntry(name === '' ? stem : name, tensor.dtype, tensor.shape, () => tensor);
}

function readJson(source: ByteSource): JsonValue {
  const { path, size } = source;
  if (size > MAX_JSON) {
    const problem = `JSON of ${size} bytes is more than the limit of ${MAX_JSON}`;
    throw formatError('TENSOR_FILE_TOO_LARGE', { path, problem });
  }
  const text = decodeUtf8(readRange(source, 0, size));
  if (text === undefined) throw malformedJson(path, 'it is not UTF-8');
  try {
    return parseJson(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    if (error.duplicateKey !== undefined) {
      throw formatError('TENSOR_NAME_DUPLICATE', { path, tensor: error.duplicateKey });
    }
    throw malformedJson(path, error.message);
  }
}

function malformedJson(path: string, problem: string): Error {
  return formatError('TENSOR_FILE_MALFORMED', { path, format: 'JSON', problem });
}
