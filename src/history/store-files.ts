/** Which folders of the store are whole runs, told without opening a document. */
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PARQUET_FILE, RUN_FILE } from './records.ts';
import type { Skipped } from './types.ts';

export interface RunFolder {
  readonly name: string;
  readonly path: string;
  readonly documentBytes: number;
}

export interface StoreFiles {
  readonly folders: readonly RunFolder[];
  readonly skipped: readonly Skipped[];
  /** Runs that are at work or were interrupted before they had a result. */
  readonly unfinished: readonly string[];
}

/** Names of the folders of a store, sorted. One whose name starts with a dot is a run still being written. */
export async function folderNames(reports: string): Promise<readonly string[]> {
  const entries = await readdir(reports, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((found) => found.isDirectory() && !found.name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted();
}

/** What the named folders are; one without `run.json` is not a run and is named among `skipped`. */
export async function lookAt(reports: string, names: readonly string[]): Promise<StoreFiles> {
  const looked = await Promise.all(names.map((name) => look(reports, name)));
  return {
    folders: looked.filter((found) => 'documentBytes' in found),
    skipped: looked.filter((found) => 'problem' in found),
    unfinished: looked.filter((found) => 'unfinished' in found).map(({ unfinished }) => unfinished),
  };
}

async function look(
  reports: string,
  name: string,
): Promise<RunFolder | Skipped | { readonly unfinished: string }> {
  const path = join(reports, name);
  const document = await stat(join(path, RUN_FILE)).catch(() => null);
  if (document === null || !document.isFile()) {
    const files = await readdir(path).catch(() => []);
    if (files.some((file) => JOURNAL.test(file))) return { unfinished: name };
    return { path, problem: `it has no ${RUN_FILE}, so it is no whole run` };
  }
  return { name, path, documentBytes: document.size };
}

/** What a run writes while it is at work. */
const JOURNAL = /^journal-.+\.jsonl$/;

/** False where `checks.parquet` is missing or visibly damaged: a cut-off file lacks the four bytes that it ends with. */
export async function hasRecords({ path }: RunFolder): Promise<boolean> {
  const file = await open(join(path, PARQUET_FILE), 'r').catch(() => null);
  if (file === null) return false;
  try {
    const { size } = await file.stat();
    if (size < 12) return false;
    const end = Buffer.alloc(4);
    await file.read(end, 0, 4, size - 4);
    return end.toString('latin1') === 'PAR1';
  } catch {
    return false;
  } finally {
    await file.close();
  }
}
