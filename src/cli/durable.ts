/** Files that are whole or as they were before, whatever happens while they are written. */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cliError } from '../errors/catalogue/cli.ts';

/**
 * Writes `FILE` beside itself and renames it into place, so that a reader never sees half of it, also after a power cut.
 * A device or pipe is written as it is; a link stays a link. @throws ParityError WRITE_FAILED
 */
export async function writeWhole(path: string, chunks: Iterable<string>): Promise<void> {
  let draft: string | null = null;
  try {
    await makeFolder(dirname(path));
    const target = await realpath(path).catch(() => path);
    const found = await lstat(target).catch(() => null);
    if (found !== null && !found.isFile() && !found.isDirectory()) {
      await writeFile(target, chunks);
      return;
    }
    draft = join(dirname(target), `.${basename(target).slice(0, 200)}.${randomBytes(4).toString('hex')}.tmp`);
    await writeSynced(draft, chunks);
    await rename(draft, target);
    await syncFolder(dirname(target));
  } catch (error) {
    if (draft !== null) await rm(draft, { force: true }).catch(() => {});
    throw writeFailed(path, error);
  }
}

/** Finds out before the work that its result can be written beside `path`. @throws ParityError WRITE_FAILED */
export async function probeWritable(path: string): Promise<void> {
  const probe = join(dirname(path), `.${randomBytes(4).toString('hex')}.tmp`);
  try {
    const found = await lstat(path).catch(() => null);
    if (found?.isDirectory() === true) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    if (found !== null && !found.isFile() && !found.isSymbolicLink()) return;
    await makeFolder(dirname(path));
    await (await open(probe, 'wx')).close();
    await rm(probe, { force: true });
  } catch (error) {
    throw writeFailed(path, error);
  }
}

/**
 * Makes a folder and those above it. Node's own recursive `mkdir` says ENOENT where the file system is read-only.
 * @throws an error of the file system
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path).catch(async (again: NodeJS.ErrnoException) => {
      if (again.code !== 'EEXIST') throw again;
    });
  }
}

/** What `writeWhole` leaves in a folder when it is killed. */
export function isDraft(name: string): boolean {
  return /^\..*\.tmp$/.test(name);
}

/** Makes renames and new files in a folder outlive a power cut; where folders cannot be synced, the rename has to do. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/** A failure of the file system as WRITE_FAILED; anything else as it is. */
export function writeFailed(path: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  if (code === null || !/^E[A-Z0-9]+$/.test(code))
    return error instanceof Error ? error : new Error(String(error));
  return cliError('WRITE_FAILED', { path, problem: PROBLEMS[code] ?? code }, error);
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EFBIG: 'the file would be larger than the limit of this process',
  EACCES: 'no permission',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file',
  EEXIST: 'a part of the path is a file',
  EISDIR: 'it is a folder',
  EIO: 'the disk reports an error',
  ENAMETOOLONG: 'the name is too long',
};

async function writeSynced(path: string, chunks: Iterable<string>): Promise<void> {
  const file = await open(path, 'wx');
  try {
    for (const block of blocks(chunks)) await file.writeFile(block);
    await file.sync();
  } finally {
    await file.close();
  }
}

const BLOCK_UNITS = 2 ** 20;

/** Pieces of about a megabyte: a write a check would cost more than the check's text. */
function* blocks(chunks: Iterable<string>): Generator<string> {
  let [parts, units]: [string[], number] = [[], 0];
  for (const chunk of chunks) {
    parts.push(chunk);
    units += chunk.length;
    if (units < BLOCK_UNITS) continue;
    yield parts.join('');
    [parts, units] = [[], 0];
  }
  if (parts.length > 0) yield parts.join('');
}
