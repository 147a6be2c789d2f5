import { describe, expect, test } from 'vitest';
import { percentile } from '../../src/run/features/bench.ts';
import { variationsOf, variedTarget } from '../../src/run/features/stability.ts';
import { createTarget } from '../workers/fixtures.ts';

describe('a percentile', () => {
  test('is the value of the nearest rank', () => {
    expect(percentile([1], 0.9)).toBe(1);
    expect(percentile([1, 2, 3, 4], 0.5)).toBe(2);
    expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9)).toBe(9);
    expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], 0.9)).toBe(10);
  });
});

describe('variations', () => {
  test('are named behind the target, after a comma where it has a variation already', () => {
    const stability = {
      repeat: 5,
      threads: [2],
      optimization: ['disabled'],
      freshProcess: true,
      order: 'reversed',
    } as const;
    const variations = variationsOf(stability);
    const names = (name: string): string[] =>
      variations.map((variation) => variedTarget(createTarget({ name }), variation).name);
    expect(names('ort-node/cpu')).toEqual([
      'ort-node/cpu@repeat=5',
      'ort-node/cpu@threads=2',
      'ort-node/cpu@optimization=disabled',
      'ort-node/cpu@freshProcess',
      'ort-node/cpu@order=reversed',
    ]);
    expect(names('ort-node/cpu@basic')[1]).toBe('ort-node/cpu@basic,threads=2');
    expect(
      variedTarget(createTarget({ options: { optimization: 'basic' } }), variations[1]!).options,
    ).toEqual({
      optimization: 'basic',
      threads: 2,
    });
    expect(variationsOf(undefined)).toEqual([]);
  });
});
