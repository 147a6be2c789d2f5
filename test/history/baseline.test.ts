import { describe, expect, test } from 'vitest';
import { applyBaseline } from '../../src/history/apply-baseline.ts';
import { baselinePath, parseAgainst } from '../../src/history/against.ts';
import { formatBaseline, parseBaseline, type Baseline } from '../../src/history/baseline.ts';
import { baselinesFrom } from '../../src/history/make-baseline.ts';
import type { Past, PastCheck } from '../../src/history/past.ts';
import { keyOf } from '../../src/history/types.ts';
import { ParityError } from '../../src/errors/index.ts';
import type { Check, Outcome, RunDocument } from '../../src/result/index.ts';
import { standingOf } from '../../src/result/reading.ts';
import { createCheck, createFailure, createRun, createUnexecuted } from '../builders/run-document.ts';
import { createNights } from './nights.ts';

const APPROVED = { at: '2026-11-21T10:00:00.000Z', reason: 'first' };

function check(linf: number, overrides: Partial<Check> = {}): Check {
  const bounds = [
    {
      metric: 'linf',
      limit: 1e-4,
      from: 'suite',
      value: linf,
      utilisation: linf / 1e-4,
      holds: linf <= 1e-4,
    },
  ] as const;
  return createCheck({
    metrics: { linf, rmse: linf / 4 },
    bounds,
    verdict: linf <= 1e-4 ? 'pass' : 'fail',
    ...overrides,
  });
}

function baselineOf(checks: readonly Check[], past?: Past): readonly Baseline[] {
  return baselinesFrom(createRun({ checks }), APPROVED, past);
}

function pastOfNights(documents: readonly RunDocument[]): Past {
  const past = new Map<string, PastCheck>();
  for (const one of documents[0]?.checks ?? []) {
    const nights = documents.flatMap(({ checks }) => checks.filter((other) => keyOf(other) === keyOf(one)));
    past.set(keyOf(one), {
      standings: nights.map((night) => standingOf(night)),
      builds: nights.map(({ modelSha256 }) => modelSha256 ?? ''),
      hosts: nights.map(() => 'host'),
      values: {
        linf: nights.map(({ metrics }) => Number(metrics['linf'])),
        rmse: nights.map(({ metrics }) => Number(metrics['rmse'])),
      },
    });
  }
  return past;
}

/** The past of the one check with these errors. */
function pastOfErrors(errors: readonly number[]): Past {
  return pastOfNights(errors.map((linf) => createRun({ checks: [check(linf)] })));
}

function outcomeOf(before: Check, now: Check, past?: Past): Outcome | undefined {
  return applyBaseline([now], baselineOf([before]), {
    name: 'the baseline',
    ...(past === undefined ? {} : { past }),
  })[0]?.outcome;
}

const STEADY = Array.from({ length: 30 }, () => 4e-7);
const JITTER = Array.from({ length: 30 }, (_, at) => 4e-7 * Math.exp(0.3 * Math.sin(at * 12.9898) * 1.4));

describe('outcomes', () => {
  test('the same number is unchanged, an unknown check new', () => {
    expect(outcomeOf(check(4e-7), check(4e-7))).toBe('unchanged');
    expect(outcomeOf(check(4e-7), check(4e-7, { case: 'other' }))).toBe('new');
  });

  test('pass to fail is regressed, fail to pass is fixed, fail to fail is unchanged', () => {
    expect(outcomeOf(check(4e-7), check(2e-4))).toBe('regressed');
    expect(outcomeOf(check(2e-4), check(4e-7))).toBe('fixed');
    expect(outcomeOf(check(2e-4), check(2e-4))).toBe('unchanged');
    expect(outcomeOf(check(4e-7), createUnexecuted())).toBe('regressed');
    expect(outcomeOf(check(4e-7), createUnexecuted({ output: null }))).toBe('regressed');
  });

  test('a growth of 40 times under the bound is regressed, with and without a history', () => {
    expect(outcomeOf(check(4e-7), check(1.6e-5))).toBe('regressed');
    expect(outcomeOf(check(4e-7), check(1.6e-5), pastOfErrors(JITTER))).toBe('regressed');
  });

  test('three times is noise where nothing is known, and a regression where thirty nights were steady', () => {
    expect(outcomeOf(check(4e-7), check(1.2e-6))).toBe('unchanged');
    expect(outcomeOf(check(4e-7), check(1.2e-6), pastOfErrors(STEADY))).toBe('regressed');
    expect(outcomeOf(check(4e-7), check(1.2e-6), pastOfErrors(JITTER))).toBe('unchanged');
  });

  test('a fall beyond the noise is improved', () => {
    expect(outcomeOf(check(4e-7), check(1e-7), pastOfErrors(STEADY))).toBe('improved');
    expect(outcomeOf(check(4e-7), check(3e-7), pastOfErrors(STEADY))).toBe('unchanged');
  });

  test('errors below a quarter of a unit in the last place are as good as zero', () => {
    const scaled = (linf: number) => {
      const facts = { elements: 40, scale: 1, nan: 0, posInf: 0, negInf: 0, zeros: 0, constant: false };
      return check(linf, { evidence: { expected: facts, actual: facts } });
    };
    expect(outcomeOf(scaled(0), scaled(2.9e-8), pastOfErrors(Array.from({ length: 30 }, () => 0)))).toBe(
      'unchanged',
    );
    expect(outcomeOf(scaled(0), scaled(2.4e-7), pastOfErrors(Array.from({ length: 30 }, () => 0)))).toBe(
      'regressed',
    );
  });

  test("the reference's own noise is a floor too", () => {
    const golden = { state: 'fresh', noise: { linf: 2e-5, of: 'spread' } } as const;
    expect(outcomeOf(check(4e-7, { golden }), check(1.6e-5, { golden }), pastOfErrors(STEADY))).toBe(
      'unchanged',
    );
  });

  test('bad again after it went away with the same model is flaky, good again after twice too', () => {
    const errors = [...STEADY, 3e-4, 4e-7, 4e-7];
    expect(outcomeOf(check(4e-7), check(3e-4), pastOfErrors(errors))).toBe('flaky');
    expect(outcomeOf(check(4e-7), check(4e-7), pastOfErrors(errors))).toBe('unchanged');
    expect(outcomeOf(check(4e-7), check(4e-7), pastOfErrors([...errors, 3e-4, 4e-7]))).toBe('flaky');
  });

  test('a level that stays up stays regressed night after night', () => {
    expect(outcomeOf(check(4e-7), check(1.6e-5), pastOfErrors([...STEADY, 1.6e-5, 1.6e-5, 1.6e-5]))).toBe(
      'regressed',
    );
  });

  test('NaN and infinity are as bad as can be', () => {
    const infinite = check(4e-7, { metrics: { linf: 'Infinity', rmse: 'Infinity' }, verdict: 'pass' });
    expect(outcomeOf(check(4e-7), infinite)).toBe('regressed');
    expect(outcomeOf(infinite, check(4e-7))).toBe('improved');
  });

  test('an optional target that is not there is no change', () => {
    const skipped = createUnexecuted({ case: 'normal', status: 'unavailable', optional: true, reasons: [] });
    expect(outcomeOf(check(4e-7), skipped)).toBe('unchanged');
    expect(outcomeOf(skipped, check(4e-7))).toBe('unchanged');
  });

  test('jitter between nights is not regressed: sixty nights, 24 checks', () => {
    const nights = createNights({ nights: 60, jitter: 0.3 });
    const baselines = baselinesFrom(nights[0]!, APPROVED);
    const outcomes = nights.slice(1).flatMap((document, at) => {
      const past = pastOfNights(nights.slice(Math.max(0, at - 38), at + 1));
      return applyBaseline(document.checks, baselines, { name: 'the baseline', past }).map(
        ({ outcome }) => outcome,
      );
    });
    expect(outcomes.filter((outcome) => outcome !== 'unchanged')).toEqual([]);
  });
});

describe('what is gone', () => {
  const before = [check(4e-7), check(4e-7, { case: 'gone' })];

  test('has a row that does not pass, with the next step', () => {
    const [, row] = applyBaseline([check(4e-7)], baselineOf(before), { name: 'the baseline' });
    expect(row).toMatchObject({ case: 'gone', outcome: 'removed', verdict: null, status: 'error' });
    expect(row?.reasons).toEqual([
      {
        code: 'CASE_DROPPED',
        message:
          'digits-pytorch / gone / ort-node/cpu / logits is in the baseline, and this run has no result for it.',
        hint: 'Put it back, or approve a run without it: onnx-parity baseline set RUN --force --reason TEXT',
        level: 'fail',
      },
    ]);
  });

  test('was not asked for in a selection', () => {
    const only = applyBaseline([check(4e-7)], baselineOf(before), {
      name: 'x',
      inScope: ({ case: name }) => name === 'normal',
    });
    expect(only).toHaveLength(1);
  });

  test('is not missed where the case ran and its outputs are unknown', () => {
    const crashed = createUnexecuted({ case: 'gone', output: null });
    expect(
      applyBaseline([check(4e-7), crashed], baselineOf(before), { name: 'x' }).map(({ outcome }) => outcome),
    ).toEqual(['unchanged', 'regressed']);
  });
});

test('the reason of a regression under its bound says by how much, against what, and what changed', () => {
  const baselines = baselineOf([check(4e-7, { modelSha256: 'a'.repeat(64) })]);
  const now = check(1.6e-5, { modelSha256: 'b'.repeat(64) });
  const [judged] = applyBaseline([now], baselines, { name: 'the baseline', past: pastOfErrors(STEADY) });
  expect(judged?.reasons).toEqual([
    {
      code: 'ERROR_GREW',
      message:
        'linf is 40 times what it was in the baseline: 1.60e-5, before 4.00e-7; up to 2 times is noise (judged by 30 runs). Changed since: model aaaaaaaa → bbbbbbbb.',
      hint: 'See since when: onnx-parity history. If it is meant to be so, approve it: onnx-parity baseline set RUN --reason TEXT',
      level: 'fail',
    },
  ]);
});

describe('the file', () => {
  test('holds numbers, noise and provenance, one check a line, and reads back', () => {
    const [baseline] = baselineOf(
      [check(4e-7), createFailure({ metrics: { linf: 'Infinity', mse: 'NaN', bias: '-0' } })],
      pastOfErrors(JITTER),
    );
    const text = formatBaseline(baseline!);
    expect(parseBaseline(text, 'baseline.json')).toEqual(baseline);
    expect(text.split('\n').filter((line) => line.startsWith('    {"model"'))).toHaveLength(2);
    expect(baseline?.checks[0]?.noise?.['linf']).toMatchObject({ nights: 30 });
    expect(baseline?.run.runtimes).toEqual({ 'ort-node/cpu': '1.30.0', 'ort-web/wasm': '1.30.0' });
  });

  test('a damaged, foreign or newer one is refused by name', () => {
    const refusal = (text: string): readonly string[] => {
      try {
        parseBaseline(text, 'suites/x/baseline.json');
      } catch (error) {
        if (error instanceof ParityError) return [error.code, error.message];
      }
      return [];
    };
    expect(refusal('{"schemaVersion": 2}')).toEqual([
      'BASELINE_NEWER',
      'suites/x/baseline.json has schema version 2; this version of onnx-parity reads up to 1.',
    ]);
    expect(refusal('{"schemaVersion": 1}')[0]).toBe('BASELINE_INVALID');
    expect(refusal('[]')[1]).toMatch(/^suites\/x\/baseline.json is not a baseline: at the top: /);
    expect(refusal('{')[1]).toMatch(/^suites\/x\/baseline.json is not a baseline: /);
  });

  test('lies beside the suite file', () => {
    expect(baselinePath('/p', { name: 'digits', file: '/p/suites/digits/suite.yaml' })).toBe(
      '/p/suites/digits/baseline.json',
    );
    expect(baselinePath('/p', { name: 'other', file: '/p/suites/digits/other.yaml' })).toBe(
      '/p/suites/digits/other.baseline.json',
    );
    expect(baselinePath('/p', { name: 'a/../../b', file: null })).toBe('/p/suites/a/b/baseline.json');
  });
});

test('what --against may name', () => {
  expect(
    ['baseline', 'last', 'branch:feature/x', '20261121-091805-3fa2'].map((text) => parseAgainst(text)),
  ).toEqual([
    { kind: 'baseline' },
    { kind: 'last' },
    { kind: 'branch', branch: 'feature/x' },
    { kind: 'run', run: '20261121-091805-3fa2' },
  ]);
});
