import { beforeAll, describe, expect, test } from 'vitest';
import type { Comparison, Tolerance } from '../../src/compare/index.ts';
import { prepareExpressions } from '../../src/compare/index.ts';
import type { Tensor } from '../../src/tensor/index.ts';
import { compare, createFloat32, createFloat64, createInt64, createStrings } from './builders.ts';

const policy = { noDefaults: true };

/** Errors 0, 0, 0, 0.5: linf 0.5, mse 1/16, rmse 1/4, bias 1/8; Σe² = 30, Σd² = 1/4, so SNR is 10·log10(120) dB. */
const pair = [createFloat32([1, 2, 3, 4]), createFloat32([1, 2, 3, 4.5])] as const;
const SNR = 10 * Math.log10(120);

const EXPRESSIONS = [
  'linf < 0.5',
  'linf <= 0.5',
  'linf > 0.5',
  'linf < 0.6',
  'rmse >= 0.1',
  'rmse >= 0.5',
  'rmse > 0.25',
  'snrDb >= 25',
  'cosine >= 1',
  'linf / refMax <= 0.01',
  'linf <= sqrt(0 - 1)',
  'sqrt(bias - 1) <= 3',
  'bias <= 1',
  'bias <= 0',
];
beforeAll(() => prepareExpressions([{ tolerance: { expressions: EXPRESSIONS } }]));

function only(tolerance: Tolerance, [expected, actual]: readonly [Tensor, Tensor] = pair): Comparison {
  return compare(expected, actual, { tolerance, policy });
}

/** The one bound and the hint of its failure. */
function judged(expression: string, of?: readonly [Tensor, Tensor]) {
  const { bounds, reasons, needed } = only({ expressions: [expression] }, of);
  const { holds, utilisation, value, limit } = bounds[0]!;
  return { holds, utilisation, value, limit, needed, hint: reasons[0]?.hint };
}

describe('an expression as a bound', () => {
  test('at its very limit a strict one fails, by a share just above 1', () => {
    expect(judged('linf < 0.5')).toEqual({
      holds: false,
      utilisation: 1 + Number.EPSILON,
      value: 0.5,
      limit: 0.5,
      needed: [],
      hint: 'It holds where the right side is above 0.5.',
    });
    expect(judged('linf <= 0.5')).toMatchObject({ holds: true, utilisation: 1 });
    expect(judged('linf > 0.5')).toMatchObject({
      holds: false,
      utilisation: 1 + Number.EPSILON,
      hint: 'It holds where the right side is below 0.5.',
    });
    expect(judged('rmse > 0.25')).toMatchObject({ holds: false });
  });

  test('below a strict limit it holds', () => {
    expect(judged('linf < 0.6')).toMatchObject({ holds: true, utilisation: 0.5 / 0.6 });
  });

  test('from below uses limit ÷ value', () => {
    expect(judged('rmse >= 0.1')).toMatchObject({ holds: true, utilisation: 0.4 });
    expect(judged('rmse >= 0.5')).toMatchObject({
      holds: false,
      utilisation: 2,
      hint: 'It holds where the right side is at most 0.25.',
    });
  });

  test('from below in decibels uses the ratio of the errors', () => {
    const { utilisation, holds } = judged('snrDb >= 25');
    expect(holds).toBe(false);
    expect(utilisation).toBeCloseTo(10 ** ((25 - SNR) / 20), 12);
  });

  test('from below of what is at most 1 uses the distance from 1', () => {
    expect(judged('cosine >= 1')).toMatchObject({ holds: false, utilisation: 'Infinity' });
  });

  test('of several names says what its right side would have to be', () => {
    expect(judged('linf / refMax <= 0.01')).toMatchObject({
      holds: false,
      utilisation: 12.5,
      needed: [],
      hint: 'It holds where the right side is at least 0.125.',
    });
  });

  test('without a right side never holds, and no limit is recommended', () => {
    expect(judged('linf <= sqrt(0 - 1)')).toEqual({
      holds: false,
      utilisation: 'Infinity',
      value: 0.5,
      limit: 'NaN',
      needed: [],
      hint: 'Its right side has no value for this output: change the expression.',
    });
  });

  test('without a left side never holds', () => {
    expect(judged('sqrt(bias - 1) <= 3')).toEqual({
      holds: false,
      utilisation: 'Infinity',
      value: undefined,
      limit: 3,
      needed: [],
      hint: 'Remove the bound for this output, or bound another metric.',
    });
  });

  test('keeps the sign of what it measures, and uses its size', () => {
    const low = [createFloat32([1, 2, 3, 4]), createFloat32([1, 2, 3, 3.5])] as const;
    expect(judged('bias <= 1', low)).toMatchObject({ holds: true, utilisation: 0.125, value: -0.125 });
    expect(judged('bias <= 0', low)).toMatchObject({ holds: true, utilisation: 1 });
    expect(judged('bias <= 0')).toMatchObject({ needed: [{ metric: 'bias', value: 0.125 }] });
  });
});

describe('a limit', () => {
  test('of zero is held by an error of zero alone', () => {
    expect(only({ bias: 0 }, [pair[0], pair[0]]).bounds).toMatchObject([{ holds: true, utilisation: 0 }]);
    expect(only({ bias: 0 }).bounds).toMatchObject([{ holds: false, utilisation: 'Infinity' }]);
  });

  test('of a share for k stands for that k', () => {
    const scores = [
      createFloat32([1, 3, 2, 3, 1, 2], [2, 3]),
      createFloat32([1, 3, 2, 1, 3, 2], [2, 3]),
    ] as const;
    expect(only({ topK: { k: 1 } }, scores).bounds).toMatchObject([
      { metric: 'topK', k: 1, value: 0.5, limit: 1, holds: false },
    ]);
    expect(only({ topK: { k: 1, min: 0.5 } }, scores).bounds).toMatchObject([{ holds: true }]);
  });

  test('of mismatches names atol and rtol, one of another metric does not', () => {
    const [mismatches, linf] = only({ atol: 0.25, linf: 1 }).bounds;
    expect(mismatches).toMatchObject({ metric: 'mismatches', atol: 0.25, rtol: 0 });
    expect(linf).not.toHaveProperty('atol');
  });

  test('of decibels is used up wholly at its very value', () => {
    const { metrics } = compare(...pair);
    expect(only({ snrDb: Number(metrics['snrDb']) }).bounds).toMatchObject([{ holds: true, utilisation: 1 }]);
  });

  test('that no value reaches never holds: decibels of an error against silence', () => {
    const silence = [createFloat32([0, 0]), createFloat32([1, 0])] as const;
    const { bounds, needed, reasons } = only({ snrDb: 3 }, silence);
    expect(bounds).toMatchObject([{ value: '-Infinity', holds: false, utilisation: 'Infinity' }]);
    expect(needed).toEqual([]);
    expect(reasons[0]!.hint).toBe('No finite limit passes: look at the worst elements.');
  });
});

describe('what a failure needs', () => {
  test('is nothing where the difference overflows', () => {
    const { needed, reasons } = only({ atol: 1 }, [createFloat64([1e308]), createFloat64([-1e308])]);
    expect(needed).toEqual([{ metric: 'mismatches', value: 1 }]);
    expect(reasons[0]!.hint).toBe('No finite limit passes: look at the worst elements.');
  });

  test('of strings and booleans is no atol', () => {
    const words = compare(createStrings(['a', 'b']), createStrings(['a', 'c']));
    expect(words.needed).toEqual([{ metric: 'mismatches', value: 1 }]);
    const bool = (values: number[]): Tensor => ({
      dtype: 'bool',
      shape: [values.length],
      data: Uint8Array.from(values),
    });
    expect(compare(bool([1, 0]), bool([1, 1])).needed).toEqual([{ metric: 'mismatches', value: 1 }]);
  });

  test('of integers under an rtol is an atol beside it', () => {
    const { needed } = only({ rtol: 0.5 }, [createInt64([10n, 100n]), createInt64([18n, 100n])]);
    expect(needed).toEqual([{ metric: 'mismatches', value: 1, atol: 3 }]);
  });

  test('of a mean error is its size', () => {
    const low = [createFloat32([1, 1]), createFloat32([0.5, 0.5])] as const;
    expect(only({ bias: 0.25 }, low).needed).toEqual([{ metric: 'bias', value: 0.5 }]);
  });
});

/** Needs at the edges of chunks of 4,096 elements: an error far above the others at one place. */
describe.each([
  ['the first element', 0],
  ['the last of the first chunk', 4095],
  ['the first of the second chunk', 4096],
  ['the last of a partial chunk', 9999],
])('the need set by %s of 10,000', (_, place) => {
  const values = Float64Array.from({ length: 10_000 }, (__, i) => 1 + (i % 7));
  const noisy = values.map((value, i) => value + (i === place ? 0.5 : 0.125 * ((i % 5) / 5)));
  const long = [createFloat64([...values]), createFloat64([...noisy])] as const;

  test('is the largest, and no more than that', () => {
    const [need] = only({ atol: 1e-3, rtol: 1e-3 }, long).needed;
    const value = values[place]!;
    expect(Number(need!.atol)).toBeCloseTo(0.5 - 1e-3 * value, 14);
    expect(Number(need!.rtol)).toBeCloseTo((0.5 - 1e-3) / value, 14);
    for (const factor of [1, 1 - 1e-12]) {
      const holds = factor === 1;
      expect(only({ atol: Number(need!.atol) * factor, rtol: 1e-3 }, long).bounds[0]!.holds).toBe(holds);
      expect(only({ atol: 1e-3, rtol: Number(need!.rtol) * factor }, long).bounds[0]!.holds).toBe(holds);
    }
  });

  test('beside a budget of one is that of the next', () => {
    const [need] = only({ atol: 1e-3, rtol: 1e-3, mismatches: 1 }, long).needed;
    // 0.1 at a value of 1: the next largest of d − rtol·e.
    expect(Number(need!.atol)).toBeCloseTo(0.1 - 1e-3, 14);
    expect(Number(need!.rtol)).toBeCloseTo(0.1 - 1e-3, 14);
    const less = Number(need!.atol) * (1 - 1e-9);
    expect(only({ atol: less, rtol: 1e-3, mismatches: 1 }, long).bounds[0]!.holds).toBe(false);
  });

  test('beside a budget by share counts whole elements', () => {
    const [need] = only({ atol: 1e-3, rtol: 1e-3, mismatchShare: 1.5e-4 }, long).needed;
    expect(need!.metric).toBe('mismatchShare');
    expect(Number(need!.atol)).toBeCloseTo(0.1 - 1e-3, 14);
  });
});

test('elements that are not finite need nothing of their own', () => {
  const expected = createFloat64([NaN, Infinity, 1, 2]);
  const actual = createFloat64([NaN, Infinity, 1.5, 2]);
  const { needed } = only({ atol: 0.25, rtol: 0 }, [expected, actual]);
  expect(needed).toEqual([{ metric: 'mismatches', value: 1, atol: 0.5, rtol: 0.25 }]);
});
