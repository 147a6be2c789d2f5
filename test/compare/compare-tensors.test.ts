import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/tensor/index.ts';
import {
  codes,
  compare,
  createCodes,
  createFloat32,
  createFloat64,
  createInt64,
  createStrings,
} from './builders.ts';

describe('metrics of a pair worked out by hand', () => {
  // d = [0, 1, -2, 3]; expected = [1, 2, 4, -8]
  const comparison = compare(createFloat64([1, 2, 4, -8]), createFloat64([1, 3, 2, -5]), {
    tolerance: { atol: 1, rtol: 0.25 },
  });

  test('sums and extremes', () => {
    expect(comparison.metrics).toMatchObject({
      linf: 3,
      mse: (0 + 1 + 4 + 9) / 4,
      rmse: Math.sqrt(14 / 4),
      meanAbs: 6 / 4,
      bias: 2 / 4,
      maxRel: 0.5,
      linfRelative: 3 / 12,
      snrDb: 10 * (Math.log10(85) - Math.log10(14)),
      psnrDb: 20 * Math.log10(12 / Math.sqrt(14 / 4)),
      exactShare: 0.25,
    });
    const cosine = (1 + 6 + 8 + 40) / (Math.sqrt(85) * Math.sqrt(1 + 9 + 4 + 25));
    expect(comparison.metrics['cosine']).toBeCloseTo(cosine, 14);
  });

  test('mismatches by atol + rtol·|expected|, added', () => {
    // allowed = [1.25, 1.5, 2, 3]
    expect(comparison.metrics['mismatches']).toBe(0);
    expect(comparison.bounds[0]).toEqual({
      metric: 'mismatches',
      limit: 0,
      atol: 1,
      rtol: 0.25,
      from: 'output',
      value: 0,
      utilisation: 1,
      holds: true,
    });
  });

  test('the default MSE bound stays and fails', () => {
    expect(comparison.bounds[1]).toMatchObject({ metric: 'mse', from: 'default', holds: false });
    expect(comparison.bounds[1]!.limit).toBe(1e-7 * 1e-7 * (85 / 4));
    expect(comparison.verdict).toBe('fail');
  });

  test('worst elements by error', () => {
    expect(comparison.worst).toEqual([
      { index: [3], expected: -8, actual: -5, error: 3 },
      { index: [2], expected: 4, actual: 2, error: 2 },
      { index: [1], expected: 2, actual: 3, error: 1 },
    ]);
  });
});

describe('the default bounds', () => {
  test('scale with the median of the finite non-zero |expected|', () => {
    const { bounds } = compare(
      createFloat32([0, -1, 2, 3, 100, Infinity, NaN]),
      createFloat32([0, -1, 2, 3, 100, Infinity, NaN]),
    );
    expect(bounds).toEqual([
      {
        metric: 'mismatches',
        limit: 0,
        atol: 1e-4 * 2.5,
        rtol: 1e-4,
        from: 'default',
        value: 0,
        utilisation: 0,
        holds: true,
      },
      {
        metric: 'mse',
        limit: 1e-4 * 1e-4 * ((1 + 4 + 9 + 10000) / 5),
        from: 'default',
        value: 0,
        utilisation: 0,
        holds: true,
      },
    ]);
  });

  test.each([
    ['float64', 1e-7],
    ['float32', 1e-4],
    ['float16', 2e-3],
    ['bfloat16', 2e-2],
  ] as const)('%s has the factor %d', (dtype, factor) => {
    const one = { float64: 0, float32: 0, float16: 0x3c00, bfloat16: 0x3f80 }[dtype];
    const tensor =
      dtype === 'float64'
        ? createFloat64([1])
        : dtype === 'float32'
          ? createFloat32([1])
          : createCodes(dtype, [one]);
    expect(compare(tensor, tensor).bounds).toMatchObject([
      { atol: factor, rtol: factor },
      { limit: factor * factor },
    ]);
  });

  test('accept outputs near 7,000 with an error of 1.5e-3', () => {
    expect(compare(createFloat32([7000, 6900, 1]), createFloat32([7000.0015, 6900, 1])).verdict).toBe('pass');
  });

  test('see one wrong entry of a softmax over many classes', () => {
    const expected = Array.from({ length: 50_000 }, () => 1 / 50_000);
    const actual = expected.with(77, 2 / 50_000);
    expect(compare(createFloat32(expected), createFloat32(actual)).verdict).toBe('fail');
  });

  test('are not blinded by a mask of −1e9 in the same tensor', () => {
    expect(compare(createFloat32([1, 2, 3, -1e9]), createFloat32([1, 2.01, 3, -1e9])).verdict).toBe('fail');
  });

  test('hold when everything expected is NaN', () => {
    const comparison = compare(createFloat32([NaN, NaN]), createFloat32([NaN, NaN]));
    expect(comparison.verdict).toBe('pass');
    expect(comparison.bounds).toMatchObject([{ atol: 0 }, { limit: 0 }]);
  });
});

describe('what can never pass silently', () => {
  test('another dtype', () => {
    const comparison = compare(createFloat32([1]), createFloat64([1]));
    expect(comparison).toMatchObject({ verdict: 'fail', metrics: {}, bounds: [] });
    expect(comparison.reasons).toEqual([
      {
        code: 'DTYPE_MISMATCH',
        level: 'fail',
        message: 'Expected float32, got float64.',
        hint: 'Not every float64 is a float32, so that no widening can be allowed: export the model with float32 outputs, or record the reference again.',
      },
    ]);
  });

  test('a scalar against one element', () => {
    const comparison = compare(createFloat32([1], []), createFloat32([1], [1]));
    expect(comparison.verdict).toBe('fail');
    expect(comparison.reasons).toEqual([
      {
        code: 'SHAPE_MISMATCH',
        level: 'fail',
        message: 'Expected shape [], got [1].',
        hint: 'They differ in axes of length 1 alone: `squeeze: true` compares them without.',
      },
    ]);
  });

  test('the same elements in another shape', () => {
    expect(codes(compare(createFloat32([1, 2, 3, 4], [2, 2]), createFloat32([1, 2, 3, 4], [4])))).toEqual([
      'SHAPE_MISMATCH',
    ]);
  });

  test('empty tensors of different shape', () => {
    expect(codes(compare(createFloat32([], [0, 3]), createFloat32([], [0, 4])))).toEqual(['SHAPE_MISMATCH']);
  });

  test('an empty output is void unless it is allowed', () => {
    const empty = createFloat32([], [0, 3]);
    expect(compare(empty, empty)).toMatchObject({ verdict: 'void', reasons: [{ code: 'EMPTY_OUTPUT' }] });
    expect(compare(empty, empty, { policy: { allowEmpty: true } })).toMatchObject({
      verdict: 'pass',
      reasons: [],
    });
  });

  test('a NaN only in actual, whatever the bounds', () => {
    const comparison = compare(createFloat32([1, 2]), createFloat32([1, NaN]), {
      tolerance: { mismatchShare: 1, mse: Infinity, linf: Infinity },
    });
    expect(comparison).toMatchObject({
      verdict: 'fail',
      metrics: { linf: 'Infinity', mse: 'Infinity', nanActual: 1 },
    });
    expect(codes(comparison)).toEqual(['NAN_ACTUAL']);
    expect(comparison.needed).toEqual([]);
    expect(comparison.worst[0]).toEqual({ index: [1], expected: 2, actual: 'NaN', error: 'Infinity' });
  });

  test('a NaN only in expected', () => {
    expect(codes(compare(createFloat32([NaN]), createFloat32([0])))).toEqual(['NAN_EXPECTED']);
  });

  test.each([
    [Infinity, 3e38],
    [3e38, Infinity],
    [-Infinity, Infinity],
    [1, -Infinity],
  ])('%d against %d', (expected, actual) => {
    const comparison = compare(createFloat32([1, expected]), createFloat32([1, actual]), {
      tolerance: { atol: 1e30, rtol: 10, mse: Infinity },
    });
    expect(comparison.verdict).toBe('fail');
    expect(codes(comparison)).toEqual(['INF_MISMATCH']);
  });

  test('dropped defaults without a bound', () => {
    const comparison = compare(createFloat32([1]), createFloat32([2]), { policy: { noDefaults: true } });
    expect(comparison).toMatchObject({ verdict: 'void', bounds: [], reasons: [{ code: 'NO_BOUNDS' }] });
    expect(comparison.metrics['utilisation']).toBeUndefined();
  });

  test('NaN against NaN where the suite refuses it', () => {
    const nan = createFloat32([1, NaN]);
    expect(compare(nan, nan).verdict).toBe('pass');
    expect(codes(compare(nan, nan, { policy: { nanEqual: false } }))).toEqual(['NAN_ACTUAL']);
  });

  test('equal infinities where the suite refuses them', () => {
    const infinite = createFloat32([1, -Infinity]);
    expect(compare(infinite, infinite).verdict).toBe('pass');
    expect(codes(compare(infinite, infinite, { policy: { infEqual: false } }))).toEqual(['INF_MISMATCH']);
  });

  test('a bound on a metric that has no value here', () => {
    const comparison = compare(createFloat32([3, -1]), createFloat32([3, -1]), { tolerance: { kl: 0.1 } });
    expect(comparison.verdict).toBe('fail');
    expect(comparison.reasons[0]!.message).toBe(
      'kl is bounded (from output) but cannot be computed for this output.',
    );
  });
});

describe('what may not fail falsely', () => {
  test.each([
    ['+0 and −0', [0, -0], [-0, 0]],
    ['NaN and infinities in the same places', [NaN, Infinity, -Infinity, 1], [NaN, Infinity, -Infinity, 1]],
    ['zeros', [0, 0], [0, 0]],
    ['equal subnormal numbers', [1e-45, -1e-45], [1e-45, -1e-45]],
  ])('%s', (_, expected, actual) => {
    const comparison = compare(createFloat32(expected), createFloat32(actual));
    expect(comparison).toMatchObject({ verdict: 'pass', worst: [], reasons: [] });
    expect(comparison.metrics).toMatchObject({
      linf: 0,
      mse: 0,
      utilisation: 0,
      exactShare: 1,
      maxUlp: 0,
      cosine: 1,
    });
  });
});

describe('integers, booleans and strings', () => {
  test('int64 beyond 2^53 is exact', () => {
    const comparison = compare(createInt64([9007199254740993n, 5n]), createInt64([9007199254740992n, 5n]));
    expect(comparison).toMatchObject({
      verdict: 'fail',
      metrics: { linf: 1, mse: 0.5, mismatches: 1, exactShare: 0.5 },
    });
    expect(comparison.worst).toEqual([
      { index: [0], expected: '9007199254740993', actual: '9007199254740992', error: 1 },
    ]);
    expect(comparison.reasons).toEqual([
      {
        code: 'BOUND_EXCEEDED',
        level: 'fail',
        message: '1 of 2 elements (50 %) differs (from default).',
        hint: 'Smallest that passes: atol 1 with this rtol. Integers are held to equality unless their dtype or output has a tolerance of its own.',
      },
    ]);
  });

  test('uint64 across 2^63', () => {
    const expected: Tensor = { dtype: 'uint64', shape: [2], data: BigUint64Array.of(2n ** 64n - 1n, 0n) };
    const actual: Tensor = { dtype: 'uint64', shape: [2], data: BigUint64Array.of(2n ** 64n - 2n, 0n) };
    expect(compare(expected, actual).metrics).toMatchObject({ linf: 1, mismatches: 1, bias: -0.5 });
    expect(compare(expected, expected).verdict).toBe('pass');
  });

  test('the first differences are shown, not the largest', () => {
    const { worst } = compare(createInt64([1n, 2n, 3n]), createInt64([2n, 2n, 100n]), { worst: 1 });
    expect(worst).toEqual([{ index: [0], expected: '1', actual: '2', error: 1 }]);
  });

  test('a tolerance of the whole suite does not loosen integers, one of their own does', () => {
    const request = (from: 'suite' | 'output' | 'dtype') =>
      compare(createInt64([5n]), createInt64([6n]), {
        layers: [{ from, tolerance: { atol: 2, mismatchShare: 0.9 } }],
      });
    expect(request('suite').verdict).toBe('fail');
    expect(request('dtype').verdict).toBe('pass');
    expect(request('output').verdict).toBe('pass');
  });

  test('booleans are equal or not, whatever the tolerance', () => {
    const bool = (value: number): Tensor => ({ dtype: 'bool', shape: [1], data: Uint8Array.of(value) });
    expect(compare(bool(1), bool(0), { tolerance: { atol: 1 } })).toMatchObject({
      verdict: 'fail',
      worst: [{ expected: true, actual: false, error: 1 }],
    });
  });

  test('strings', () => {
    const comparison = compare(createStrings(['a', 'é', 'c']), createStrings(['a', 'e', 'C']));
    expect(comparison).toMatchObject({
      verdict: 'fail',
      metrics: { mismatches: 2, mismatchShare: 2 / 3, exactShare: 1 / 3 },
      worst: [
        { index: [1], expected: 'é', actual: 'e' },
        { index: [2], expected: 'c', actual: 'C' },
      ],
    });
    expect(comparison.metrics['linf']).toBeUndefined();
    expect(comparison.worst[0]).not.toHaveProperty('error');
  });

  test('a numeric bound of the whole suite does not touch strings', () => {
    const comparison = compare(createStrings(['a']), createStrings(['a']), {
      layers: [{ from: 'suite', tolerance: { linf: 1e-4, maxUlp: 4 } }],
    });
    expect(comparison.verdict).toBe('pass');
    expect(comparison.bounds.map(({ metric }) => metric)).toEqual(['mismatches']);
  });
});

describe('narrow floats and complex numbers', () => {
  test('float16 is measured in its own ULP', () => {
    // 1, 1 + 2^-10, −2^-24 (subnormal), 65504
    const comparison = compare(
      createCodes('float16', [0x3c00, 0x3c00, 0x0001, 0x7bff]),
      createCodes('float16', [0x3c00, 0x3c01, 0x8001, 0x7bfe]),
    );
    expect(comparison.metrics).toMatchObject({ maxUlp: 2, meanUlp: 1, linf: 32 });
  });

  test('bfloat16 is measured in its own ULP', () => {
    expect(
      compare(createCodes('bfloat16', [0x3f80]), createCodes('bfloat16', [0x3f83])).metrics,
    ).toMatchObject({
      maxUlp: 3,
      linf: 3 * 2 ** -7,
    });
  });

  test('float8 formats decode as their definitions say', () => {
    const decoded = (
      dtype: 'float8e4m3fn' | 'float8e5m2' | 'float8e4m3fnuz' | 'float8e8m0',
      code: number,
    ) => {
      const { worst } = compare(
        createCodes(dtype, [code]),
        createCodes(dtype, [dtype === 'float8e8m0' ? 127 : 0x38]),
        {
          policy: {},
          tolerance: { atol: 0 },
        },
      );
      return worst[0]?.expected;
    };
    expect(decoded('float8e4m3fn', 0x7e)).toBe(448);
    expect(decoded('float8e4m3fn', 0x01)).toBe(2 ** -9);
    expect(decoded('float8e4m3fn', 0x7f)).toBe('NaN');
    expect(decoded('float8e5m2', 0x7b)).toBe(57344);
    expect(decoded('float8e5m2', 0x7c)).toBe('Infinity');
    expect(decoded('float8e4m3fnuz', 0x80)).toBe('NaN');
    expect(decoded('float8e4m3fnuz', 0x7f)).toBe(240);
    expect(decoded('float8e8m0', 128)).toBe(2);
  });

  test('complex numbers by the modulus of their difference', () => {
    const complex = (...values: number[]): Tensor => ({
      dtype: 'complex64',
      shape: [values.length / 2],
      data: Float32Array.from(values),
    });
    const comparison = compare(complex(0, 0, 1, 1), complex(3, 4, 1, 1));
    expect(comparison.metrics).toMatchObject({ linf: 5, mse: 12.5, meanAbs: 2.5 });
    expect(comparison.metrics['bias']).toBeUndefined();
    expect(comparison.worst).toEqual([{ index: [0], expected: '0+0j', actual: '3+4j', error: 5 }]);
    expect(compare(complex(Infinity, 1), complex(Infinity, 1)).verdict).toBe('pass');
    expect(codes(compare(complex(Infinity, 1), complex(-Infinity, 1)))).toEqual(['INF_MISMATCH']);
    expect(codes(compare(complex(1, 1), complex(1, NaN)))).toEqual(['NAN_ACTUAL']);
  });
});

describe('policy', () => {
  test('an allowed widening compares in the expected dtype and says so', () => {
    const comparison = compare(createFloat32([1, 2]), createCodes('float16', [0x3c00, 0x4001]), {
      policy: { widen: { float16: 'float32' } },
    });
    expect(comparison.metrics['linf']).toBe(2 ** -9);
    expect(comparison).toMatchObject({
      verdict: 'pass',
      reasons: [{ code: 'DTYPE_WIDENED', level: 'warn' }],
    });
    expect(comparison.bounds[0]).toMatchObject({ rtol: 2e-3 });
  });

  test('int32 against int64 when allowed', () => {
    const actual: Tensor = { dtype: 'int32', shape: [2], data: Int32Array.of(-1, 7) };
    const policy = { widen: { int32: 'int64' } } as const;
    expect(compare(createInt64([-1n, 7n]), actual, { policy }).verdict).toBe('pass');
    expect(compare(createInt64([-1n, 8n]), actual, { policy }).verdict).toBe('fail');
  });

  test('narrowing cannot be allowed', () => {
    expect(
      codes(compare(createFloat32([1]), createFloat64([1]), { policy: { widen: { float64: 'float32' } } })),
    ).toEqual(['DTYPE_MISMATCH']);
  });

  test('NHWC against NCHW', () => {
    // expected [1, 2, 2, 2] NCHW; actual the same in NHWC
    const expected = createFloat32([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2]);
    const actual = createFloat32([1, 5, 2, 6, 3, 7, 4, 8], [1, 2, 2, 2]);
    expect(compare(expected, actual).verdict).toBe('fail');
    expect(compare(expected, actual, { policy: { transposeActual: [0, 3, 1, 2] } }).verdict).toBe('pass');
    const wrong = createFloat32([1, 5, 2, 6, 3, 7, 4, 9], [1, 2, 2, 2]);
    expect(compare(expected, wrong, { policy: { transposeActual: [0, 3, 1, 2] } }).worst).toEqual([
      { index: [0, 1, 1, 1], expected: 8, actual: 9, error: 1 },
    ]);
  });

  test('axes that do not fit are named', () => {
    const comparison = compare(createFloat32([1], [1, 1]), createFloat32([1], [1, 1]), {
      policy: { transposeActual: [0, 0] },
    });
    expect(comparison.reasons).toEqual([
      {
        code: 'SHAPE_MISMATCH',
        level: 'fail',
        message: 'transposeActual [0, 0] does not fit the actual shape [1, 1].',
        hint: 'Name each of the 2 axes once, counted from 0.',
      },
    ]);
  });

  test('squeezed axes', () => {
    const policy = { squeeze: true };
    expect(compare(createFloat32([1, 2], [1, 2]), createFloat32([1, 2], [2, 1]), { policy }).verdict).toBe(
      'pass',
    );
    expect(codes(compare(createFloat32([1, 2], [1, 2]), createFloat32([1, 2, 3], [3]), { policy }))).toEqual([
      'SHAPE_MISMATCH',
    ]);
  });
});

test('data that does not fill its shape is refused, for what is not there would read as NaN', () => {
  expect(() => compare(createFloat32([1, 2], [3]), createFloat32([1, 2], [3]))).toThrow(
    expect.objectContaining({
      code: 'TENSOR_MALFORMED',
      message: 'The expected tensor (float32, shape [3]) needs 3 values and has 2.',
    }),
  );
});

describe('metrics sets', () => {
  test('core gives the minimum', () => {
    const { metrics } = compare(createFloat32([1]), createFloat32([1]), { metrics: 'core' });
    expect(Object.keys(metrics)).toEqual([
      'linf',
      'mse',
      'meanAbs',
      'mismatches',
      'mismatchShare',
      'nanActual',
      'nanExpected',
      'infMismatches',
      'utilisation',
    ]);
  });

  test('a bound brings its metric along', () => {
    const { metrics } = compare(createFloat32([1]), createFloat32([1]), {
      metrics: 'core',
      tolerance: { cosine: 0.9, topK: { k: 1 } },
    });
    expect(metrics).toMatchObject({ cosine: 1, topK: 1 });
  });

  test('all adds further passes', () => {
    const { metrics } = compare(createFloat32([0.25, 0.75]), createFloat32([0.5, 0.5]), { metrics: 'all' });
    expect(metrics).toMatchObject({
      p50: 0.25,
      p9999: 0.25,
      kl: 0.25 * Math.log(0.5) + 0.75 * Math.log(1.5),
    });
  });
});
