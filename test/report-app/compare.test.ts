import { describe, expect, test } from 'vitest';
import { compareWith, differencesOf } from '../../src/report-app/view/compare.ts';
import { viewOf } from '../../src/report-app/view/rows.ts';
import { createCheck, createFailure, createRun } from '../builders/run-document.ts';
import { openedHistory } from './opened-history.ts';

const CHECKS = ['a', 'b', 'c', 'd', 'e'].map((name) => createCheck({ case: name }));
const RUN = createRun({ checks: [...CHECKS, createFailure({ case: 'f' })] });
const view = viewOf(RUN);

const names = (pairs: readonly { readonly key: { readonly case: string } }[]) =>
  pairs.map(({ key }) => key.case);

describe('two runs beside each other', () => {
  test('standings that turned, movements by size, and what is new or gone', () => {
    const history = openedHistory(RUN, {
      runs: 3,
      // What the error of a, b, c … was then, as a multiple of now.
      factor: (position) => [1, 1 / 40, 3, 1, 1 / 2, 1][position] ?? 1,
      standing: (position, run) =>
        position === 3 && run === 0 ? 'failed' : position === 5 ? 'passed' : null,
    });
    const found = compareWith(view, history, 0);
    expect(names(found.worse)).toEqual(['f']);
    expect(names(found.better)).toEqual(['d']);
    expect(names(found.grown)).toEqual(['b', 'e']);
    expect(names(found.shrunk)).toEqual(['c']);
    expect(found.grown[0]?.factor).toBeGreaterThan(30);
    expect([found.same, found.appeared, found.gone]).toEqual([1, [], []]);
  });

  test('a check that only one of them has', () => {
    const history = openedHistory(RUN, { runs: 2 });
    const now = viewOf(createRun({ checks: [...CHECKS.slice(1), createCheck({ case: 'fresh' })] }));
    const found = compareWith(now, history, 0);
    expect([names(found.appeared), names(found.gone)]).toEqual([['fresh'], ['a', 'f']]);
  });

  test('an error that ceases to be finite is the largest movement', () => {
    const broken = createRun({
      checks: [
        createCheck({ case: 'a', metrics: { linf: 'NaN' } }),
        createCheck({ case: 'b', metrics: { linf: 0 } }),
      ],
    });
    const found = compareWith(viewOf(broken), openedHistory(RUN, { runs: 2 }), 0);
    expect(found.grown.map(({ key, factor }) => [key.case, factor])).toEqual([['a', Infinity]]);
    // From 4.77e-7 down to a millionth of the bound of 1e-4.
    expect(found.shrunk[0]?.factor).toBeCloseTo(1e-10 / 4.77e-7, 4);
  });
});

describe('what else differs', () => {
  test('runtimes and commit, each as it was and is', () => {
    const history = openedHistory(RUN, { runs: 4 });
    expect(differencesOf(RUN, history, 0)).toEqual([
      { what: 'runtime', name: 'ort-node/cpu', before: '1.29.0', after: '1.30.0' },
      { what: 'runtime', name: 'ort-web/wasm', before: '1.29.0', after: '1.30.0' },
      { what: 'commit', name: '', before: `${'c'.repeat(39)}1`, after: RUN.source.commit },
    ]);
  });

  test('a model by its hash, a host by its processor or else by its fingerprint', () => {
    const history = openedHistory(RUN, { runs: 2 });
    const other = {
      ...RUN,
      suites: RUN.suites.map((suite) => ({
        ...suite,
        models: suite.models.map((model) => ({ ...model, sha256: 'b'.repeat(64) })),
      })),
      host: { ...RUN.host, fingerprint: 'another' },
    };
    expect(differencesOf(other, history, 1)).toEqual([
      { what: 'model', name: 'digits-pytorch/digits', before: 'a'.repeat(64), after: 'b'.repeat(64) },
      { what: 'host', name: '', before: RUN.host.fingerprint, after: 'another' },
    ]);
    expect(differencesOf({ ...other, host: { ...other.host, cpu: 'Other CPU' } }, history, 1)[1]).toEqual({
      what: 'CPU',
      name: '',
      before: RUN.host.cpu,
      after: 'Other CPU',
    });
  });
});
