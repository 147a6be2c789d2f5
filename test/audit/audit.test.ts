import { describe, expect, test } from 'vitest';
import { auditBounds } from '../../src/audit/audit.ts';
import { applyProposals, unifiedDiff } from '../../src/audit/patch.ts';
import { propose, roundedUp, upperTail } from '../../src/audit/propose.ts';
import type { DeclaredBound, Observed } from '../../src/audit/types.ts';

const BOUND: DeclaredBound = {
  suite: 'digits',
  from: 'suite',
  owner: null,
  ofCase: null,
  metric: 'linf',
  limit: 1e-4,
  atol: null,
  rtol: null,
  expression: null,
  path: ['tolerance'],
};

/** Twenty runs of one check whose linf was judged by {@link BOUND}. */
function observed(values: readonly number[], overrides: Partial<Observed> = {}): Observed {
  const limit = overrides.limit ?? 1e-4;
  return {
    suite: 'digits',
    model: 'net',
    case: 'normal',
    target: 'ort-node/cpu',
    output: 'logits',
    dtype: 'float32',
    from: 'suite',
    metric: 'linf',
    limit,
    atol: null,
    rtol: null,
    expression: null,
    scale: 1,
    referenceNoise: null,
    runs: values.map((_, at) => at),
    utilisations: values.map((value) => value / limit),
    ...overrides,
  };
}

const runs = (value: number, spread = 0.1): readonly number[] =>
  Array.from({ length: 20 }, (_, at) => value * (1 + spread * Math.sin(at * 12.9898)));
const audited = (bound: DeclaredBound, of: readonly Observed[]) =>
  auditBounds([bound], of, { recentFrom: 10 })[0];

describe('verdicts', () => {
  test('a bound a thousand times too loose', () => {
    const audit = audited(BOUND, [observed(runs(1e-7))]);
    expect(audit).toMatchObject({
      verdict: 'loose',
      why: 'No run ever used more than 0.11 % of it.',
      checks: 1,
      runs: 20,
    });
    // 2 × 1.1e-7 and six moderated spreads above the median lie below 5e-7; four units in the last place at 1 are 4.8e-7.
    expect(audit?.proposal).toMatchObject({ limit: 5e-7 });
    expect(audit?.proposal?.falseAlarmPerRun).toBeLessThan(1e-4);
    expect(audit?.share).toEqual([1e-4, 1e-4]);
  });

  test("a bound below what float32 can hold, and below the reference's spread", () => {
    const low = { ...BOUND, limit: 1e-9 };
    expect(audited(low, [observed(runs(2e-7), { limit: 1e-9 })])).toMatchObject({
      verdict: 'below the noise',
      why: "The reference's own noise is 12,000 % of what it allows.",
      proposal: { limit: 5e-7 },
    });
    expect(audited(BOUND, [observed(runs(5e-5), { referenceNoise: 3e-4 })])?.verdict).toBe('below the noise');
  });

  test('a bound below the noise that no error has met yet is widened, and one above it left alone', () => {
    const zeros = Array.from({ length: 20 }, () => 0);
    expect(audited({ ...BOUND, limit: 1e-9 }, [observed(zeros, { limit: 1e-9 })])).toMatchObject({
      verdict: 'below the noise',
      proposal: {
        limit: 5e-7,
        basis: 'none of 20 runs had an error: four times the noise of two correct computations',
      },
    });
    expect(audited(BOUND, [observed(zeros)])).toMatchObject({ verdict: 'loose', proposal: null });
  });

  test('a bound that nothing was ever judged by', () => {
    expect(audited({ ...BOUND, from: 'dtype', owner: 'float16' }, [observed(runs(1e-6))])).toMatchObject({
      verdict: 'never exercised',
      worstEver: null,
      proposal: null,
    });
  });

  test('a bound in good use', () => {
    expect(audited(BOUND, [observed(runs(2e-5))])).toMatchObject({ verdict: 'justified', proposal: null });
  });

  test('a bound nearly used up, and one that jitter breaks', () => {
    expect(audited(BOUND, [observed(runs(7e-5))])).toMatchObject({
      verdict: 'tight',
      proposal: { limit: 2e-4 },
    });
    const broken = audited(BOUND, [
      observed(Array.from({ length: 20 }, (_, at) => (at % 3 === 0 ? 1.2e-4 : 8e-5))),
    ]);
    expect(broken).toMatchObject({ verdict: 'tight', why: 'Runs pass and fail in turn, near the limit.' });
    expect(broken?.proposal?.limit).toBeGreaterThanOrEqual(2.4e-4);
  });

  test('no wider bound is proposed for what always fails: it may be a fault', () => {
    expect(audited(BOUND, [observed(runs(5e-3))])).toMatchObject({ verdict: 'tight', proposal: null });
  });

  test('tight is only what was tight lately', () => {
    expect(audited(BOUND, [observed([9e-5, ...runs(2e-5)])])).toMatchObject({
      verdict: 'justified',
      worstEver: 0.9,
    });
  });

  test('equality that held is justified', () => {
    const exact = { ...BOUND, metric: 'mismatches', limit: 0, atol: 0, rtol: 0 };
    expect(
      audited(exact, [
        observed(runs(0), { metric: 'mismatches', limit: 0, atol: 0, rtol: 0, utilisations: runs(0) }),
      ])?.verdict,
    ).toBe('justified');
  });

  test('runs under an older limit are held against the present one', () => {
    expect(audited(BOUND, [observed(runs(2e-5), { limit: 1e-2 })])).toMatchObject({ verdict: 'justified' });
  });

  test('a default is listed by dtype without a proposal', () => {
    const [, found] = auditBounds(
      [BOUND],
      [observed(runs(1e-6)), observed(runs(1e-7), { from: 'default', metric: 'mismatches', limit: null })],
      { recentFrom: 0 },
    );
    expect(found).toMatchObject({
      bound: { from: 'default', owner: 'float32', metric: 'mismatches' },
      verdict: 'loose',
      proposal: null,
    });
  });

  test('each observation counts for the bound that it came from', () => {
    const ofTarget = { ...BOUND, from: 'target' as const, owner: 'ort-web/wasm' };
    const audits = auditBounds(
      [BOUND, ofTarget],
      [observed(runs(2e-5)), observed(runs(9e-7), { from: 'target', target: 'ort-web/wasm' })],
      { recentFrom: 0 },
    );
    expect(audits.map(({ verdict, checks }) => [verdict, checks])).toEqual([
      ['justified', 1],
      ['loose', 1],
    ]);
  });
});

describe('the patch', () => {
  const SUITE = `# kept
model: net.onnx
targets:
  - ort-node/cpu
  - { name: gpu, target: ort-node/webgpu, tolerance: { atol: 1e-3, rtol: 1.0e-2 } } # kept too
tolerance:
  linf: 0.1   # too loose
  expressions: ['linf <= 1']
`;

  test('replaces numbers where they stand and leaves the rest', () => {
    const proposal = { factor: 1e-3, limit: 1e-4, atol: 2e-6, rtol: 2e-5, falseAlarmPerRun: 0, basis: '' };
    const audit = (bound: Partial<DeclaredBound>) => ({
      bound: { ...BOUND, ...bound },
      verdict: 'loose' as const,
      why: '',
      checks: 1,
      runs: 1,
      worstEver: 0,
      worstRecent: 0,
      share: null,
      proposal,
    });
    const { text, applied, left } = applyProposals(SUITE, [
      audit({}),
      audit({ from: 'target', owner: 'gpu', metric: 'mismatches', path: ['targets', 'gpu', 'tolerance'] }),
      audit({ expression: 'linf <= 1' }),
      audit({ metric: 'mse' }),
    ]);
    expect([applied.length, left.length]).toEqual([2, 2]);
    expect(unifiedDiff('suites/digits/suite.yaml', SUITE, text)).toBe(`--- a/suites/digits/suite.yaml
+++ b/suites/digits/suite.yaml
@@ -2,7 +2,7 @@
 model: net.onnx
 targets:
   - ort-node/cpu
-  - { name: gpu, target: ort-node/webgpu, tolerance: { atol: 1e-3, rtol: 1.0e-2 } } # kept too
+  - { name: gpu, target: ort-node/webgpu, tolerance: { atol: 2e-6, rtol: 2e-5 } } # kept too
 tolerance:
-  linf: 0.1   # too loose
+  linf: 1e-4   # too loose
   expressions: ['linf <= 1']
`);
  });

  test('says where a file ends without a newline, and is empty where nothing changes', () => {
    expect(unifiedDiff('f', 'a: 1', 'a: 2')).toBe(
      '--- a/f\n+++ b/f\n@@ -1,1 +1,1 @@\n-a: 1\n\\ No newline at end of file\n+a: 2\n\\ No newline at end of file\n',
    );
    expect(unifiedDiff('f', 'a', 'a')).toBe('');
  });
});

test('bounds are rounded up to 1, 2 or 5', () => {
  expect([1.1e-7, 2e-7, 2.0001e-7, 5.1e-3, 9.9, 0].map((value) => roundedUp(value))).toEqual([
    2e-7, 2e-7, 5e-7, 0.01, 10, 0,
  ]);
});

test('the upper tail of the normal distribution', () => {
  expect(upperTail(0)).toBeCloseTo(0.5, 6);
  expect(upperTail(1.959964)).toBeCloseTo(0.025, 6);
  expect(upperTail(6)).toBeCloseTo(9.866e-10, 11);
});

test('what a lower limit allows is its distance from perfect, or decibels', () => {
  const used = Array.from({ length: 20 }, () => 0.001);
  const of = (metric: string, limit: number): number | null | undefined =>
    propose({ ...BOUND, metric, limit }, used, 1, 0)?.limit;
  const factor = propose(BOUND, used, 1, 0)!.factor;
  expect(of('cosine', 0.99)).toBeCloseTo(1 - 0.01 * factor, 5);
  expect(of('topK', 0.9)).toBeGreaterThan(0.9);
  expect(of('snrDb', 40)).toBeCloseTo(40 - 20 * Math.log10(factor), 0);
  // Doubles know no cosine nearer to 1.
  expect(of('cosine', 1 - 1e-10)).toBe(1 - 1e-12);
});
