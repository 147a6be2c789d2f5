/** Random access to bytes, whether they lie in a file or in memory. */
import { closeSync, fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';
import { formatError } from '../errors/catalogue/formats.ts';

export interface ByteSource {
  /** Shown in errors: the path as the user gave it. */
  readonly path: string;
  readonly size: number;
  /** Fills `target` from `offset`; the range must lie inside `size`. */
  readInto(offset: number, target: Uint8Array): void;
  close(): void;
}

/** What lies at a path; `null` where nothing does, or nothing that can be looked at: links in a loop, a name too long. */
export function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** Opens a file of any size. @throws ParityError TENSOR_FILE_NOT_FOUND, TENSOR_FILE_UNREADABLE */
export function openFileSource(path: string): ByteSource {
  // Opening a named pipe would wait for its writer.
  if (!attempt(path, () => statSync(path)).isFile()) {
    throw formatError('TENSOR_FILE_UNREADABLE', { path, problem: 'it is not a file' });
  }
  const fd = attempt(path, () => openSync(path, 'r'));
  const stat = attempt(path, () => fstatSync(fd));
  if (stat.size <= SMALL_BYTES) return wholeSource(fd, path, stat.size);
  let open = true;
  return {
    path,
    size: stat.size,
    readInto: (offset, target) => fill(fd, path, offset, target),
    close: () => {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

/** Read at once, and closed: each further read would cost more than all of it. */
const SMALL_BYTES = 2 ** 16;

function wholeSource(fd: number, path: string, size: number): ByteSource {
  const bytes = new Uint8Array(size);
  try {
    fill(fd, path, 0, bytes);
  } finally {
    closeSync(fd);
  }
  return memorySource(bytes, path);
}

/** Bytes in memory, as a source. */
export function memorySource(bytes: Uint8Array, path: string): ByteSource {
  return {
    path,
    size: bytes.byteLength,
    readInto: (offset, target) => target.set(bytes.subarray(offset, offset + target.byteLength)),
    close: () => undefined,
  };
}

/** A part of a source, as a source; closing it does nothing. */
export function sliceSource(source: ByteSource, start: number, size: number): ByteSource {
  return {
    path: source.path,
    size,
    readInto: (offset, target) => source.readInto(start + offset, target),
    close: () => undefined,
  };
}

/** A copy of a range; the range must lie inside the source. */
export function readRange(source: ByteSource, offset: number, length: number): Uint8Array {
  const target = new Uint8Array(length);
  source.readInto(offset, target);
  return target;
}

// One read call takes at most 2^31 − 1 bytes.
const LARGEST_READ = 2 ** 30;

function fill(fd: number, path: string, offset: number, target: Uint8Array): void {
  for (let done = 0; done < target.byteLength;) {
    const length = Math.min(LARGEST_READ, target.byteLength - done);
    const got = attempt(path, () => readSync(fd, target, done, length, offset + done));
    if (got === 0) {
      throw formatError('TENSOR_FILE_UNREADABLE', { path, problem: 'it became shorter while it was read' });
    }
    done += got;
  }
}

function attempt<T>(path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw formatError('TENSOR_FILE_NOT_FOUND', { path }, error);
    throw formatError('TENSOR_FILE_UNREADABLE', { path, problem: code }, error);
  }
}
