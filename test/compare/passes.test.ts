import { describe, expect, test } from 'vitest';
import type { ChunkSource } from '../../src/compare/index.ts';
import { compareSources, sourceOf } from '../../src/compare/index.ts';
import type { Tensor } from '../../src/tensor/index.ts';
import { compare, createFloat32, createFloat64 } from './builders.ts';

const all = (expected: Tensor, actual: Tensor) => compare(expected, actual, { metrics: 'all' }).metrics;

describe('top-k agreement', () => {
  const share = (expected: number[][], actual: number[][], k: number) => {
    const shape = [expected.length, expected[0]!.length];
    const { metrics } = compare(createFloat32(expected.flat(), shape), createFloat32(actual.flat(), shape), {
      tolerance: { topK: { k, min: 0 } },
    });
    return metrics['topK'];
  };

  test('is the share of rows with the same best entries', () => {
    expect(
      share(
        [
          [1, 2, 3],
          [3, 2, 1],
        ],
        [
          [1, 2, 3],
          [1, 2, 3],
        ],
        1,
      ),
    ).toBe(0.5);
    expect(share([[1, 2, 3]], [[1, 3, 2]], 1)).toBe(0);
    expect(share([[1, 2, 3]], [[1, 3, 2]], 2)).toBe(1);
    expect(share([[1, 2, 3]], [[3, 2, 1]], 7)).toBe(1);
  });

  test('takes tied entries for one another', () => {
    expect(share([[5, 5, 1]], [[5, 5.001, 1]], 1)).toBe(1);
    expect(share([[5, 4, 1]], [[5, 5, 1]], 1)).toBe(1);
  });

  test('carries its k into the bound', () => {
    const { bounds } = compare(createFloat32([1, 2]), createFloat32([1, 2]), {
      tolerance: { topK: { k: 2 } },
    });
    expect(bounds.at(-1)).toEqual({
      metric: 'topK',
      limit: 1,
      k: 2,
      from: 'output',
      value: 1,
      utilisation: 0,
      holds: true,
    });
  });
});

describe('Kullback–Leibler divergence', () => {
  test('is the largest of the rows', () => {
    const { kl } = all(createFloat64([0.5, 0.5, 1, 0], [2, 2]), createFloat64([0.25, 0.75, 1, 0], [2, 2]));
    expect(kl).toBeCloseTo(0.5 * Math.log(2) + 0.5 * Math.log(2 / 3), 15);
  });

  test('is infinite where something expected became impossible', () => {
    expect(all(createFloat64([0.5, 0.5]), createFloat64([1, 0]))['kl']).toBe('Infinity');
  });

  test('is left out of outputs that are no probabilities', () => {
    expect(all(createFloat64([3, -1]), createFloat64([3, -1]))['kl']).toBeUndefined();
  });
});

describe('rank correlations', () => {
  test('Spearman and Kendall with ties, as SciPy gives them', () => {
    // scipy.stats.spearmanr and kendalltau of [1, 2, 2, 4, 5], [1, 3, 2, 2, 5]
    const metrics = all(createFloat64([1, 2, 2, 4, 5]), createFloat64([1, 3, 2, 2, 5]));
    expect(metrics['spearman']).toBeCloseTo(0.7631578947368421, 14);
    expect(metrics['kendall']).toBeCloseTo(0.6666666666666666, 14);
  });

  test('are left out of constant outputs', () => {
    const metrics = all(createFloat64([1, 1]), createFloat64([1, 2]));
    expect(metrics).not.toHaveProperty('spearman');
  });
});

test('quantiles of the error are elements of it', () => {
  const expected = createFloat64(Array.from({ length: 1000 }, () => 0));
  const actual = createFloat64(Array.from({ length: 1000 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i + 1)));
  expect(all(expected, actual)).toMatchObject({
    p50: 500,
    p90: 900,
    p95: 950,
    p99: 990,
    p999: 999,
    p9999: 1000,
  });
});

describe('evidence', () => {
  const expected = createFloat32([1, 2, 3, 4, 0, 6], [2, 3]);
  const actual = createFloat32([1, 2.5, 3, NaN, 0, 6], [2, 3]);

  test('shows where the error sits', () => {
    const { evidence } = compare(expected, actual, { evidence: 'failures' });
    expect(evidence).toEqual({
      expected: {
        elements: 6,
        min: 0,
        max: 6,
        mean: 16 / 6,
        maxAbs: 6,
        scale: 3,
        nan: 0,
        posInf: 0,
        negInf: 0,
        zeros: 1,
        constant: false,
      },
      actual: {
        elements: 6,
        min: 0,
        max: 6,
        mean: 2.5,
        maxAbs: 6,
        scale: 2.75,
        nan: 1,
        posInf: 0,
        negInf: 0,
        zeros: 1,
        constant: false,
      },
      histogram: {
        minExponent: -20,
        counts: [...Array.from({ length: 19 }, () => 0), 1],
        zeros: 4,
        below: 0,
        above: 0,
        nonFinite: 1,
      },
      heatMap: { rows: 2, columns: 3, fromShape: [2, 3], cells: [0, 0.5, 0, 'Infinity', 0, 0] },
      magnitude: { minExponent: 0, maxError: ['Infinity'] },
      axes: [
        { axis: 0, length: 2, maxError: [0.5, 'Infinity'] },
        { axis: 1, length: 3, maxError: ['Infinity', 0.5, 0] },
      ],
    });
  });

  test('of a pass is facts and histogram alone', () => {
    const { evidence } = compare(expected, expected, { evidence: 'failures' });
    expect(Object.keys(evidence!)).toEqual(['expected', 'actual', 'histogram']);
    expect(evidence!.histogram!.zeros).toBe(6);
  });

  test('large maps are folded to 64 × 64', () => {
    const big = createFloat32(
      Array.from({ length: 200 * 130 }, () => 0),
      [200, 130],
    );
    const off = createFloat32(
      Array.from({ length: 200 * 130 }, (_, i) => (i === 200 * 130 - 1 ? 1 : 0)),
      [200, 130],
    );
    const { heatMap } = compare(big, off, { evidence: 'always' }).evidence!;
    expect(heatMap).toMatchObject({ rows: 64, columns: 64, fromShape: [200, 130] });
    expect(heatMap!.cells.indexOf(1)).toBe(64 * 64 - 1);
  });
});

test('sources that are read in pieces give what tensors give', () => {
  const length = 50_000;
  const values = Float32Array.from({ length }, (_, i) => Math.sin(i));
  const expected: Tensor = { dtype: 'float32', shape: [length], data: values };
  const actual: Tensor = {
    dtype: 'float32',
    shape: [length],
    data: values.map((v, i) => v + (i % 777 === 0 ? 1e-3 : 0)),
  };
  // One buffer for every read, as a file reader has it.
  const pieces = (tensor: Tensor): ChunkSource => {
    const buffer = new Float32Array(16384);
    return {
      dtype: 'float32',
      shape: tensor.shape,
      read(start, count) {
        buffer.set((tensor.data as Float32Array).subarray(start, start + count));
        return buffer.subarray(0, count);
      },
    };
  };
  const request = { layers: [], policy: {}, metrics: 'all', evidence: 'always' } as const;
  const streamed = compareSources({ ...request, expected: pieces(expected), actual: pieces(actual) });
  expect(streamed).toEqual(
    compareSources({ ...request, expected: sourceOf(expected), actual: sourceOf(actual) }),
  );
});
