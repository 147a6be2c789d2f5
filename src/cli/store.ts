import { randomBytes } from 'node:crypto';
import { mkdir, readlink, readdir, rename, rm, symlink, writeFile, open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { cliError } from '../errors/catalogue/cli.ts';
import { runChunks } from '../reporters/json/serialise.ts';
import type { RunDocument } from '../result/index.ts';

/** `20261121-091805-3fa2`: sorts by time, and two runs in one second stay apart. */
export function newRunId(now: Date): string {
  const [day = '', time = ''] = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T');
  return `${day}-${time}-${randomBytes(2).toString('hex')}`;
}

/**
 * Writes `reports/<run-id>/` whole or not at all, then points `reports/latest` at it.
 * Throws WRITE_FAILED; what was there before stays.
 */
export async function storeRun(reports: string, document: RunDocument): Promise<string> {
  const folder = join(reports, document.runId);
  const draft = join(reports, `.${document.runId}.tmp`);
  try {
    await mkdir(draft, { recursive: true });
    await writeRunFiles(draft, document);
    await rename(draft, folder);
    await pointLatest(reports, document.runId);
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => {});
    throw writeFailed(folder, error);
  }
  return folder;
}

/** `run.json` first: it is the authority, and the rest can be made from it again. */
async function writeRunFiles(folder: string, document: RunDocument): Promise<void> {
  const [{ renderHtml }, { renderJUnit }, { renderMarkdown }] = await Promise.all([
    import('../reporters/html/index.ts'),
    import('../reporters/junit/index.ts'),
    import('../reporters/markdown/index.ts'),
  ]);
  await writeDurably(join(folder, 'run.json'), runChunks(document));
  await writeFile(join(folder, 'junit.xml'), renderJUnit(document));
  await writeFile(join(folder, 'summary.md'), renderMarkdown(document));
  await writeFile(join(folder, 'index.html'), await renderHtml(document));
}

/** Writes `FILE` beside itself and renames it into place, so that a reader never sees half of it. */
export async function writeWhole(path: string, chunks: Iterable<string>): Promise<void> {
  const draft = join(dirname(path), `.${randomBytes(4).toString('hex')}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeDurably(draft, chunks);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw writeFailed(path, error);
  }
}

async function writeDurably(path: string, chunks: Iterable<string>): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const chunk of chunks) await file.write(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A symbolic link; where links are not to be had (Windows without the right), a file with the run's name. */
async function pointLatest(reports: string, runId: string): Promise<void> {
  const draft = join(reports, `.latest-${runId}`);
  try {
    await symlink(runId, draft, 'dir');
  } catch {
    await writeFile(draft, `${runId}\n`);
  }
  await rename(draft, join(reports, 'latest'));
}

/** The folder of a stored run: by id, `latest`, a path to its folder or to its `run.json`. */
export async function findRun(reports: string, run: string, cwd: string): Promise<string> {
  const candidates = [join(reports, run, 'run.json'), resolve(cwd, run, 'run.json'), resolve(cwd, run)];
  if (run === 'latest') {
    const target = await readlink(join(reports, 'latest')).catch(() => null);
    if (target !== null) candidates.unshift(join(reports, target, 'run.json'));
  }
  for (const path of candidates) {
    const file = await open(path, 'r').catch(() => null);
    if (file === null) continue;
    const isFile = (await file.stat()).isFile();
    await file.close();
    if (isFile) return path;
  }
  const known = (await readdir(reports).catch(() => [])).filter((name) => /^\d{8}-/.test(name)).toSorted();
  const available =
    known.length === 0 ? 'No run is stored yet: onnx-parity run' : `Stored: ${known.slice(-5).join(', ')}`;
  throw cliError('RUN_NOT_FOUND', { run, folder: reports, available });
}

function writeFailed(path: string, error: unknown): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  if (code === null) return error instanceof Error ? error : new Error(String(error));
  return cliError('WRITE_FAILED', { path, problem: PROBLEMS[code] ?? code }, error);
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EACCES: 'no permission',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file',
  EISDIR: 'it is a folder',
};
