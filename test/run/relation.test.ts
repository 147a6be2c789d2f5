import { describe, expect, test } from 'vitest';
import { join, take } from '../../src/run/features/axes.ts';
import { derive, orderOf } from '../../src/run/features/relation.ts';
import type { ModelFacts } from '../../src/runtimes/admission.ts';
import { RuntimeFailure } from '../../src/runtimes/types.ts';
import type { NamedTensors, Tensor } from '../../src/tensor/index.ts';
import { float32, int64 } from '../workers/fixtures.ts';

const named = (tensors: Readonly<Record<string, Tensor>>): NamedTensors => new Map(Object.entries(tensors));
const valuesOf = (tensors: NamedTensors | undefined, name: string): unknown => {
  const tensor = tensors?.get(name);
  return tensor === undefined ? null : [tensor.shape, [...tensor.data]];
};

describe('cuts and joins', () => {
  test('keep the order of the other axes', () => {
    const tensor = float32([2, 3], 1, 2, 3, 4, 5, 6);
    expect(take(tensor, 1, [2, 0])).toEqual(float32([2, 2], 3, 1, 6, 4));
    expect(take(tensor, 0, [1])).toEqual(float32([1, 3], 4, 5, 6));
    expect(join([take(tensor, 1, [0]), take(tensor, 1, [1, 2])], 1)).toEqual(tensor);
  });

  test('carry strings and complex numbers, which have two parts', () => {
    const texts: Tensor = { dtype: 'string', shape: [3], data: ['a', 'b', 'c'] };
    expect(take(texts, 0, [2, 0]).data).toEqual(['c', 'a']);
    const complex: Tensor = { dtype: 'complex64', shape: [2], data: Float32Array.of(1, 2, 3, 4) };
    expect(take(complex, 0, [1]).data).toEqual(Float32Array.of(3, 4));
  });
});

describe('batch invariance', () => {
  test('feeds each row alone and joins what they give', () => {
    const inputs = named({ x: float32([2, 2], 1, 2, 3, 4), scale: float32([], 5) });
    const { feeds, relate } = derive({ kind: 'batchInvariance' }, inputs, null);
    expect(feeds.map(({ what }) => what)).toEqual(['row 0 alone', 'row 1 alone']);
    expect(feeds.map((feed) => valuesOf(feed.inputs, 'x'))).toEqual([
      [
        [1, 2],
        [1, 2],
      ],
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    expect(feeds[0]?.inputs.get('scale')).toBe(inputs.get('scale'));
    const plain = named({ y: float32([2, 1], 10, 20), table: float32([3], 7, 8, 9) });
    const alone = [10, 21].map((value) => named({ y: float32([1, 1], value), table: float32([3], 7, 8, 9) }));
    const sides = relate(plain, alone);
    expect(valuesOf(sides.expected, 'y')).toEqual([
      [2, 1],
      [10, 21],
    ]);
    expect(valuesOf(sides.expected, 'table')).toEqual([[3], [7, 8, 9]]);
    expect(sides.actual).toBe(plain);
  });

  test('follows the dimension that the model calls by one name, on whatever axis it lies', () => {
    const inputs = named({
      x: float32([2, 1], 1, 2),
      state: float32([1, 2, 1], 3, 4),
      w: float32([2], 5, 6),
    });
    const facts = {
      inputs: [
        { name: 'x', shape: ['batch', 1] },
        { name: 'state', shape: [1, 'batch', 1] },
        { name: 'w', shape: [2] },
      ],
      outputs: [],
    } as unknown as ModelFacts;
    const { feeds } = derive({ kind: 'batchInvariance' }, inputs, facts);
    expect(valuesOf(feeds[1]?.inputs, 'state')).toEqual([[1, 1, 1], [4]]);
    expect(valuesOf(feeds[1]?.inputs, 'w')).toEqual([[2], [5, 6]]);
  });

  test('holds a batch of one against the row twice', () => {
    const { feeds, relate } = derive({ kind: 'batchInvariance' }, named({ x: float32([1, 1], 3) }), null);
    expect(valuesOf(feeds[0]?.inputs, 'x')).toEqual([
      [2, 1],
      [3, 3],
    ]);
    const sides = relate(named({ y: float32([1, 1], 6) }), [named({ y: float32([2, 1], 6, 7) })]);
    expect(valuesOf(sides.expected, 'y')).toEqual([
      [2, 1],
      [6, 6],
    ]);
    expect(valuesOf(sides.actual, 'y')).toEqual([
      [2, 1],
      [6, 7],
    ]);
  });

  test('refuses inputs without one batch', () => {
    const inputs = named({ a: float32([2, 1], 1, 2), b: float32([3], 1, 2, 3) });
    const attempt = (): unknown => derive({ kind: 'batchInvariance' }, inputs, null);
    expect(attempt).toThrow(RuntimeFailure);
    expect(attempt).toThrow(
      'batchInvariance needs inputs with one batch of at least one row; found a: 2, b: 3.',
    );
  });
});

describe('batch permutation', () => {
  test('moves every row, the same way for the same seed', () => {
    for (const rows of [2, 3, 8]) {
      const order = orderOf(rows, 7);
      expect(order).toEqual(orderOf(rows, 7));
      expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row));
      expect(order.some((row, at) => row === at)).toBe(false);
    }
  });

  test('expects the outputs of the plain run in the new order', () => {
    const inputs = named({ x: float32([2, 1], 1, 2) });
    const { feeds, relate } = derive({ kind: 'batchPermutation', seed: 0 }, inputs, null);
    expect(valuesOf(feeds[0]?.inputs, 'x')).toEqual([
      [2, 1],
      [2, 1],
    ]);
    const sides = relate(named({ y: float32([2], 10, 20) }), [named({ y: float32([2], 20, 10) })]);
    expect(valuesOf(sides.expected, 'y')).toEqual([[2], [20, 10]]);
    expect(valuesOf(sides.actual, 'y')).toEqual([[2], [20, 10]]);
  });
});

describe('padding', () => {
  const padding = { kind: 'padding', inputs: new Map([['ids', 9]]), mask: 'mask', axis: 1, to: 4 } as const;

  test('extends inputs and mask, and cuts the outputs back on every axis that grew', () => {
    const inputs = named({ ids: int64([1, 2], 5n, 6n), mask: int64([1, 2], 1n, 1n) });
    const { feeds, relate } = derive(padding, inputs, null);
    expect(valuesOf(feeds[0]?.inputs, 'ids')).toEqual([
      [1, 4],
      [5n, 6n, 9n, 9n],
    ]);
    expect(valuesOf(feeds[0]?.inputs, 'mask')).toEqual([
      [1, 4],
      [1n, 1n, 0n, 0n],
    ]);
    const plain = named({ tokens: float32([1, 2], 1, 2), pooled: float32([1], 3) });
    const long = named({ tokens: float32([1, 4], 1, 2, 8, 9), pooled: float32([1], 4) });
    const sides = relate(plain, [long]);
    expect(valuesOf(sides.actual, 'tokens')).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(valuesOf(sides.actual, 'pooled')).toEqual([[1], [4]]);
    expect(sides.expected).toBe(plain);
  });

  test('to no greater length is refused', () => {
    const inputs = named({ ids: int64([1, 4], 1n, 2n, 3n, 4n), mask: int64([1, 4], 1n, 1n, 1n, 1n) });
    expect(() => derive(padding, inputs, null)).toThrow(
      'Padding axis 1 to 4 needs inputs of one shorter length; found ids: 4, mask: 4.',
    );
  });
});
