import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Tolerance, ToleranceLayer } from '../../src/compare/index.ts';
import { checkTolerance, DEFAULT_FACTORS, PROFILES } from '../../src/compare/index.ts';
import type { Needed } from '../../src/result/index.ts';
import { codes, compare, createFloat32, createFloat64, createInt64 } from './builders.ts';

const pair = [createFloat32([1, 2, 3, 4]), createFloat32([1, 2, 3, 4.5])] as const;

// oxlint-disable-next-line oxc/no-map-spread -- clearer than assigning
function boundsOf(...layers: ToleranceLayer[]) {
  return compare(...pair, { layers }).bounds.map(({ metric, limit, atol, rtol, from, profile }) => ({
    metric,
    limit,
    ...(atol === undefined ? {} : { atol, rtol }),
    from,
    ...(profile === undefined ? {} : { profile }),
  }));
}

describe('layers merge per metric', () => {
  const mse = { metric: 'mse', limit: 1e-4 * 1e-4 * 7.5, from: 'default' };

  test('a stronger scope replaces, the rest remains', () => {
    expect(
      boundsOf(
        { from: 'suite', tolerance: { linf: 1, mse: 2 } },
        { from: 'case', tolerance: { linf: 3 } },
        { from: 'command line', tolerance: { cosine: 0.5 } },
      ),
    ).toEqual([
      { metric: 'mismatches', limit: 0, atol: 1e-4 * 2.5, rtol: 1e-4, from: 'default' },
      { metric: 'mse', limit: 2, from: 'suite' },
      { metric: 'linf', limit: 3, from: 'case' },
      { metric: 'cosine', limit: 0.5, from: 'command line' },
    ]);
  });

  test('giving only atol makes rtol 0', () => {
    expect(boundsOf({ from: 'suite', tolerance: { atol: 1 } })).toEqual([
      { metric: 'mismatches', limit: 0, atol: 1, rtol: 0, from: 'suite' },
      mse,
    ]);
  });

  test('unless a weaker explicit scope gave it', () => {
    expect(
      boundsOf(
        { from: 'suite', tolerance: { atol: 1, rtol: 2 } },
        { from: 'output', tolerance: { atol: 3 } },
      )[0],
    ).toEqual({ metric: 'mismatches', limit: 0, atol: 3, rtol: 2, from: 'output' });
  });

  test('an outlier budget replaces the limit of zero and keeps atol and rtol', () => {
    expect(boundsOf({ from: 'case', tolerance: { mismatchShare: 0.25 } })).toEqual([
      mse,
      { metric: 'mismatchShare', limit: 0.25, atol: 1e-4 * 2.5, rtol: 1e-4, from: 'case' },
    ]);
    expect(boundsOf({ from: 'case', tolerance: { mismatches: 1, atol: 0.1 } })[1]).toEqual({
      metric: 'mismatches',
      limit: 1,
      atol: 0.1,
      rtol: 0,
      from: 'case',
    });
  });

  test('a profile stands in for the default', () => {
    expect(boundsOf({ from: 'suite', tolerance: { profile: 'onnx-backend' } })).toEqual([
      { metric: 'mismatches', limit: 0, atol: 1e-7, rtol: 1e-3, from: 'suite', profile: 'onnx-backend' },
    ]);
    expect(boundsOf({ from: 'suite', tolerance: { profile: 'conversion-guide' } })).toEqual([
      { metric: 'linf', limit: 1e-4, from: 'suite', profile: 'conversion-guide' },
      { metric: 'mse', limit: 1e-8, from: 'suite', profile: 'conversion-guide' },
    ]);
    expect(boundsOf({ from: 'suite', tolerance: { profile: 'ort-op-tests', atol: 1 } })[0]).toEqual({
      metric: 'mismatches',
      limit: 0,
      atol: 1,
      rtol: 1e-4,
      from: 'suite',
    });
  });

  test('a profile leaves explicit bounds of weaker scopes alone', () => {
    expect(
      boundsOf(
        { from: 'suite', tolerance: { rmse: 9 } },
        { from: 'case', tolerance: { profile: 'optimum' } },
      ).map(({ metric }) => metric),
    ).toEqual(['mismatches', 'rmse']);
  });

  test('`profile: default` at a scope is the default by that scope', () => {
    expect(boundsOf({ from: 'suite', tolerance: { profile: 'default' } })).toEqual([
      { metric: 'mismatches', limit: 0, atol: 1e-4 * 2.5, rtol: 1e-4, from: 'suite', profile: 'default' },
      { ...mse, from: 'suite', profile: 'default' },
    ]);
  });

  test('without the defaults only what was given remains', () => {
    const { bounds } = compare(...pair, { policy: { noDefaults: true }, tolerance: { linf: 1 } });
    expect(bounds.map(({ metric }) => metric)).toEqual(['linf']);
  });

  test('ULP limits by operator and shape', () => {
    expect(boundsOf({ from: 'output', tolerance: { ulpFor: { op: 'matmul', k: 64 } } })[2]).toEqual({
      metric: 'maxUlp',
      limit: 128,
      from: 'output',
      profile: 'webnn-ulp',
    });
    const conv = { ulpFor: { op: 'Conv', kh: 3, kw: 3, channels: 8, groups: 2 } };
    expect(boundsOf({ from: 'output', tolerance: conv })[2]).toMatchObject({ limit: 72 });
    expect(boundsOf({ from: 'output', tolerance: { ulpFor: { op: 'softmax', n: 10 } } })[2]).toMatchObject({
      limit: 33,
    });
  });
});

describe('mistakes in a tolerance', () => {
  test('an unknown profile', () => {
    expect(() => checkTolerance({ profile: 'polygraph' })).toThrow(
      expect.objectContaining({
        code: 'PROFILE_UNKNOWN',
        message: 'There is no tolerance profile named "polygraph".',
        hint: `Profiles: ${PROFILES.map(({ name }) => name).join(', ')}.`,
      }),
    );
  });

  test('an operator without a rule', () => {
    expect(() => checkTolerance({ ulpFor: { op: 'constructor' } })).toThrow(
      expect.objectContaining({
        code: 'ULP_OPERATOR_UNKNOWN',
        message: 'No ULP rule is known for the operator "constructor".',
      }),
    );
  });

  test('a missing parameter', () => {
    expect(() => checkTolerance({ ulpFor: { op: 'conv', kh: 3 } })).toThrow(
      expect.objectContaining({
        code: 'ULP_PARAMETER_MISSING',
        message: 'The ULP rule of "conv" needs `kw` as a positive number.',
        hint: 'Write `ulpFor: { op: conv, … }` with kh, kw, channels.',
      }),
    );
  });
});

describe('utilisation', () => {
  const utilisation = (tolerance: Tolerance) =>
    compare(...pair, { tolerance, policy: { noDefaults: true } }).bounds[0]!.utilisation;

  test('of upper limits is error ÷ allowed', () => {
    expect(utilisation({ linf: 1 })).toBe(0.5);
    expect(utilisation({ linf: 0.25 })).toBe(2);
    expect(utilisation({ linf: 0 })).toBe('Infinity');
    expect(utilisation({ bias: 0.25 })).toBe(0.5);
  });

  test('of mismatches is the largest share of what an element may differ', () => {
    expect(utilisation({ atol: 0.5, rtol: 0.125 })).toBe(0.5);
  });

  test('of a budget is count ÷ allowed count', () => {
    expect(utilisation({ atol: 0.25, mismatches: 4 })).toBe(0.25);
    expect(utilisation({ atol: 0.25, mismatchShare: 0.5 })).toBe(0.5);
  });

  test('of lower limits', () => {
    const { metrics } = compare(...pair);
    const cosine = Number(metrics['cosine']);
    expect(utilisation({ cosine: 0.5 })).toBeCloseTo((1 - cosine) / 0.5, 12);
    expect(utilisation({ snrDb: Number(metrics['snrDb']) - 20 })).toBeCloseTo(0.1, 12);
    expect(utilisation({ topK: { k: 2 } })).toBe(0);
  });

  test('0 ÷ 0 is 0', () => {
    const same = compare(pair[0], pair[0], {
      tolerance: { linf: 0, atol: 0, cosine: 1 },
      policy: { noDefaults: true },
    });
    expect(same.metrics['utilisation']).toBe(0);
  });
});

describe('what a failure needs', () => {
  test('is said for each bound that failed', () => {
    const comparison = compare(...pair, { tolerance: { linf: 0.1, cosine: 1, topK: { k: 1, min: 1 } } });
    expect(comparison.needed.map(({ metric }) => metric)).toEqual(['mismatches', 'mse', 'linf', 'cosine']);
    expect(comparison.reasons[2]).toEqual({
      code: 'BOUND_EXCEEDED',
      level: 'fail',
      message: 'linf 0.5 exceeds 0.1 (from output).',
      hint: 'Smallest that passes: linf 0.5.',
    });
    expect(comparison.needed[0]).toMatchObject({ metric: 'mismatches', value: 1, atol: 0.4996 });
  });

  test('leaves rtol out where none helps', () => {
    const { needed } = compare(createFloat32([0, 1]), createFloat32([0.5, 1]), {
      tolerance: { atol: 0.1, rtol: 0 },
      policy: { noDefaults: true },
    });
    expect(needed).toEqual([{ metric: 'mismatches', value: 1, atol: 0.5 }]);
  });

  const values = fc.array(
    fc.tuple(
      fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), fc.constant(0)),
      fc.oneof(fc.double({ noNaN: true, min: -1, max: 1 }), fc.constant(0)),
    ),
    { minLength: 1, maxLength: 60 },
  );

  test('passes when it is given back, limit by limit', () => {
    fc.assert(
      fc.property(
        values,
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.nat(3),
        (elements, size, budget) => {
          const expected = createFloat64(elements.map(([e]) => e));
          const actual = createFloat64(elements.map(([e, noise]) => e + noise));
          const tolerance: Tolerance = {
            atol: size * 0.1,
            rtol: size * 1e-3,
            mismatches: budget,
            mse: size * size * 0.1,
            linf: size,
            meanAbs: size * 0.1,
            bias: size * 0.01,
            maxRel: size,
            cosine: 1,
            snrDb: 300,
            psnrDb: 300,
            maxUlp: 1,
            meanUlp: 0.5,
            linfRelative: size * 0.01,
          };
          const policy = { noDefaults: true };
          const { needed } = compare(expected, actual, { tolerance, policy });
          for (const need of needed) {
            for (const remedy of remedies(need, tolerance)) {
              const again = compare(expected, actual, { tolerance: remedy, policy });
              expect(again.bounds.filter(({ metric }) => metric === need.metric)).toMatchObject([
                { holds: true },
              ]);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('is the smallest: a little less fails', () => {
    const { needed } = compare(...pair);
    const atol = Number(needed[0]!.atol);
    const again = compare(...pair, { tolerance: { atol: atol * (1 - 1e-12), rtol: 1e-4 } });
    expect(codes(again)).toContain('BOUND_EXCEEDED');
    expect(again.bounds[0]!.holds).toBe(false);
  });

  test('of integers is an atol', () => {
    const { needed } = compare(createInt64([5n, 7n]), createInt64([9n, 7n]));
    expect(needed).toEqual([{ metric: 'mismatches', value: 1, atol: 4 }]);
  });
});

/** The tolerance with one limit replaced by what is said to be needed. */
function remedies({ metric, value, atol, rtol }: Needed, given: Tolerance): Tolerance[] {
  const all: Tolerance[] = [{ ...given, [metric]: Number(value) }];
  if (atol !== undefined) all.push({ ...given, atol: Number(atol) });
  if (rtol !== undefined) all.push({ ...given, rtol: Number(rtol) });
  return all;
}

test('every floating dtype has a default factor', () => {
  expect(Object.keys(DEFAULT_FACTORS)).toHaveLength(12);
});
