import { expect, test } from 'vitest';
import { noiseByOutput } from '../../../src/sources/golden/noise.ts';

test('the larger of spread and distance to float64 is the noise of an output', () => {
  const noise = noiseByOutput({
    spread: {
      runs: 2,
      threads: [1, 2],
      identical: false,
      outputs: [{ output: 'a', linf: 1e-7 }, { output: 'b', linf: 3e-6 }, { output: 'c' }],
    },
    truth: {
      dtype: 'float64',
      outputs: [
        { output: 'a', linf: 2e-6 },
        { output: 'b', linf: 1e-6 },
      ],
    },
  });
  expect([...noise]).toEqual([
    ['a', { linf: 2e-6, of: 'truth' }],
    ['b', { linf: 3e-6, of: 'spread' }],
  ]);
});

test('nothing is known where nothing was measured', () => {
  expect(noiseByOutput({}).size).toBe(0);
});
