import {
  copyFile,
  cp,
  mkdir,
  open,
  readdir,
  readFile,
  rm,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compact, compactable } from '../../src/history/compact.ts';
import { openHistory, type History } from '../../src/history/open.ts';
import { prune } from '../../src/history/prune.ts';
import { circumstancesOf, seriesOf, sharesOf } from '../../src/history/queries.ts';
import { parseRunDocument } from '../../src/reporters/json/index.ts';
import { createNights, runIdOf } from './nights.ts';
import { createStore, type Store } from './store.ts';

const NIGHTS = createNights({ nights: 6 });
let store: Store;
let history: History | null = null;

beforeEach(async () => {
  store = await createStore();
  for (const document of NIGHTS) await store.add(document);
});

afterEach(async () => {
  history?.close();
  history = null;
  await store.remove();
});

async function opened(options: { readonly last?: number } = {}): Promise<History> {
  history = await openHistory(store.reports, { parse: parseRunDocument, ...options });
  return history;
}

function fileOf(night: number, name = 'checks.parquet'): string {
  return join(store.reports, runIdOf(night), name);
}

async function ids(options?: { readonly last?: number }): Promise<readonly string[]> {
  return (await opened(options)).runs.map(({ runId }) => runId);
}

const ALL = NIGHTS.map(({ runId }) => runId);

describe('which runs are whole', () => {
  test('all of a sound store, oldest first', async () => {
    expect(await ids()).toEqual(ALL);
    expect(history?.skipped).toEqual([]);
  });

  test('the newest where only some are asked for', async () => {
    expect(await ids({ last: 2 })).toEqual(ALL.slice(-2));
  });

  test('the newest whole ones where interrupted runs lie among them', async () => {
    for (let night = 7; night < 30; night++)
      await store.add({ ...NIGHTS[0]!, runId: runIdOf(night), complete: false });
    expect(await ids({ last: 4 })).toEqual(ALL.slice(-4));
    expect(history?.skipped).toEqual([]);
  });

  test('a folder without run.json is none, and is named', async () => {
    await rm(fileOf(3, 'run.json'));
    expect(await ids()).toEqual(ALL.filter((id) => id !== runIdOf(3)));
    expect(history?.skipped).toEqual([
      { path: join(store.reports, runIdOf(3)), problem: 'it has no run.json, so it is no whole run' },
    ]);
  });

  test('a run at work, which has a journal and no result, is none and is no problem', async () => {
    await mkdir(join(store.reports, '20260301-020000-beef'));
    await writeFile(join(store.reports, '20260301-020000-beef', 'journal-1-abc.jsonl'), '{}\n');
    await mkdir(join(store.reports, '.20260302-020000-beef.tmp'));
    expect(await ids()).toEqual(ALL);
    expect([history?.skipped, history?.incomplete]).toEqual([[], ['20260301-020000-beef']]);
  });

  test('an interrupted run is none', async () => {
    await store.add({ ...NIGHTS[0]!, runId: '20260310-020000-0001', complete: false });
    expect(await ids()).toEqual(ALL);
    expect(history?.incomplete).toEqual(['20260310-020000-0001']);
  });

  test('a copied folder does not count twice, and is named', async () => {
    await cp(join(store.reports, runIdOf(2)), join(store.reports, 'copy'), { recursive: true });
    expect(await ids()).toEqual(ALL);
    expect(history?.skipped).toHaveLength(1);
    expect(history?.skipped[0]?.problem).toMatch(/^it is the same run as /);
  });

  test('an empty or missing store has no runs', async () => {
    await rm(store.reports, { recursive: true });
    expect(await ids()).toEqual([]);
    expect(await seriesOf(history!)).toEqual([]);
    expect(await sharesOf(history!)).toEqual([]);
  });
});

describe('damaged records', () => {
  test('missing or cut-off ones are made again from run.json', async () => {
    await rm(fileOf(1));
    await truncate(fileOf(2), 1000);
    await writeFile(fileOf(3), '');
    expect(await ids()).toEqual(ALL);
    expect(history?.skipped).toEqual([]);
    expect((await readFile(fileOf(2))).subarray(-4).toString()).toBe('PAR1');
  });

  test('records of another run.json are made again', async () => {
    await store.add(
      { ...NIGHTS[3]!, source: { commit: 'other', branch: 'b', dirty: true }, command: 'longer than before' },
      false,
    );
    const { runs } = await opened();
    expect(runs[3]).toMatchObject({ commit: 'other', branch: 'b' });
  });

  test('damage within the data is found by the query that meets it and mended', async () => {
    await scribble(fileOf(4));
    const series = await seriesOf(await opened());
    expect(series).toHaveLength(24);
    expect(series.every(({ runs }) => runs.length === 6)).toBe(true);
    expect(history?.skipped).toEqual([]);
  });

  test('where run.json is unreadable too, the run is left out by name and the others stand', async () => {
    await truncate(fileOf(4, 'run.json'), 500);
    await rm(fileOf(5));
    await writeFile(fileOf(5, 'run.json'), '{"schemaVersion": 99}');
    expect(await ids()).toEqual(ALL.filter((id) => ![runIdOf(4), runIdOf(5)].includes(id)));
    expect(history?.skipped.map(({ path }) => path).toSorted()).toEqual(
      [4, 5].map((night) => join(store.reports, runIdOf(night))),
    );
    expect(history?.skipped.map(({ problem }) => problem).join('\n')).toContain(
      'run.json has schema version 99; this version of onnx-parity reads up to 1.',
    );
  });

  test('a foreign Parquet file under the right name is mended', async () => {
    await copyFile(fileOf(1), fileOf(6));
    expect(await ids()).toEqual(ALL);
  });

  async function scribble(path: string): Promise<void> {
    const file = await open(path, 'r+');
    const { size } = await file.stat();
    await file.write(Buffer.alloc(size - 4000, 0xa5), 0, size - 4000, 4);
    await file.close();
  }
});

describe('what it is asked', () => {
  test('one series by names, many by pattern', async () => {
    const one = await seriesOf(await opened(), {
      suites: ['digits'],
      cases: ['normal'],
      targets: ['ort-node/cpu'],
    });
    expect(one).toHaveLength(1);
    expect(one[0]).toMatchObject({
      suite: 'digits',
      case: 'normal',
      target: 'ort-node/cpu',
      output: 'logits',
      metric: 'linf',
      runs: [0, 1, 2, 3, 4, 5],
    });
    expect(one[0]?.values).toEqual(
      NIGHTS.map(
        ({ checks }) =>
          checks.find(
            (check) => check.suite === 'digits' && check.case === 'normal' && check.target === 'ort-node/cpu',
          )?.metrics['linf'],
      ),
    );
    expect(one[0]?.limits).toEqual([1e-4, 1e-4, 1e-4, 1e-4, 1e-4, 1e-4]);
    expect(await seriesOf(history!, { targets: ['ort-*/w*'] })).toHaveLength(16);
    expect(await seriesOf(history!, { suites: ["it's"] })).toEqual([]);
  });

  test('another metric, also one that only some checks have', async () => {
    const [first] = await seriesOf(await opened(), { metric: 'mse' });
    expect(first?.values[0]).toBeCloseTo(((await seriesOf(history!))[0]?.values[0] ?? 0) ** 2 / 16, 20);
    expect((await seriesOf(history!, { metric: 'cosine' }))[0]?.values).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  test('shares passing, models and runtimes', async () => {
    const shares = await sharesOf(await opened());
    expect(shares).toHaveLength(36);
    expect(shares[0]).toEqual({ run: 0, suite: 'digits', target: 'ort-node/cpu', passed: 4, counted: 4 });
    const { models, runtimes } = await circumstancesOf(history!);
    expect(models[0]).toEqual({ run: 0, suite: 'digits', model: 'digits', sha256: 'model of digits' });
    expect(runtimes).toHaveLength(18);
  });

  test('a single Parquet file is a history too', async () => {
    history = await openHistory(fileOf(2), { parse: parseRunDocument });
    expect(history.runs.map(({ runId }) => runId)).toEqual([runIdOf(2)]);
  });
});

test('pruning keeps the newest and what is named, and removes whole folders', async () => {
  const pruned = await prune(await opened(), 2, new Set([runIdOf(1)]));
  expect(pruned).toEqual({ removed: [2, 3, 4].map(runIdOf), kept: [1, 5, 6].map(runIdOf) });
  history?.close();
  expect(await ids()).toEqual([1, 5, 6].map(runIdOf));
});

describe('compacted runs', () => {
  const many = createNights({
    nights: 70,
    suites: ['digits'],
    cases: ['normal', 'zeros'],
    targets: ['ort-node/cpu'],
  });

  async function compacted(): Promise<void> {
    await store.remove();
    store = await createStore();
    for (const document of many) await store.add(document);
    const first = await opened();
    expect(compactable(first)).toBe(10);
    expect(await compact(store.reports, first)).toBe(10);
    first.close();
  }

  test('give the same series, and the newest stay apart', async () => {
    await compacted();
    const again = await opened();
    expect(again.compacted.size).toBe(10);
    expect(compactable(again)).toBe(0);
    const [series] = await seriesOf(again);
    expect(series?.values).toEqual(many.map(({ checks }) => checks[0]?.metrics['linf']));
    expect(await sharesOf(again)).toHaveLength(70);
    const [rmse] = await seriesOf(again, { metric: 'rmse' });
    expect(rmse?.values).toEqual(many.map(({ checks }) => checks[0]?.metrics['rmse']));
  });

  test('count for nothing where the run is gone or is another one', async () => {
    await compacted();
    await rm(join(store.reports, runIdOf(1)), { recursive: true });
    expect((await opened()).runs).toHaveLength(69);
    history?.close();
    await store.add({ ...many[1]!, command: 'another run under the same name' });
    const changed = await opened();
    expect([changed.runs.length, changed.compacted.size]).toEqual([69, 0]);
    expect(await seriesOf(changed)).toHaveLength(2);
  });

  test('are read from their own files where the compacted one is damaged', async () => {
    await compacted();
    const [name = ''] = await readdir(join(store.reports, '.history'));
    const path = join(store.reports, '.history', name);
    const file = await open(path, 'r+');
    const { size } = await file.stat();
    await file.write(Buffer.alloc(Math.floor(size / 3), 0xa5), 0, Math.floor(size / 3), 4);
    await file.close();
    const series = await seriesOf(await opened());
    expect(series.map(({ runs }) => runs.length)).toEqual([70, 70]);
    expect(history?.skipped).toEqual([]);
  });

  test('leave no half file where compacting fails', async () => {
    await compacted();
    await writeFile(join(store.reports, '.history', 'cut.parquet'), 'PAR1');
    expect((await opened()).compacted.size).toBe(10);
  });

  test('leave the draft of another process alone, and remove what a killed one left', async () => {
    const folder = join(store.reports, '.history');
    await mkdir(folder);
    const [fresh, old] = ['one.parquet.1a2b3c4d.tmp', 'two.parquet.1a2b3c4d.tmp'];
    for (const name of [fresh, old]) await writeFile(join(folder, name), 'PAR1');
    await utimes(join(folder, old), 0, 0);
    await compact(store.reports, await opened());
    expect(await readdir(folder)).toEqual([fresh]);
  });
}, 60_000);
