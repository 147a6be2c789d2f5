/** Removes old runs from the store, whole folders only. */
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { History } from './open.ts';

export interface Pruned {
  readonly removed: readonly string[];
  readonly kept: readonly string[];
}

/**
 * Removes all but the newest `keep` whole runs. Runs in `always` stay beside them, and so do interrupted ones, which may
 * still be resumed. A folder is renamed out of sight before it is deleted, so that a kill leaves no half of a run.
 */
export async function prune({ runs }: History, keep: number, always: ReadonlySet<string>): Promise<Pruned> {
  const removed: string[] = [];
  const kept: string[] = [];
  for (const [at, { runId, folder }] of runs.entries()) {
    if (folder === null || at >= runs.length - keep || always.has(runId) || always.has(basename(folder))) {
      kept.push(runId);
      continue;
    }
    const hidden = join(dirname(folder), `.${basename(folder)}.pruned.tmp`);
    await rename(folder, hidden);
    await rm(hidden, { recursive: true, force: true });
    removed.push(runId);
  }
  return { removed, kept };
}
