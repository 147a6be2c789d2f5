/** Which folders of the store are whole runs, told without opening a document. */
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PARQUET_FILE, RUN_FILE } from './records.ts';
import type { Skipped } from './types.ts';

export interface RunFolder {
  readonly name: string;
  readonly path: string;
  readonly documentBytes: number;
  /** False where `checks.parquet` is missing or visibly damaged. */
  readonly hasRecords: boolean;
}

export interface StoreFiles {
  readonly folders: readonly RunFolder[];
  readonly skipped: readonly Skipped[];
  /** Runs that are at work or were interrupted before they had a result. */
  readonly unfinished: readonly string[];
}

/**
 * The run folders of a store, by name. A folder whose name starts with a dot is a run still being written;
 * one without `run.json` is not a run and is named among `skipped`.
 */
export async function runFolders(reports: string): Promise<StoreFiles> {
  const entries = await readdir(reports, { withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((found) => found.isDirectory() && !found.name.startsWith('.'))
    .map(({ name }) => name);
  const looked = await Promise.all(names.toSorted().map((name) => look(reports, name)));
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
  return {
    name,
    path,
    documentBytes: document.size,
    hasRecords: await looksLikeParquet(join(path, PARQUET_FILE)),
  };
}

/** What a run writes while it is at work. */
const JOURNAL = /^journal-.+\.jsonl$/;

/** A cut-off file lacks the four bytes that every Parquet file ends with. */
async function looksLikeParquet(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => null);
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
