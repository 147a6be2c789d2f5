/** Finds external data without ever leaving the folder of the file that names it. */
import { lstatSync, readdirSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { isAbsolute, join, win32 } from 'node:path';
import { onnxError } from '../errors/catalogue/onnx.ts';
import { openFileSource, readRange } from './byte-source.ts';

export interface ExternalFile {
  readonly path: string;
  readonly size: number;
}

/** Who asks for external data, for the errors. */
export interface ExternalOwner {
  /** Path of the model or tensor file. */
  readonly path: string;
  readonly tensor: string;
}

/**
 * The file that `location` names, relative to `folder`.
 * @throws ParityError EXTERNAL_DATA_ESCAPES for absolute paths, `..`, NUL, symbolic links, and hard links to something outside; EXTERNAL_DATA_MISSING
 */
export function resolveExternalData(folder: string, location: string, owner: ExternalOwner): ExternalFile {
  const refuse = (problem: string): Error =>
    onnxError('EXTERNAL_DATA_ESCAPES', { ...owner, location, problem });
  if (location.includes('\0')) throw refuse('its name holds a NUL character');
  if (isAbsolute(location) || win32.isAbsolute(location) || /^[A-Za-z]:/.test(location)) {
    throw refuse('it is an absolute path');
  }
  const steps = location.split(/[\\/]/).filter((step) => step !== '' && step !== '.');
  if (steps.includes('..')) throw refuse('it leaves the folder by ".."');
  if (steps.length === 0) throw refuse('it names no file');
  let path = folder;
  let stat: Stats | undefined;
  for (const step of steps) {
    path = join(path, step);
    try {
      stat = lstatSync(path, { throwIfNoEntry: false });
    } catch (error) {
      throw refuse(`it cannot be looked at (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
    }
    if (stat === undefined) throw onnxError('EXTERNAL_DATA_MISSING', { ...owner, location });
    if (stat.isSymbolicLink()) throw refuse('it is a symbolic link');
  }
  if (stat?.isFile() !== true) throw refuse('it is not a file');
  if (stat.nlink > 1 && stat.nlink > linksInside(folder, stat)) {
    throw refuse('it is a hard link to a file outside the folder (copy the file to mend that)');
  }
  return { path, size: stat.size };
}

/** The bytes of a range of external data, checked against the file. */
export function readExternalData(
  folder: string,
  location: string,
  range: { readonly offset: number; readonly length: number | undefined },
  owner: ExternalOwner,
): Uint8Array {
  const file = resolveExternalData(folder, location, owner);
  const length = range.length ?? file.size - range.offset;
  checkExternalRange(file, range.offset, length, owner, location);
  const source = openFileSource(file.path);
  try {
    return readRange(source, range.offset, length);
  } finally {
    source.close();
  }
}

/** @throws ParityError EXTERNAL_DATA_RANGE */
export function checkExternalRange(
  file: ExternalFile,
  offset: number,
  length: number,
  owner: ExternalOwner,
  location: string,
): void {
  const possible = [offset, length].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (possible && offset + length <= file.size) return;
  const problem =
    Number.isNaN(offset) || Number.isNaN(length)
      ? 'its offset, its length or the shape is no count of bytes'
      : `bytes ${offset} to ${offset + length} are asked for, but the file has ${file.size}`;
  throw onnxError('EXTERNAL_DATA_RANGE', { ...owner, location, problem });
}

/** How many names of the same file lie in the folder and below; stops looking after 10,000 files. */
function linksInside(folder: string, file: Stats): number {
  let found = 0;
  let budget = 10_000;
  const open = [folder];
  for (let next = open.pop(); next !== undefined && budget > 0; next = open.pop()) {
    for (const item of readdirSync(next, { withFileTypes: true })) {
      if (budget-- <= 0) break;
      const path = join(next, item.name);
      if (item.isDirectory()) open.push(path);
      if (!item.isFile()) continue;
      const stat = lstatSync(path, { throwIfNoEntry: false });
      if (stat !== undefined && stat.ino === file.ino && stat.dev === file.dev) found++;
    }
  }
  return found;
}
