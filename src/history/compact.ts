/**
 * Compacted files: of many old runs the rows that lead their checks in one file, sorted by check, so that a thousand
 * nights open as fast as one hundred. They are copies and count for nothing by themselves: a run is its folder, and its
 * `run.json` must be the one that the rows came from.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { literal, type Database } from './duckdb.ts';
import { RECENT } from './facts-file.ts';
import type { History } from './open.ts';
import { readRuns, type ListedRun } from './run-list.ts';
import type { RunFolder } from './store-files.ts';

const FOLDER = '.history';

/** The newest runs stay by themselves: they are what a run is held against, and what may still be pruned or resumed. */
const KEPT_APART = 60;
const RUNS_A_FILE = 200;

/** Runs that compacted files hold and that are still in the store as they were. */
export async function readCompacted(
  database: Database,
  reports: string,
  folders: readonly RunFolder[],
): Promise<readonly ListedRun[]> {
  const names = (await readdir(join(reports, FOLDER)).catch(() => [])).filter((name) =>
    name.endsWith('.parquet'),
  );
  const found: ListedRun[] = [];
  const seen = new Set<string>();
  const byName = new Map(folders.map((folder) => [folder.name, folder]));
  for (const name of names.toSorted()) {
    const runs = await readRuns(database, [join(reports, FOLDER, name)], () => {});
    const placed = runs.map((run) => ({ run, folder: byName.get(run.runId) }));
    // Rows are joined by the run's id: a file with one run that changed, or that another file has too, is left aside.
    const usable = placed.every(
      ({ run, folder }) =>
        !run.stale &&
        !seen.has(run.runId) &&
        (folder === undefined || folder.documentBytes === run.documentBytes),
    );
    if (!usable) continue;
    for (const { run, folder } of placed) {
      if (folder === undefined) continue;
      seen.add(run.runId);
      found.push({ ...run, folder: folder.path });
    }
  }
  return found;
}

/** How many runs compacting would take in. */
export function compactable(history: History): number {
  const old = history.runs
    .slice(0, -KEPT_APART)
    .filter(({ runId, folder }) => folder !== null && basename(folder) === runId);
  return old.length - old.filter(({ runId }) => history.compacted.has(runId)).length;
}

/** Writes compacted files for the old runs of a store anew and removes those that they replace. Gives how many runs they hold. */
export async function compact(reports: string, history: History): Promise<number> {
  const old = history.runs
    .slice(0, -KEPT_APART)
    .filter(({ runId, folder }) => folder !== null && basename(folder) === runId);
  const folder = join(reports, FOLDER);
  await mkdir(folder, { recursive: true });
  const before = await readdir(folder);
  const written = new Set<string>();
  for (let from = 0; from < old.length; from += RUNS_A_FILE) {
    const runs = old.slice(from, from + RUNS_A_FILE).map(({ runId }) => runId);
    const name = `${createHash('sha256').update(runs.join()).digest('hex').slice(0, 16)}.parquet`;
    if (!before.includes(name)) await writeCompacted(history, runs, join(folder, name));
    written.add(name);
  }
  for (const name of before) {
    const isNeeded = written.has(name) || name === RECENT || (await isAtWork(join(folder, name)));
    if (!isNeeded) await rm(join(folder, name), { force: true });
  }
  return old.length;
}

const ABANDONED_MS = 10 * 60_000;

/** Whether it is the draft of another process, rather than one that a killed process left. */
async function isAtWork(path: string): Promise<boolean> {
  if (!path.endsWith('.tmp')) return false;
  const found = await stat(path).catch(() => null);
  return found !== null && Date.now() - found.mtimeMs < ABANDONED_MS;
}

async function writeCompacted(history: History, runs: readonly string[], path: string): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.tmp`;
  const wanted = runs.map((run) => literal(run)).join(', ');
  try {
    await history.query(
      (source) => `COPY (SELECT * EXCLUDE (run) FROM ${source} WHERE run_id IN (${wanted}) AND lead
        ORDER BY suite, model, "case", target, output, started_at)
        TO ${literal(draft)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 20480)`,
      'leads',
    );
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
