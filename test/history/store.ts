/** A store of runs on disk, as `run` leaves it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeParquet } from '../../src/history/records.ts';
import { serialiseRun } from '../../src/reporters/json/serialise.ts';
import type { RunDocument } from '../../src/result/index.ts';

export interface Store {
  readonly root: string;
  readonly reports: string;
  add(document: RunDocument, parquet?: boolean): Promise<string>;
  remove(): Promise<void>;
}

export async function createStore(): Promise<Store> {
  const root = await mkdtemp(join(tmpdir(), 'parity-[store]-'));
  const reports = join(root, 'reports');
  return {
    root,
    reports,
    async add(document, parquet = true) {
      const folder = join(reports, document.runId);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'run.json'), serialiseRun(document));
      if (parquet) await writeParquet(folder, document);
      return folder;
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
