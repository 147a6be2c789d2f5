import { describe, expect, test } from 'vitest';
import { sampleIndices, sampleOf, takeSample } from '../../../src/sources/golden/sample.ts';
import type { Tensor } from '../../../src/tensor/index.ts';

const hundred: Tensor = {
  dtype: 'float32',
  shape: [10, 10],
  data: Float32Array.from({ length: 100 }, (_, i) => i),
};

describe('samples of large outputs', () => {
  test('indices ascend, do not repeat and cover the whole', () => {
    const indices = sampleIndices({ seed: 7, elements: 10, of: 95 });
    expect(indices).toHaveLength(10);
    for (const [stratum, index] of indices.entries()) {
      expect(index).toBeGreaterThanOrEqual(Math.floor(stratum * 9.5));
      expect(index).toBeLessThan(Math.floor((stratum + 1) * 9.5));
    }
  });

  test('the same seed gives the same indices for ever', () => {
    expect(sampleIndices({ seed: 1, elements: 4, of: 1000 })).toEqual([156, 250, 631, 995]);
  });

  test('an output no larger than the limit is kept whole', () => {
    expect(takeSample(hundred, 100, 1)).toBeNull();
  });

  test('the kept elements are those that the actual output is asked for', () => {
    const taken = takeSample(hundred, 5, 1)!;
    expect(taken.kept.shape).toEqual([5]);
    expect(taken.sample).toMatchObject({ elements: 5, of: 100, shape: [10, 10] });
    expect(sampleOf(hundred, taken.sample)).toEqual(taken.kept);
  });

  test('the summary counts NaN and infinities apart', () => {
    const tensor: Tensor = {
      dtype: 'float32',
      shape: [5],
      data: Float32Array.of(1, 3, Number.NaN, Infinity, -Infinity),
    };
    expect(takeSample(tensor, 2, 1)!.sample.summary).toMatchObject({
      min: 1,
      max: 3,
      mean: 2,
      nan: 1,
      posInf: 1,
      negInf: 1,
    });
  });

  test('complex numbers and strings are sampled by element', () => {
    const complex: Tensor = { dtype: 'complex64', shape: [3], data: Float32Array.of(1, 10, 2, 20, 3, 30) };
    const { data } = sampleOf(complex, { seed: 1, elements: 3, of: 3 });
    expect([...(data as Float32Array)]).toEqual([1, 10, 2, 20, 3, 30]);
    const strings: Tensor = { dtype: 'string', shape: [2], data: ['a', 'b'] };
    expect(sampleOf(strings, { seed: 1, elements: 2, of: 2 }).data).toEqual(['a', 'b']);
  });
});
