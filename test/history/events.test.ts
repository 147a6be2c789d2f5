import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventsOf, type HistoryEvent } from '../../src/history/events.ts';
import { openHistory } from '../../src/history/open.ts';
import { circumstancesOf, seriesOf } from '../../src/history/queries.ts';
import { parseRunDocument } from '../../src/reporters/json/index.ts';
import { createNights, type Night, type Plan } from './nights.ts';
import { createStore, type Store } from './store.ts';

let store: Store;

async function eventsOfPlan(plan: Plan): Promise<readonly HistoryEvent[]> {
  for (const document of createNights(plan)) await store.add(document);
  const history = await openHistory(store.reports, { parse: parseRunDocument });
  try {
    return eventsOf(history.runs, await seriesOf(history), await circumstancesOf(history));
  } finally {
    history.close();
  }
}

const brief = ({ kind, run, worse, suite, targets, checks }: HistoryEvent) => ({
  kind,
  night: run + 1,
  worse,
  suite,
  targets,
  checks: checks.length,
});

describe('sixty nights with planted events', () => {
  let events: readonly HistoryEvent[];

  beforeAll(async () => {
    store = await createStore();
    const grown = ({ night, suite, case: name }: Night) =>
      suite === 'digits' && name === 'uniform' && night >= 31;
    const stepped = ({ night, target }: Night) => target === 'ort-web/wasm' && night >= 45;
    const replaced = ({ night, suite }: Night) => suite === 'encoder' && night >= 20;
    events = await eventsOfPlan({
      nights: 60,
      jitter: 0.15,
      factor: (of) =>
        (grown(of) ? 40 : 1) * (stepped(of) ? 3 : 1) * (replaced(of) && of.case === 'large' ? 0.2 : 1),
      fails: ({ night, suite, case: name, target }) =>
        suite === 'encoder' &&
        name === 'zeros' &&
        target === 'ort-node/webgpu' &&
        [8, 13, 14, 29, 52].includes(night),
      model: (of) => `${of.suite}${replaced(of) ? 2 : 1}`,
      runtime: (night, target) => (target === 'ort-web/wasm' && night >= 45 ? '1.31.0' : '1.30.0'),
    });
  }, 60_000);

  afterAll(() => store.remove());

  test('each is found on its night, and nothing else', () => {
    const all = ['ort-node/cpu', 'ort-node/webgpu', 'ort-web/wasm'];
    expect(events.map(brief)).toEqual([
      { kind: 'flaky', night: 8, worse: true, suite: 'encoder', targets: ['ort-node/webgpu'], checks: 1 },
      { kind: 'step', night: 20, worse: false, suite: 'encoder', targets: all, checks: 3 },
      { kind: 'step', night: 31, worse: true, suite: 'digits', targets: all, checks: 3 },
      { kind: 'step', night: 45, worse: true, suite: 'digits', targets: ['ort-web/wasm'], checks: 4 },
      { kind: 'step', night: 45, worse: true, suite: 'encoder', targets: ['ort-web/wasm'], checks: 4 },
    ]);
  });

  test('what changed then stands beside it', () => {
    const causes = events.map(({ changed }) =>
      changed
        .filter(({ what }) => what !== 'commit')
        .map(({ what, name, after }) => `${what} ${name} ${after}`),
    );
    expect(causes).toEqual([
      [],
      ['model encoder/encoder encoder2'],
      [],
      ['runtime ort-web/wasm 1.31.0'],
      ['runtime ort-web/wasm 1.31.0'],
    ]);
  });
});

test('sixty nights of jitter give no event', async () => {
  store = await createStore();
  expect(await eventsOfPlan({ nights: 60, jitter: 0.3, seed: 5 })).toEqual([]);
  await store.remove();
}, 60_000);

test('a check that begins to fail is told once, with its host', async () => {
  store = await createStore();
  const events = await eventsOfPlan({
    nights: 12,
    suites: ['digits'],
    cases: ['normal'],
    targets: ['ort-node/cpu'],
    factor: ({ night }) => (night >= 8 ? 1e5 : 1),
    host: (night) => (night >= 8 ? 'other' : 'one'),
  });
  expect(events.map(brief)).toEqual([
    { kind: 'fails', night: 8, worse: true, suite: 'digits', targets: ['ort-node/cpu'], checks: 1 },
  ]);
  expect(events[0]?.changed.map(({ what }) => what)).toEqual(['host', 'commit']);
  await store.remove();
});

describe('a model that is replaced', () => {
  const one = { nights: 20, suites: ['digits'], cases: ['normal', 'zeros'], targets: ['ort-node/cpu'] };

  test('is told though no number moved, and not again where a movement names it', async () => {
    store = await createStore();
    const events = await eventsOfPlan({
      ...one,
      factor: ({ night }) => (night >= 15 ? 40 : 1),
      model: ({ night }) => (night < 8 ? 'aa' : night < 15 ? 'bb' : 'cc'),
    });
    expect(events.map(brief)).toEqual([
      { kind: 'replaced', night: 8, worse: false, suite: 'digits', targets: ['ort-node/cpu'], checks: 2 },
      { kind: 'step', night: 15, worse: true, suite: 'digits', targets: ['ort-node/cpu'], checks: 2 },
    ]);
    expect(events.map(({ changed }) => changed[0])).toEqual([
      { what: 'model', name: 'digits/digits', before: 'aa', after: 'bb' },
      { what: 'model', name: 'digits/digits', before: 'bb', after: 'cc' },
    ]);
    await store.remove();
  });

  test('is no news where it is made anew every night', async () => {
    store = await createStore();
    expect(await eventsOfPlan({ ...one, model: ({ night }) => `file of night ${night}` })).toEqual([]);
    await store.remove();
  });

  test('is the cause also where its suite did not run the night before', async () => {
    store = await createStore();
    const nights = createNights({
      ...one,
      suites: ['digits', 'encoder'],
      factor: ({ night, suite }) => (suite === 'digits' && night >= 13 ? 40 : 1),
      model: ({ night, suite }) => `${suite}${suite === 'digits' && night >= 13 ? 2 : 1}`,
    });
    for (const [at, document] of nights.entries())
      await store.add(
        at % 2 === 0
          ? document
          : { ...document, checks: document.checks.filter(({ suite }) => suite === 'encoder') },
      );
    const [event, ...others] = await eventsOfPlan({ ...one, nights: 0 });
    expect(others).toEqual([]);
    expect([event?.kind, event?.run, event?.changed[0]]).toEqual([
      'step',
      12,
      { what: 'model', name: 'digits/digits', before: 'digits1', after: 'digits2' },
    ]);
    await store.remove();
  });
});
