/** The directory of a zip archive, read by its central directory. Source: PKWARE APPNOTE 6.3. Anything ambiguous is refused. */
import { formatError } from '../errors/catalogue/formats.ts';
import type { ParityError } from '../errors/index.ts';
import { readRange } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';

export interface ZipEntry {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly crc32: number;
  readonly packedSize: number;
  readonly size: number;
  /** Where the packed bytes begin. */
  readonly dataOffset: number;
}

interface DirectoryEntry extends Omit<ZipEntry, 'dataOffset'> {
  readonly headerOffset: number;
}

const END = 0x06054b50;
const END64_LOCATOR = 0x07064b50;
const END64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_SIZE = 22;
const CENTRAL_SIZE = 46;
const LOCAL_SIZE = 30;
const MAX_COMMENT = 0xffff;
const WIDE = 0xffffffff;

/** The entries in the order of the directory, without folders. Names are unique and no two entries share bytes. */
export function readZipDirectory(source: ByteSource): ZipEntry[] {
  const end = findEnd(source);
  if (end.offset + end.size > source.size) throw malformed(source, 'its directory lies outside the file');
  const entries = parseDirectory(source, readRange(source, end.offset, end.size), end.count);
  refuseDuplicates(source, entries);
  const located = entries.map((entry) => locate(source, entry, end.offset));
  refuseOverlaps(source, entries, located);
  return located.filter((entry) => !(entry.name.endsWith('/') && entry.size === 0));
}

interface End {
  readonly offset: number;
  readonly size: number;
  readonly count: number;
}

function findEnd(source: ByteSource): End {
  const length = Math.min(source.size, END_SIZE + MAX_COMMENT);
  const tail = viewOf(readRange(source, source.size - length, length));
  for (let at = length - END_SIZE; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END || at + END_SIZE + tail.getUint16(at + 20, true) !== length)
      continue;
    if (tail.getUint16(at + 4, true) !== 0 || tail.getUint16(at + 6, true) !== 0) {
      throw malformed(source, 'it spans several disks');
    }
    const end = {
      count: tail.getUint16(at + 10, true),
      size: tail.getUint32(at + 12, true),
      offset: tail.getUint32(at + 16, true),
    };
    const wide = end.count === 0xffff || end.size === WIDE || end.offset === WIDE;
    return wide ? (findEnd64(source, source.size - length + at) ?? end) : end;
  }
  throw malformed(source, 'its directory is missing: the file is cut off');
}

function findEnd64(source: ByteSource, endAt: number): End | undefined {
  if (endAt < 20) return undefined;
  const locator = viewOf(readRange(source, endAt - 20, 20));
  if (locator.getUint32(0, true) !== END64_LOCATOR) return undefined;
  const at = wideNumber(source, locator, 8);
  if (at + 56 > endAt) throw malformed(source, 'its directory lies outside the file');
  const record = viewOf(readRange(source, at, 56));
  if (record.getUint32(0, true) !== END64) throw malformed(source, 'its zip64 record is missing');
  return {
    count: wideNumber(source, record, 32),
    size: wideNumber(source, record, 40),
    offset: wideNumber(source, record, 48),
  };
}

function parseDirectory(source: ByteSource, bytes: Uint8Array, count: number): DirectoryEntry[] {
  const view = viewOf(bytes);
  const entries: DirectoryEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (at + CENTRAL_SIZE > bytes.length || view.getUint32(at, true) !== CENTRAL) {
      throw malformed(source, 'its directory is corrupted');
    }
    const nameEnd = at + CENTRAL_SIZE + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const next = extraEnd + view.getUint16(at + 32, true);
    if (next > bytes.length) throw malformed(source, 'its directory is corrupted');
    entries.push(
      directoryEntry(source, view, at, bytes.subarray(at + CENTRAL_SIZE, nameEnd), { nameEnd, extraEnd }),
    );
    at = next;
  }
  if (entries.length !== count) throw malformed(source, `it lists ${entries.length} of ${count} entries`);
  return entries;
}

function directoryEntry(
  source: ByteSource,
  view: DataView,
  at: number,
  nameBytes: Uint8Array,
  extra: { readonly nameEnd: number; readonly extraEnd: number },
): DirectoryEntry {
  const flags = view.getUint16(at + 8, true);
  const name = Buffer.from(nameBytes).toString((flags & 0x800) === 0 ? 'latin1' : 'utf8');
  // Bits 0, 6 and 13: encrypted, strongly encrypted, masked directory.
  if ((flags & 0x2041) !== 0) throw formatError('ARCHIVE_ENCRYPTED', { path: source.path, entry: name });
  const method = view.getUint16(at + 10, true);
  if (method !== 0 && method !== 8)
    throw malformed(source, `entry "${name}" uses compression method ${method}`);
  const sizes = [
    view.getUint32(at + 24, true),
    view.getUint32(at + 20, true),
    view.getUint32(at + 42, true),
  ] as const;
  const [size, packedSize, headerOffset] = sizes.includes(WIDE)
    ? wideSizes(source, view, sizes, extra.nameEnd, extra.extraEnd)
    : sizes;
  if (method === 0 && size !== packedSize)
    throw malformed(source, `entry "${name}" is stored with two sizes`);
  return {
    name,
    method: method === 0 ? 'stored' : 'deflated',
    crc32: view.getUint32(at + 16, true),
    size,
    packedSize,
    headerOffset,
  };
}

/** Unpacked size, packed size, offset of the header. */
type Sizes = readonly [number, number, number];

/** The zip64 extra field holds, in this order, those of the sizes that do not fit in 32 bits. */
function wideSizes(source: ByteSource, view: DataView, sizes: Sizes, start: number, end: number): Sizes {
  for (let at = start; at + 4 <= end; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let next = at + 4;
    const fieldEnd = Math.min(end, next + view.getUint16(at + 2, true));
    const widen = (size: number): number => {
      if (size !== WIDE) return size;
      if (next + 8 > fieldEnd) throw malformed(source, 'a zip64 field is cut off');
      next += 8;
      return wideNumber(source, view, next - 8);
    };
    return [widen(sizes[0]), widen(sizes[1]), widen(sizes[2])];
  }
  return sizes;
}

function locate(source: ByteSource, entry: DirectoryEntry, directoryOffset: number): ZipEntry {
  const { headerOffset, ...kept } = entry;
  const outside = (): ParityError => malformed(source, `entry "${entry.name}" lies outside the file`);
  if (headerOffset + LOCAL_SIZE > directoryOffset) throw outside();
  const header = viewOf(readRange(source, headerOffset, LOCAL_SIZE));
  if (header.getUint32(0, true) !== LOCAL) throw malformed(source, `entry "${entry.name}" has no header`);
  const nameLength = header.getUint16(26, true);
  const dataOffset = headerOffset + LOCAL_SIZE + nameLength + header.getUint16(28, true);
  if (dataOffset + entry.packedSize > directoryOffset) throw outside();
  if ((header.getUint16(6, true) & 0x2041) !== 0) {
    throw formatError('ARCHIVE_ENCRYPTED', { path: source.path, entry: entry.name });
  }
  const localName = readRange(source, headerOffset + LOCAL_SIZE, nameLength);
  const encoding = (header.getUint16(6, true) & 0x800) === 0 ? 'latin1' : 'utf8';
  if (Buffer.from(localName).toString(encoding) !== entry.name) {
    throw malformed(source, `entry "${entry.name}" has another name in its own header`);
  }
  return { ...kept, dataOffset };
}

function refuseDuplicates(source: ByteSource, entries: readonly DirectoryEntry[]): void {
  const seen = new Set<string>();
  for (const { name } of entries) {
    if (seen.has(name)) throw formatError('ARCHIVE_ENTRY_DUPLICATE', { path: source.path, entry: name });
    seen.add(name);
  }
}

function refuseOverlaps(
  source: ByteSource,
  entries: readonly DirectoryEntry[],
  located: readonly ZipEntry[],
): void {
  const ranges = entries.map(({ headerOffset, name, packedSize }, i) => ({
    start: headerOffset,
    end: located[i]!.dataOffset + packedSize,
    name,
  }));
  ranges.sort((left, right) => left.start - right.start);
  let reached = 0;
  for (const { start, end, name } of ranges) {
    if (start < reached) throw formatError('ARCHIVE_ENTRIES_OVERLAP', { path: source.path, entry: name });
    reached = end;
  }
}

function wideNumber(source: ByteSource, view: DataView, at: number): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw malformed(source, 'a zip64 size is impossible');
  return value;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function malformed(source: ByteSource, problem: string): ParityError {
  return formatError('TENSOR_FILE_MALFORMED', { path: source.path, format: 'zip', problem });
}
