import { describe, expect, test } from 'vitest';
import { movementsOf, type Movement } from '../../src/history/movements.ts';
import { createRandom } from '../builders/random.ts';

/** Normal and uniform numbers of one seed. */
interface Chance {
  readonly normal: () => number;
  readonly uniform: () => number;
}

function chance(seed: number): Chance {
  const uniform = createRandom(seed * 7919);
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

const SEEDS = Array.from({ length: 100 }, (_, at) => at + 1);
const FLOOR = 1e-12;

/** Movements of `nights` values, for a hundred seeds. */
function over(
  value: (night: number, of: Chance) => number | null,
  nights = 60,
): readonly (readonly Movement[])[] {
  return SEEDS.map((seed) => {
    const of = chance(seed);
    return movementsOf(
      Array.from({ length: nights }, (_, night) => value(night, of)),
      FLOOR,
    );
  });
}

function shareOf(
  found: readonly (readonly Movement[])[],
  holds: (movements: readonly Movement[]) => boolean,
): number {
  return found.filter(holds).length / found.length;
}

function falseAlarms(found: readonly (readonly Movement[])[]): number {
  return found.reduce((sum, movements) => sum + movements.length, 0);
}

const only = (kind: Movement['kind'], at: number) => (movements: readonly Movement[]) =>
  movements.length === 1 && movements[0]?.kind === kind && movements[0].at === at;

describe.each([0, 0.05, 0.1, 0.2])('with a jitter of %d', (jitter) => {
  const noisy = (of: Chance, factor: number) => 4e-7 * factor * Math.exp(jitter * of.normal());

  test('jitter alone is nothing', () => {
    expect(falseAlarms(over((_, of) => noisy(of, 1)))).toBe(0);
    expect(falseAlarms(over((_, of) => noisy(of, 1), 1000).slice(0, 20))).toBe(0);
  });

  test('a growth of 40 times is a step on its night', () => {
    expect(
      shareOf(
        over((night, of) => noisy(of, night >= 30 ? 40 : 1)),
        only('step', 30),
      ),
    ).toBe(1);
  });

  test('a step of 3 times is found on its night, up and down', () => {
    expect(
      shareOf(
        over((night, of) => noisy(of, night >= 44 ? 3 : 1)),
        only('step', 44),
      ),
    ).toBeGreaterThanOrEqual(0.97);
    expect(
      shareOf(
        over((night, of) => noisy(of, night >= 44 ? 1 / 3 : 1)),
        only('step', 44),
      ),
    ).toBeGreaterThanOrEqual(0.97);
  });

  test('one bad night is a spike, in between and at the end', () => {
    expect(
      shareOf(
        over((night, of) => noisy(of, night === 30 ? 40 : 1)),
        only('spike', 30),
      ),
    ).toBeGreaterThanOrEqual(0.97);
    expect(
      shareOf(
        over((night, of) => noisy(of, night === 59 ? 40 : 1)),
        only('spike', 59),
      ),
    ).toBeGreaterThanOrEqual(0.97);
  });

  test('a week of 40 times is two steps', () => {
    const found = over((night, of) => noisy(of, night >= 30 && night < 37 ? 40 : 1));
    expect(
      shareOf(found, (movements) => movements.map(({ at }) => at).join() === '30,37'),
    ).toBeGreaterThanOrEqual(0.97);
  });
});

describe('other shapes', () => {
  test('exact zeros are quiet, and the first error after them is a step', () => {
    expect(falseAlarms(over(() => 0))).toBe(0);
    expect(
      shareOf(
        over((night) => (night < 20 ? 0 : 1e-6)),
        only('step', 20),
      ),
    ).toBe(1);
  });

  test('NaN and infinity are a step to infinity', () => {
    for (const bad of [Number.NaN, Infinity]) {
      const found = over((night, { normal }) => (night < 25 ? 4e-7 * Math.exp(0.2 * normal()) : bad));
      expect(
        shareOf(found, (movements) => only('step', 25)(movements) && movements[0]?.factor === Infinity),
      ).toBe(1);
    }
  });

  test('a slow drift is one drift', () => {
    const found = over((night, { normal }) => 4e-7 * 1.03 ** night * Math.exp(0.1 * normal()));
    expect(
      shareOf(found, (movements) => movements.length === 1 && movements[0]?.kind === 'drift'),
    ).toBeGreaterThanOrEqual(0.95);
  });

  test('spikes that come back are one fact', () => {
    const found = over((_, { uniform }) => (uniform() < 0.15 ? 2e-5 : 4e-7));
    expect(shareOf(found, (movements) => movements.length <= 1)).toBeGreaterThanOrEqual(0.9);
    expect(shareOf(found, (movements) => movements[0]?.kind === 'unstable')).toBeGreaterThanOrEqual(0.9);
  });

  test('two values by chance are jitter', () => {
    expect(falseAlarms(over((_, { uniform }) => (uniform() < 0.3 ? 1.2e-6 : 4e-7)))).toBeLessThanOrEqual(2);
  });

  test('nights that resemble their neighbours are jitter', () => {
    const found = SEEDS.map((seed) => {
      const { normal } = chance(seed);
      let state = 0;
      return movementsOf(
        Array.from({ length: 60 }, () => 4e-7 * Math.exp((state = 0.5 * state + 0.2 * normal()))),
        FLOOR,
      );
    });
    expect(falseAlarms(found)).toBeLessThanOrEqual(1);
  });

  test('heavy tails give few alarms', () => {
    const found = over(
      (_, { normal }) =>
        4e-7 * Math.exp((0.15 * normal()) / Math.sqrt((normal() ** 2 + normal() ** 2 + normal() ** 2) / 3)),
    );
    expect(falseAlarms(found)).toBeLessThanOrEqual(15);
  });

  test('nights without a number are stepped over', () => {
    const found = over((night, { normal, uniform }) =>
      uniform() < 0.2 ? null : 4e-7 * (night >= 30 ? 40 : 1) * Math.exp(0.2 * normal()),
    );
    expect(
      shareOf(
        found,
        (movements) =>
          movements.length === 1 && (movements[0]?.at ?? 0) >= 30 && (movements[0]?.at ?? 0) <= 33,
      ),
    ).toBe(1);
  });

  test('too little says nothing', () => {
    expect([movementsOf([], FLOOR), movementsOf([1e-6], FLOOR), movementsOf([null, null], FLOOR)]).toEqual([
      [],
      [],
      [],
    ]);
  });
});
