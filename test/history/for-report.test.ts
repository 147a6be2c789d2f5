import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { historyForReport } from '../../src/history/for-report.ts';
import { baselinesFrom } from '../../src/history/make-baseline.ts';
import { openHistory, type History } from '../../src/history/open.ts';
import { parseRunDocument } from '../../src/reporters/json/index.ts';
import { createNights, runIdOf } from './nights.ts';
import { createStore, type Store } from './store.ts';

const NIGHTS = createNights({
  nights: 24,
  suites: ['digits', 'encoder'],
  cases: ['normal'],
  targets: ['ort-node/cpu'],
  factor: ({ night, suite }) => (suite === 'digits' && night >= 16 ? 40 : 1),
  runtime: (night) => (night >= 16 ? '1.31.0' : '1.30.0'),
});
const [FIRST] = NIGHTS;

let store: Store;
let history: History | null = null;

beforeEach(async () => {
  store = await createStore();
  for (const [at, document] of NIGHTS.entries()) {
    // Every fourth night only the other suite ran.
    const checks = document.checks.filter(({ suite }) => at % 4 !== 3 || suite === 'encoder');
    await store.add({ ...document, checks });
  }
  history = await openHistory(store.reports, { parse: parseRunDocument });
});

afterEach(async () => {
  history?.close();
  history = null;
  await store.remove();
});

describe('what a page gets of the history', () => {
  test('the runs and series of its suites, numbered by those runs', async () => {
    const found = await historyForReport(history!, { suites: ['digits'], baselines: [] });
    const nights = NIGHTS.filter((_, at) => at % 4 !== 3);
    expect(found?.runs.map(({ runId }) => runId)).toEqual(nights.map(({ runId }) => runId));
    expect(found?.series.map(({ suite }) => suite)).toEqual(['digits']);
    expect(found?.series[0]?.runs).toEqual(nights.map((_, at) => at));
    expect(found?.series[0]?.values).toEqual(nights.map(({ checks }) => checks[0]?.metrics['linf']));
    expect(found?.shares.every(({ suite, run }) => suite === 'digits' && run < nights.length)).toBe(true);
    expect(found?.runs[0]).not.toHaveProperty('folder');
  });

  test('what happened, at the run that shows it, with what changed then', async () => {
    const found = await historyForReport(history!, { suites: ['digits'], baselines: [] });
    const night = found?.runs[found.events[0]?.run ?? -1]?.runId;
    expect(found?.events).toMatchObject([{ kind: 'step', worse: true, suite: 'digits' }]);
    expect(night).toBe(runIdOf(17));
    expect(found?.circumstances.runtimes.at(-1)).toMatchObject({ target: 'ort-node/cpu', version: '1.31.0' });
  });

  test('the approved values', async () => {
    const approved = { at: '2026-01-02T00:00:00.000Z', reason: 'release' };
    const baselines = baselinesFrom(FIRST!, approved);
    const found = await historyForReport(history!, { suites: ['digits', 'encoder'], baselines });
    expect(found?.baselines).toEqual([
      {
        suite: 'digits',
        runId: runIdOf(1),
        commit: FIRST!.source.commit,
        approvedAt: approved.at,
        reason: 'release',
      },
      {
        suite: 'encoder',
        runId: runIdOf(1),
        commit: FIRST!.source.commit,
        approvedAt: approved.at,
        reason: 'release',
      },
    ]);
    expect(found?.series.map(({ approved: value }) => value)).toEqual(
      FIRST!.checks.map(({ metrics }) => metrics['linf']),
    );
  });

  test('nothing where no stored run has its suites, also for a name with a star', async () => {
    expect(await historyForReport(history!, { suites: ['digits*'], baselines: [] })).toBeNull();
    expect(await historyForReport(history!, { suites: ['unheard of'], baselines: [] })).toBeNull();
  });
});
