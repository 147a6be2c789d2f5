import { describe, expect, test } from 'vitest';
import { didNotPass, findings, metricOf, standingOf, utilisationOf } from '../../src/result/reading.ts';
import { createCheck, createFailure, createRun, createUnexecuted } from '../builders/run-document.ts';

describe('what counts against a run', () => {
  test.each([
    ['a pass does not', createCheck(), false],
    ['a failure does', createFailure(), true],
    ['void does', createCheck({ verdict: 'void' }), true],
    ['unverified does', createCheck({ verdict: 'unverified' }), true],
    ['a crash does', createUnexecuted(), true],
    ['a crash on an optional target does', createUnexecuted({ optional: true }), true],
    ['a required target that is unavailable does', createUnexecuted({ status: 'unavailable' }), true],
    ['an optional one does not', createUnexecuted({ status: 'unavailable', optional: true }), false],
    ['unsupported does', createUnexecuted({ status: 'unsupported' }), true],
    ['unsupported without any reason does', createUnexecuted({ status: 'unsupported', reasons: [] }), true],
    ['a known failure does not', createFailure({ outcome: 'known failure' }), false],
  ])('%s', (_name, check, expected) => {
    expect(didNotPass(check)).toBe(expected);
  });

  test('an expected gap has only warnings and is skipped', () => {
    const reason = { code: 'OPSET_UNSUPPORTED', message: 'm', hint: 'h', level: 'warn' } as const;
    const check = createUnexecuted({ status: 'unsupported', reasons: [reason] });
    expect(standingOf(check)).toBe('skipped');
    expect(didNotPass(check)).toBe(false);
  });
});

describe('what comes first', () => {
  test('failures by how far they are beyond the bound, then what was not run, void, unverified', () => {
    const checks = [
      createCheck({ case: 'passes' }),
      createCheck({ case: 'unverified', verdict: 'unverified' }),
      createCheck({ case: 'void', verdict: 'void' }),
      createUnexecuted({ case: 'crashed' }),
      createFailure({ case: 'near', metrics: { utilisation: 1.2 } }),
      createFailure({ case: 'far', metrics: { utilisation: 80 } }),
      createFailure({ case: 'not finite', metrics: { utilisation: 'Infinity' } }),
    ];
    expect(findings(createRun({ checks })).map(({ check }) => check.case)).toEqual([
      'not finite',
      'far',
      'near',
      'crashed',
      'void',
      'unverified',
    ]);
  });
});

describe('numbers of a check', () => {
  test('utilisation comes from the metrics, else from the bounds', () => {
    expect(utilisationOf(createCheck({ metrics: { utilisation: 'NaN' } }))).toBeNaN();
    expect(utilisationOf(createCheck({ metrics: {} }))).toBe(4.76837158203125e-3);
    expect(utilisationOf(createCheck({ metrics: {}, bounds: [] }))).toBeNull();
  });

  test('a metric is never taken from the prototype', () => {
    expect(metricOf(createCheck(), 'constructor')).toBeUndefined();
    expect(metricOf(createCheck(), 'linf')).toBe(4.76837158203125e-7);
  });
});
