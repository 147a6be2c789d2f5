import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendRun } from '../../src/history/append-run.ts';
import { readFacts, writeFacts } from '../../src/history/facts-file.ts';
import { factsOfHistory, historyForReport, type HistoryFacts } from '../../src/history/for-report.ts';
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
    const found = historyForReport(await factsOfHistory(history!), { suites: ['digits'], baselines: [] });
    const nights = NIGHTS.filter((_, at) => at % 4 !== 3);
    expect(found?.runs.map(({ runId }) => runId)).toEqual(nights.map(({ runId }) => runId));
    expect(found?.series.map(({ suite }) => suite)).toEqual(['digits']);
    expect(found?.series[0]?.runs).toEqual(nights.map((_, at) => at));
    expect(found?.series[0]?.values).toEqual(nights.map(({ checks }) => checks[0]?.metrics['linf']));
    expect(found?.shares.every(({ suite, run }) => suite === 'digits' && run < nights.length)).toBe(true);
    expect(found?.runs[0]).not.toHaveProperty('folder');
  });

  test('what happened, at the run that shows it, with what changed then', async () => {
    const found = historyForReport(await factsOfHistory(history!), { suites: ['digits'], baselines: [] });
    const night = found?.runs[found.events[0]?.run ?? -1]?.runId;
    expect(found?.events).toMatchObject([{ kind: 'step', worse: true, suite: 'digits' }]);
    expect(night).toBe(runIdOf(17));
    expect(found?.circumstances.runtimes.at(-1)).toMatchObject({ target: 'ort-node/cpu', version: '1.31.0' });
  });

  test('the approved values', async () => {
    const approved = { at: '2026-01-02T00:00:00.000Z', reason: 'release' };
    const baselines = baselinesFrom(FIRST!, approved);
    const found = historyForReport(await factsOfHistory(history!), {
      suites: ['digits', 'encoder'],
      baselines,
    });
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

  test('nothing where no stored run has its suites, also for a name with a star in it', async () => {
    expect(
      historyForReport(await factsOfHistory(history!), { suites: ['digits*'], baselines: [] }),
    ).toBeNull();
    expect(
      historyForReport(await factsOfHistory(history!), { suites: ['unheard of'], baselines: [] }),
    ).toBeNull();
  });

  test('the newest runs, where only some are asked for', async () => {
    const facts = await factsOfHistory(history!);
    const found = historyForReport(facts, { suites: ['digits'], baselines: [], last: 3 });
    expect(found?.runs.map(({ runId }) => runId)).toEqual([21, 22, 23].map((night) => runIdOf(night)));
    expect(found?.series[0]?.runs).toEqual([0, 1, 2]);
    expect(found?.shares.map(({ run }) => run)).toEqual([0, 1, 2]);
  });
});

describe('a run that just ended', () => {
  const stored = NIGHTS.map((document, at) => ({
    ...document,
    checks: document.checks.filter(({ suite }) => at % 4 !== 3 || suite === 'encoder'),
  }));
  const plain = ({ runs, ...facts }: HistoryFacts) => ({
    ...facts,
    runs: runs.map(({ folder: _1, ...run }) => run),
  });

  test('is added as its rows would be read back', async () => {
    const whole = await factsOfHistory(history!);
    const [last] = stored.slice(-1);
    await rm(join(store.reports, last!.runId), { recursive: true });
    history?.close();
    history = await openHistory(store.reports, { parse: parseRunDocument });
    const before = await factsOfHistory(history);
    expect(before.runs).toHaveLength(23);
    const after = plain(appendRun(before, last!, 100));
    expect({ ...after, shares: sorted(after.shares) }).toEqual({
      ...plain(whole),
      shares: sorted(whole.shares),
    });
  });

  test('pushes the oldest out, with checks that only they had', async () => {
    const facts = await factsOfHistory(history!);
    const next = { ...stored[0]!, runId: '20260301-020000-0001', startedAt: '2026-03-01T02:00:00.000Z' };
    const found = appendRun(facts, { ...next, checks: next.checks.slice(1) }, 1);
    expect(found.runs.map(({ runId }) => runId)).toEqual([next.runId]);
    expect(found.series.map(({ suite, runs }) => [suite, runs])).toEqual([['encoder', [0]]]);
    expect(found.shares.map(({ run, suite }) => [run, suite])).toEqual([[0, 'encoder']]);
  });

  test('that is only a part is no night', async () => {
    const facts = await factsOfHistory(history!);
    expect(appendRun(facts, { ...stored[0]!, complete: false }, 100)).toBe(facts);
  });
});

describe('the copy of the newest runs', () => {
  const stamps = [
    ['a', 1],
    ['b', null],
  ] as const;

  test('reads back as it was for the same folders only', async () => {
    const facts = await factsOfHistory(history!);
    const [first, ...others] = facts.series;
    const odd = {
      ...first!,
      values: first!.values.map((value, at) => [value, null, Infinity, NaN][at % 4] ?? null),
    };
    await writeFacts(store.reports, stamps, { ...facts, series: [odd, ...others] });
    const read = await readFacts(store.reports, stamps);
    const values = odd.values.map((value) => (Number.isNaN(value) ? Infinity : value));
    expect(read).toEqual({ ...facts, series: [{ ...odd, values }, ...others] });
    expect(await readFacts(store.reports, [['a', 2], stamps[1]])).toBeNull();
  });

  test('is not believed where it is cut off, and not missed where there is none', async () => {
    expect(await readFacts(store.reports, stamps)).toBeNull();
    await writeFacts(store.reports, stamps, await factsOfHistory(history!));
    await truncate(join(store.reports, '.history', 'recent'), 2000);
    expect(await readFacts(store.reports, stamps)).toBeNull();
    await truncate(join(store.reports, '.history', 'recent'), 2);
    expect(await readFacts(store.reports, stamps)).toBeNull();
  });

  test('is no run of the store', async () => {
    await writeFacts(store.reports, stamps, await factsOfHistory(history!));
    const again = await openHistory(store.reports, { parse: parseRunDocument });
    expect([again.runs.length, again.skipped]).toEqual([24, []]);
    again.close();
  });
});

function sorted<T>(items: readonly T[]): readonly T[] {
  return items.toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
}
