/** NumPy's npz: a zip archive of npy entries, stored or deflated. Guards against archives that unpack to huge sizes. */
import { crc32, inflateRawSync } from 'node:zlib';
import { formatError } from '../errors/catalogue/formats.ts';
import { memorySource, readRange, sliceSource } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';
import { loadedEntry } from './entry.ts';
import type { TensorEntry } from './entry.ts';
import { MAX_INFLATED_ENTRY, UNPACKED_FREE, UNPACKED_RATIO } from './limits.ts';
import { npyEntry } from './npy.ts';
import { readZipDirectory } from './zip.ts';
import type { ZipEntry } from './zip.ts';

/** The arrays of an archive by name, without the `.npy` of the entries. `maxUnpackedBytes` replaces the documented limit. */
export function npzEntries(source: ByteSource, maxUnpackedBytes?: number): TensorEntry[] {
  const entries = readZipDirectory(source);
  refuseForeign(source, entries);
  refuseBomb(source, entries, maxUnpackedBytes);
  return entries.map((entry) => {
    const name = entry.name.slice(0, -'.npy'.length);
    return entry.method === 'stored' ? storedArray(source, entry, name) : deflatedArray(source, entry, name);
  });
}

function storedArray(source: ByteSource, entry: ZipEntry, name: string): TensorEntry {
  const slice = sliceSource(source, entry.dataOffset, entry.size);
  return npyEntry(slice, name, () => {
    if (checksum(slice) !== entry.crc32) throw wrongChecksum(source, entry);
  });
}

/** The header is needed at once, so the entry is unpacked when it is listed, and kept until the entry is dropped. */
function deflatedArray(source: ByteSource, entry: ZipEntry, name: string): TensorEntry {
  const unpacked = npyEntry(memorySource(inflate(source, entry), source.path), name);
  return loadedEntry(unpacked.name, unpacked.dtype, unpacked.shape, () => unpacked.read());
}

function inflate(source: ByteSource, entry: ZipEntry): Uint8Array {
  const packed = readRange(source, entry.dataOffset, entry.packedSize);
  let bytes: Uint8Array;
  try {
    bytes = inflateRawSync(packed, {
      maxOutputLength: Math.max(1, entry.size),
      chunkSize: Math.min(Math.max(entry.size, 64), 2 ** 20),
    });
  } catch (error) {
    const tooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    const problem = `entry "${entry.name}" ${tooLong ? 'unpacks to more bytes than it declares' : 'cannot be unpacked'}`;
    throw formatError('TENSOR_FILE_MALFORMED', { path: source.path, format: 'npz', problem }, error);
  }
  if (bytes.byteLength !== entry.size || crc32(bytes) !== entry.crc32) throw wrongChecksum(source, entry);
  return bytes;
}

const CHUNK = 2 ** 18;

function checksum(source: ByteSource): number {
  const buffer = new Uint8Array(Math.min(CHUNK, source.size));
  let crc = 0;
  for (let at = 0; at < source.size; at += CHUNK) {
    const part = buffer.subarray(0, Math.min(CHUNK, source.size - at));
    source.readInto(at, part);
    crc = crc32(part, crc);
  }
  return crc;
}

function refuseForeign(source: ByteSource, entries: readonly ZipEntry[]): void {
  const foreign = entries.find(({ name }) => !name.endsWith('.npy'));
  if (foreign === undefined) return;
  const torch = entries.some(({ name }) => name.endsWith('data.pkl'));
  const looksLike = torch
    ? 'a PyTorch file (.pt), which holds pickled objects'
    : `a zip archive with other content ("${foreign.name}")`;
  throw formatError('TENSOR_FORMAT_UNKNOWN', { path: source.path, looksLike });
}

function refuseBomb(source: ByteSource, entries: readonly ZipEntry[], maxUnpackedBytes?: number): void {
  const limit = maxUnpackedBytes ?? Math.max(UNPACKED_FREE, UNPACKED_RATIO * source.size);
  let total = 0;
  for (const { method, size } of entries) {
    if (method === 'deflated') total += size;
    if (total > limit || (method === 'deflated' && size > MAX_INFLATED_ENTRY)) {
      const problem = `its ${source.size} bytes unpack to at least ${total}, more than the limit of ${limit}`;
      throw formatError('TENSOR_FILE_TOO_LARGE', { path: source.path, problem });
    }
  }
}

function wrongChecksum(source: ByteSource, entry: ZipEntry): Error {
  return formatError('ARCHIVE_CHECKSUM', { path: source.path, entry: entry.name });
}
