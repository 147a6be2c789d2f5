import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { fillIntegers, fillNormal, fillUniform, portableLog, streamOf } from '../../src/suite/random.ts';

// Expected values are what test/fixtures/suites/seeded_values.py prints: a second implementation.
function filled(count: number, fill: (values: Float64Array) => void): Float64Array {
  const values = new Float64Array(count);
  fill(values);
  return values;
}

describe('seeded values', () => {
  test('are pinned for normal', () => {
    const values = filled(5, (out) => fillNormal(out, streamOf(1, 'image'), 0, 1));
    expect([...values]).toEqual([
      -0.07831774795337312, 1.5561713234388308, -0.5368728139892264, -0.27131041206010087,
      -2.2223060524838236,
    ]);
  });

  test('are pinned for uniform', () => {
    const values = filled(4, (out) => fillUniform(out, streamOf(2, 'image'), -1, 1));
    expect([...values]).toEqual([
      0.117739809306739, -0.10160679214056856, 0.6135654695600838, 0.056610613054099757,
    ]);
  });

  test('are pinned for integers, with the upper end excluded', () => {
    const values = filled(8, (out) => fillIntegers(out, streamOf(3, 'ids'), -5, 100));
    expect([...values]).toEqual([34, 95, 8, 24, 67, 23, 63, 94]);
    const many = filled(10_000, (out) => fillIntegers(out, streamOf(0, 'x'), 0, 3));
    expect(new Set(many)).toEqual(new Set([0, 1, 2]));
  });

  test('are pinned for the widest range and a name beyond ASCII', () => {
    const values = filled(3, (out) => fillIntegers(out, streamOf(0, 'überß'), 0, 2 ** 53 - 1));
    expect([...values]).toEqual([1885787274150069, 2938961328363515, 3652865016557667]);
  });

  test('have the same 200,000 normal values bit for bit as the Python implementation', () => {
    const values = filled(200_000, (out) => fillNormal(out, streamOf(7, 'x'), 2, 3));
    expect(createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex')).toBe(
      'fa67615fe7b17e1e7fbe990c933f7fa33327dbe53386bea8489bb06deab28845',
    );
  });

  test('have the asked mean and standard deviation', () => {
    const values = filled(200_000, (out) => fillNormal(out, streamOf(7, 'x'), 2, 3));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(2.0058873176094214, 12);
    expect(Math.sqrt(variance)).toBeCloseTo(3.000872461446435, 12);
  });

  test('differ between inputs and between seeds', () => {
    const first = (seed: number, name: string): number => streamOf(seed, name)();
    expect(new Set([first(1, 'a'), first(1, 'b'), first(2, 'a')]).size).toBe(3);
  });
});

describe('portableLog', () => {
  test.each([1e-300, 1e-10, 0.1, 0.3, 0.49, 0.51, 0.7, 0.71, 0.9, 0.999, 0.9999999, 1, 2, 1e300])(
    'is the logarithm of %d',
    (value) => {
      expect(Math.abs(portableLog(value) - Math.log(value))).toBeLessThanOrEqual(
        4e-16 * Math.abs(Math.log(value)),
      );
    },
  );
});
