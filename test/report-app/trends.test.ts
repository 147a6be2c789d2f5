import { describe, expect, test } from 'vitest';
import { flakyTrends, groupTrends, trendOf } from '../../src/report-app/view/trends.ts';
import { createCheck, createRun } from '../builders/run-document.ts';
import { openedHistory } from './opened-history.ts';

const USED = [0.1, 0.4, 0.2, 0.9];
const RUN = createRun({
  checks: USED.map((utilisation, at) =>
    createCheck({
      case: `case ${at}`,
      target: at === 3 ? 'ort-web/wasm' : 'ort-node/cpu',
      metrics: { linf: utilisation * 1e-4, utilisation },
    }),
  ),
});

describe('suites on their targets', () => {
  test('share passing, largest and middle use, what does not pass first', () => {
    const history = openedHistory(RUN, {
      runs: 3,
      standing: (position, run) => (position === 1 && run === 1 ? 'failed' : null),
    });
    const [first, second] = groupTrends(history);
    expect([first?.target, second?.target]).toEqual(['ort-web/wasm', 'ort-node/cpu']);
    expect(second).toMatchObject({ passed: 3, counted: 3, share: [1, 2 / 3, 1] });
    expect([second?.worst[2], second?.middle[2]]).toEqual([0.4, 0.2]);
  });

  test('one that has nothing that counts is left out', () => {
    const history = openedHistory(RUN, { runs: 2, standing: () => 'skipped' });
    expect(groupTrends(history).flatMap(({ share }) => share[0])).toEqual([null, null]);
  });
});

describe('flaky checks', () => {
  const key = createCheck({ case: 'case 2' });
  const history = openedHistory(RUN, {
    runs: 6,
    standing: (position, run) => (position === 2 && run % 2 === 0 ? 'failed' : null),
    events: [
      {
        kind: 'flaky',
        run: 1,
        worse: true,
        suite: key.suite,
        targets: [],
        changed: [],
        checks: [{ ...key, factor: 1, before: null, after: null }],
      },
    ],
  });

  test('are those that the history or the run calls so, with how often they turned', () => {
    expect(flakyTrends(history, () => false).map(({ check, turns }) => [check, turns])).toEqual([[2, 5]]);
    expect(flakyTrends(history, ({ case: name }) => name === 'case 0').map(({ check }) => check)).toEqual([
      2, 0,
    ]);
  });

  test('what was not run, though allowed to, is no turn', () => {
    const skipping = openedHistory(RUN, { runs: 4, standing: (_, run) => (run === 1 ? 'skipped' : null) });
    expect(trendOf(skipping, 0).turns).toBe(0);
  });
});
