import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { ChunkSource } from '../../src/compare/chunk-source.ts';
import { sourceOf } from '../../src/compare/index.ts';
import { chunkNeeds, measureByKernel } from '../../src/compare/measure-kernel.ts';
import type { Measured } from '../../src/compare/measured.ts';
import { measureInScript } from '../../src/compare/measure.ts';
import { pairOf } from '../../src/compare/pair.ts';
import { medianMagnitude } from '../../src/compare/scale.ts';
import type { Dtype, Tensor } from '../../src/tensor/index.ts';

// Hundreds of generated pairs each: a loaded host needs more than the usual five seconds.
vi.setConfig({ testTimeout: 60_000 });

const DTYPES: readonly Dtype[] = [
  'float32',
  'float64',
  'float16',
  'bfloat16',
  'float8e4m3fn',
  'float8e5m2fnuz',
  'float4e2m1',
  'int8',
  'uint8',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'bool',
  'complex64',
  'complex128',
];

/** Numbers of exponential, special and small kind; from a seed, so that a failure can be repeated. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const SPECIALS = [0, -0, NaN, Infinity, -Infinity, 1e-45, 5e-324, 3.4e38, 1.7e308, 1];

function createPair(dtype: Dtype, length: number, seed: number, oddShare: number): readonly [Tensor, Tensor] {
  const random = createRandom(seed);
  const value = () =>
    random() < oddShare
      ? SPECIALS[Math.floor(random() * SPECIALS.length)]!
      : (random() - 0.5) * 10 ** Math.floor(random() * 8 - 4);
  const expected: number[] = [];
  const actual: number[] = [];
  const width = dtype.startsWith('complex') ? 2 : 1;
  for (let i = 0; i < length * width; i++) {
    const e = value();
    expected.push(e);
    actual.push(
      random() < 0.2
        ? e
        : random() < oddShare
          ? value()
          : e * (1 + (random() - 0.5) * 10 ** -Math.floor(random() * 9)),
    );
  }
  return [createTensor(dtype, length, expected, random), createTensor(dtype, length, actual, random)];
}

function createTensor(dtype: Dtype, length: number, values: number[], random: () => number): Tensor {
  const shape = [length];
  const integers = (range: number) =>
    values.map((v) => (Number.isFinite(v) ? Math.trunc(v) % range : Math.floor(random() * range)));
  switch (dtype) {
    case 'float32':
    case 'complex64':
      return { dtype, shape, data: Float32Array.from(values) };
    case 'float64':
    case 'complex128':
      return { dtype, shape, data: Float64Array.from(values) };
    case 'float16':
    case 'bfloat16':
      return { dtype, shape, data: Uint16Array.from(values, () => Math.floor(random() * 65536)) };
    case 'int8':
      return { dtype, shape, data: Int8Array.from(integers(128)) };
    case 'int32':
      return { dtype, shape, data: Int32Array.from(integers(2 ** 31)) };
    case 'uint32':
      return { dtype, shape, data: Uint32Array.from(integers(2 ** 31), Math.abs) };
    case 'int64':
      return { dtype, shape, data: BigInt64Array.from(integers(2 ** 40), (v) => BigInt(v) * 4194303n) };
    case 'uint64':
      return {
        dtype,
        shape,
        data: BigUint64Array.from(integers(2 ** 40), (v) => BigInt(Math.abs(v)) * 8388607n),
      };
    case 'bool':
      return { dtype, shape, data: Uint8Array.from(values, () => (random() < 0.5 ? 0 : 1)) };
    default:
      return {
        dtype,
        shape,
        data: Uint8Array.from(values, () => Math.floor(random() * (dtype === 'float4e2m1' ? 16 : 256))),
      } as Tensor;
  }
}

const EXACT = [
  'elements',
  'finitePairs',
  'maxAbs',
  'maxRelative',
  'maxRatio',
  'outside',
  'equal',
  'nanActual',
  'nanExpected',
  'nanBoth',
  'infMismatches',
] as const;
const SUMS = ['sumAbs', 'sumSquares', 'sumExpectedSquares', 'sumActualSquares'] as const;
const SIDE_EXACT = ['finite', 'min', 'max', 'nan', 'posInf', 'negInf', 'zeros'] as const;

function expectSame(byKernel: Measured, inScript: Measured): void {
  for (const name of EXACT) expect([name, byKernel[name]]).toEqual([name, inScript[name]]);
  for (const name of SUMS) expectClose(byKernel[name], inScript[name], inScript[name]);
  if (!Number.isNaN(inScript.sumProducts)) {
    expectSumClose(
      byKernel.sumProducts,
      inScript.sumProducts,
      Math.sqrt(inScript.sumExpectedSquares) * Math.sqrt(inScript.sumActualSquares),
    );
  }
  expectSumClose(byKernel.sumSigned, inScript.sumSigned, inScript.sumAbs);
  expect(byKernel.ulp.max).toBe(inScript.ulp.max);
  expectClose(byKernel.ulp.sum, inScript.ulp.sum, inScript.ulp.sum);
  for (const side of ['expected', 'actual'] as const) {
    for (const name of SIDE_EXACT)
      expect([side, name, byKernel[side][name] + 0]).toEqual([side, name, inScript[side][name] + 0]);
    expectClose(byKernel[side].sumSquares, inScript[side].sumSquares, inScript[side].sumSquares);
    expectSumClose(
      byKernel[side].sum,
      inScript[side].sum,
      Math.sqrt(inScript.elements) *
        Math.sqrt(Math.max(inScript.expected.sumSquares, inScript.actual.sumSquares)),
    );
  }
  expect([...byKernel.decades]).toEqual([...inScript.decades]);
  expect([...byKernel.chunkMax]).toEqual([...inScript.chunkMax]);
  expect([...byKernel.chunkOdd]).toEqual([...inScript.chunkOdd]);
}

/** Signed sums whose parts overflow may come out finite in one order and not in another. */
function expectSumClose(value: number, reference: number, sizes: number): void {
  if (Number.isFinite(sizes)) expectClose(value, reference, sizes);
}

/** Equal to 1e-12 of `scale`, or both not finite: overflow of squares is up to the order of summation. */
function expectClose(value: number, reference: number, scale: number): void {
  const close = Number.isFinite(reference)
    ? Math.abs(value - reference) <= 1e-12 * Math.abs(scale)
    : !Number.isFinite(value);
  expect([close, value, reference]).toEqual([true, value, reference]);
}

describe('the kernel gives what the script gives', () => {
  const options = {
    atol: 1e-3,
    rtol: 1e-3,
    nanEqual: true,
    infEqual: true,
    full: true,
    norms: true,
    facts: true,
  };

  test.each(DTYPES)('%s', (dtype) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000 }),
        fc.nat(),
        fc.constantFrom(0, 0.001, 0.3, 1),
        fc.boolean(),
        fc.constantFrom(0, 1e-6, 1),
        (length, seed, oddShare, equal, tolerance) => {
          const [expected, actual] = createPair(dtype, length, seed, oddShare);
          const pair = pairOf(sourceOf(expected), sourceOf(actual));
          const own = { ...options, nanEqual: equal, infEqual: equal, atol: tolerance, rtol: tolerance };
          expectSame(measureByKernel(pair, own), measureInScript(pair, own));
        },
      ),
      { numRuns: 25 },
    );
  });

  test('without the full set, the core sums', () => {
    const [expected, actual] = createPair('float32', 10_001, 7, 0.01);
    const pair = pairOf(sourceOf(expected), sourceOf(actual));
    const core = { ...options, full: false, facts: false };
    const byKernel = measureByKernel(pair, core);
    const inScript = measureInScript(pair, core);
    for (const name of EXACT) {
      if (name === 'equal' || name === 'maxRelative') continue;
      expect([name, byKernel[name]]).toEqual([name, inScript[name]]);
    }
    expectClose(byKernel.expected.sumSquares, inScript.expected.sumSquares, inScript.expected.sumSquares);
  });
});

/** What takes a path of its own in the kernel: each kind by its expected value and what becomes of it. */
const EXTREMES: readonly [
  string,
  (random: () => number, i: number) => number,
  (e: number, random: () => number, i: number) => number,
][] = [
  ['error that rises', () => 1, (_, __, i) => 1 + i / 20_000],
  ['error that falls', () => 1, (_, __, i) => 2 - i / 20_000],
  ['all NaN', () => NaN, (e) => e],
  ['half NaN', (random) => (random() < 0.5 ? NaN : random()), (e) => e * 1.0001],
  ['NaN in actual alone', (random) => random(), (e, random) => (random() < 0.5 ? NaN : e)],
  [
    'infinities',
    (random) => (random() < 0.3 ? Infinity : random()),
    (e, random) => (random() < 0.5 ? -e : e),
  ],
  ['subnormal', (random) => (random() - 0.5) * 2e-39, (e) => e * 1.001],
  [
    'subnormal among zeros',
    (random) => (random() < 0.9 ? 0 : -random() * 1e-40),
    (e, random) => e + random() * 1e-42,
  ],
  ['subnormal among normal', (random) => random() * 1e-37, (e, random) => e * (1 + random() * 1e-3)],
  ['subnormal and NaN', (random) => (random() < 0.2 ? NaN : random() * 1e-39), (e) => e * 0.9],
  ['subnormal, actual zero', (random) => random() * 1e-39, () => 0],
  ['sign flipped', (random) => random() - 0.5, (e) => -e],
  ['all zeros instead', (random) => random() - 0.5, () => 0],
  ['twice the size', (random) => random() - 0.5, (e) => 2 * e],
  ['every element off', (random) => random(), (e, random) => e + 1 + random()],
  ['errors of all sizes', (random) => random() - 0.5, (e, random) => e * (1 + 10 ** (-7 + 6 * random()))],
  ['errors at decades', () => 0, (_, random) => 10 ** -Math.floor(random() * 30)],
  ['largest numbers', (random) => (random() - 0.5) * 6.8e38, (e) => -e],
  ['largest numbers, half flipped', (random) => 3e38 * random(), (e, random) => (random() < 0.5 ? -e : e)],
  ['tiny and normal', (random) => (1 + random()) * 1e-37, (e, random) => e * (1 + 2e-6 * random())],
  ['a few tiny ones', (random, i) => (i % 700 === 3 ? 2e-36 : 1 + random()), (e, r) => e * (1 + 2e-6 * r())],
  ['equal', (random) => random(), (e) => e],
];

const BOUNDS = [
  [0, 0],
  [1e-45, 1e-45],
  [1e-4, 1e-4],
  [1e300, 1e300],
  [0, 1e-6],
  [0, 1.4],
] as const;

describe('the kernel gives what the script gives, also for', () => {
  test.each(EXTREMES)('%s', (_, value, other) => {
    for (const length of [7, 1025, 20_003]) {
      for (const [atol, rtol] of BOUNDS) {
        const random = createRandom(length);
        const expected = Float32Array.from({ length }, (__, i) => value(random, i));
        const actual = expected.map((e, i) => other(e, random, i));
        const pairs = [
          pairOf(sourceOf(singles(expected)), sourceOf(singles(actual))),
          pairOf(sourceOf(upperHalves(expected)), sourceOf(upperHalves(actual))),
        ];
        for (const pair of pairs) {
          const own = {
            atol,
            rtol,
            nanEqual: true,
            infEqual: true,
            full: true,
            norms: true,
            facts: true,
          };
          expectSame(measureByKernel(pair, own), measureInScript(pair, own));
        }
      }
    }
  });

  const singles = (data: Float32Array): Tensor => ({ dtype: 'float32', shape: [data.length], data });

  function upperHalves(data: Float32Array): Tensor {
    const codes = Uint16Array.from(new Uint32Array(data.buffer), (bits) => bits >>> 16);
    return { dtype: 'bfloat16', shape: [data.length], data: codes };
  }
});

describe('the needs that chunks are passed by with', () => {
  test.each(EXTREMES)('%s: the largest is found, none below is called larger', (_, value, other) => {
    const length = 40_003;
    const random = createRandom(3);
    const expected = Float32Array.from({ length }, (__, i) => value(random, i));
    const actual = expected.map((e, i) => other(e, random, i));
    const pair = pairOf(
      sourceOf({ dtype: 'float32', shape: [length], data: expected }),
      sourceOf({ dtype: 'float32', shape: [length], data: actual }),
    );
    for (const [atol, rtol] of [
      [0, 0],
      [1e-5, 1e-5],
      [1e-45, 1e-3],
      [0, 1e-6],
      [0, 1.4],
    ] as const) {
      const own = { atol, rtol, nanEqual: true, infEqual: true, full: true, norms: true, facts: true };
      const needs = chunkNeeds(pair, measureByKernel(pair, own), atol, rtol);
      let mostAtol = 0;
      let mostRtol = 0;
      for (let i = 0; i < length; i++) {
        const size = Math.abs(expected[i]!);
        const error = Math.abs(actual[i]! - expected[i]!);
        if (!(error > atol + rtol * size) || error === Infinity) continue;
        mostAtol = Math.max(mostAtol, error - rtol * size);
        mostRtol = Math.max(mostRtol, (error - atol) / size);
      }
      expectClose(Math.max(...needs.atol), mostAtol, mostAtol);
      expectClose(Math.max(...needs.rtol), mostRtol, mostRtol);
    }
  });
});

describe('64-bit integers without their norms', () => {
  test.each(['int64', 'uint64'] as const)('%s', (dtype) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000 }),
        fc.nat(),
        fc.constantFrom(0, 5e6),
        fc.boolean(),
        (length, seed, atol, alike) => {
          const [expected, other] = createPair(dtype, length, seed, 0);
          const actual = alike
            ? { ...expected, data: (expected.data as BigInt64Array).with(length >> 1, 7n) }
            : other;
          const pair = pairOf(sourceOf(expected), sourceOf(actual as Tensor));
          const options = {
            atol,
            rtol: 0,
            nanEqual: true,
            infEqual: true,
            full: false,
            norms: false,
            facts: true,
          };
          const byKernel = measureByKernel(pair, options);
          const inScript = measureInScript(pair, options);
          for (const side of [inScript.expected, inScript.actual, byKernel.expected, byKernel.actual])
            side.sumSquares = 0;
          expectSame(byKernel, inScript);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('the median of the finite non-zero magnitudes', () => {
  const sorted = (values: Iterable<number>) =>
    [...values]
      .map(Math.abs)
      .filter((v) => v > 0 && v < Infinity)
      .sort((a, b) => a - b);
  const median = (values: Iterable<number>) => {
    const all = sorted(values);
    const half = Math.floor(all.length / 2);
    return all.length === 0 ? 0 : all.length % 2 === 1 ? all[half]! : (all[half - 1]! + all[half]!) / 2;
  };

  test.each([
    ['one', [3], 3],
    ['an even count', [1, -2, 0, NaN, Infinity, 4, 8], 3],
    ['nothing', [0, NaN], 0],
    ['the largest doubles', [1.7e308, 1.7e308], 1.7e308],
  ])('%s', (_, values, expected) => {
    expect(
      medianMagnitude(
        sourceOf({ dtype: 'float64', shape: [values.length], data: Float64Array.from(values) }),
      ),
    ).toBe(expected);
  });

  const kinds: [string, (random: () => number, i: number) => number][] = [
    ['ordinary', (random: () => number) => (random() - 0.5) * 8],
    ['one value', () => 7],
    ['few values', (random: () => number) => Math.floor(random() * 5)],
    ['two clusters', (random: () => number) => (random() < 0.5 ? random() : 1e6 + random())],
    ['mostly zeros', (random: () => number) => (random() < 0.999 ? 0 : random())],
    ['mostly NaN', (random: () => number) => (random() < 0.9 ? NaN : random())],
    ['rising', (_: () => number, i: number) => i],
    ['in blocks', (_: () => number, i: number) => 10 ** (Math.floor(i / 20_000) - 3)],
    ['subnormal', (random: () => number) => random() * 1e-40],
    ['all zero', () => 0],
  ];

  test.each(kinds)('%s, long enough to be bracketed', (_, value) => {
    for (const length of [8191, 8192, 65_537, 300_000]) {
      for (const make of [Float32Array, Float64Array]) {
        const random = createRandom(length);
        const data = make.from(Array.from({ length }, (_, i) => value(random, i)));
        const dtype = data instanceof Float32Array ? 'float32' : 'float64';
        expect(medianMagnitude(sourceOf({ dtype, shape: [length], data } as Tensor))).toBe(median(data));
      }
    }
  });

  test.each([
    ['odd', 2 ** 24 + 2 ** 16 + 1],
    ['even', 2 ** 24],
  ])('an %s count, so long that patterns are counted instead of kept', (_, elements) => {
    // 65,536 values by turns, as far from sorted as can be; every one comes about equally often.
    const valueAt = (i: number) => 0.5 + ((i * 40_503) % 65_536) / 2 ** 18;
    const source: ChunkSource = {
      dtype: 'float32',
      shape: [elements],
      read: (start, count) => Float32Array.from({ length: count }, (__, i) => valueAt(start + i)),
    };
    const counts = new Float64Array(65_536);
    for (let i = 0; i < elements; i++) counts[(i * 40_503) % 65_536]!++;
    const at = (rank: number) => {
      let value = 0;
      for (let before = counts[0]!; before <= rank; before += counts[++value]!);
      return 0.5 + value / 2 ** 18;
    };
    const expected = (at(Math.floor((elements - 1) / 2)) + at(Math.floor(elements / 2))) / 2;
    expect(medianMagnitude(source)).toBe(expected);
  });

  test.each(['float16', 'bfloat16', 'float8e4m3fnuz', 'float4e2m1', 'float8e8m0'] as const)(
    '%s by counting codes',
    (dtype) => {
      const random = createRandom(5);
      const bits =
        dtype.startsWith('float16') || dtype === 'bfloat16' ? 65536 : dtype === 'float4e2m1' ? 16 : 256;
      const codes = Array.from({ length: 10_000 }, () => Math.floor(random() * bits));
      const make = bits === 65536 ? Uint16Array : Uint8Array;
      const few = (list: number[]): Tensor =>
        ({ dtype, shape: [list.length], data: make.from(list) }) as Tensor;
      // The same elements twice have the same median; below 8,192 they are gathered, above counted.
      expect(medianMagnitude(sourceOf(few([...codes, ...codes])))).toBe(medianOfParts(few(codes)));
    },
  );

  function medianOfParts(tensor: Tensor): number {
    const values = new Float64Array(tensor.shape[0]!);
    const source = sourceOf(tensor);
    const one = (i: number) =>
      medianMagnitude({ dtype: tensor.dtype, shape: [1], read: () => source.read(i, 1) });
    for (let i = 0; i < values.length; i++) values[i] = one(i);
    return median([...values, ...values]);
  }
});
