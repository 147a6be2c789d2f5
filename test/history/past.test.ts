import { afterEach, beforeEach, expect, test } from 'vitest';
import { openHistory } from '../../src/history/open.ts';
import { pastOf, type PastCheck } from '../../src/history/past.ts';
import { keyOf } from '../../src/history/types.ts';
import { parseRunDocument } from '../../src/reporters/json/index.ts';
import type { Check, RunDocument } from '../../src/result/index.ts';
import { createCheck, createRun } from '../builders/run-document.ts';
import { runIdOf } from './nights.ts';
import { createStore, type Store } from './store.ts';

let store: Store;

beforeEach(async () => {
  store = await createStore();
});

afterEach(() => store.remove());

const COMMON = { suite: 'digits', model: 'digits', modelSha256: 'aa', target: 'ort-node/cpu' } as const;
const NORMAL = { ...COMMON, case: 'normal', output: 'logits', bounds: [] };
const IDS = { ...COMMON, case: 'ids', output: null };

function night(at: number, checks: readonly Check[], host = 'one'): RunDocument {
  const run = createRun({ checks });
  return {
    ...run,
    runId: runIdOf(at),
    startedAt: new Date(Date.UTC(2026, 0, at, 2)).toISOString(),
    host: { ...run.host, fingerprint: host },
  };
}

async function past(suites: readonly string[] = ['digits']): Promise<ReadonlyMap<string, PastCheck>> {
  const history = await openHistory(store.reports, { parse: parseRunDocument });
  try {
    return await pastOf(history, suites);
  } finally {
    history.close();
  }
}

test('every check has its nights in order, with errors, verdicts, hosts and builds', async () => {
  const errors = (linf: number, rmse: number): Check['metrics'] => ({
    linf,
    rmse,
    mse: rmse ** 2,
    mismatches: 0,
  });
  const other = createCheck({ ...NORMAL, suite: 'encoder' });
  await store.add(night(1, [createCheck({ ...NORMAL, metrics: errors(1e-6, 4e-7) }), other]));
  await store.add(
    night(
      2,
      [other, createCheck({ ...NORMAL, metrics: errors(2e-6, 5e-7), modelSha256: 'bb', verdict: 'fail' })],
      'two',
    ),
  );
  await store.add(night(3, [createCheck({ ...NORMAL, metrics: errors(3e-6, 6e-7) })]));
  const all = await past();
  expect([...all.keys()]).toEqual([keyOf(NORMAL)]);
  const found = all.get(keyOf(NORMAL));
  expect(found).toMatchObject({
    standings: ['passed', 'failed', 'passed'],
    hosts: ['one', 'two', 'one'],
    values: { linf: [1e-6, 2e-6, 3e-6], rmse: [4e-7, 5e-7, 6e-7], mismatches: [null, null, null] },
  });
  const [first, second, third] = found?.builds ?? [];
  expect([first === third, first === second]).toEqual([true, false]);
});

test('rmse is the root of mse where only that was told, night by night', async () => {
  await store.add(night(1, [createCheck({ ...NORMAL, metrics: { linf: 1e-3, mse: 1e-8 } })]));
  await store.add(night(2, [createCheck({ ...NORMAL, metrics: { linf: 1e-3, mse: 1e-8, rmse: 2e-4 } })]));
  expect((await past()).get(keyOf(NORMAL))?.values['rmse']).toEqual([1e-4, 2e-4]);
});

test('what has no error is followed by its mismatches, and what did not run by nothing', async () => {
  const bounds = [{ metric: 'mismatches', limit: 0, from: 'default' as const, value: 3, holds: false }];
  await store.add(
    night(1, [createCheck({ ...IDS, dtype: 'int64', verdict: 'fail', metrics: { mismatches: 3 }, bounds })]),
  );
  await store.add(
    night(2, [createCheck({ ...IDS, status: 'crashed', verdict: null, metrics: {}, bounds: [] })]),
  );
  expect((await past()).get(keyOf(IDS))).toMatchObject({
    standings: ['failed', 'not run'],
    values: { linf: [null, null], rmse: [null, null], mismatches: [3, null] },
  });
});

test('nothing of suites that no run has, and of an empty store', async () => {
  expect((await past()).size).toBe(0);
  await store.add(night(1, [createCheck(NORMAL)]));
  expect((await past(["it's another"])).size).toBe(0);
});
