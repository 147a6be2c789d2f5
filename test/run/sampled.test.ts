import { expect, test } from 'vitest';
import { sampledLike } from '../../src/run/sampled.ts';
import { takeSample } from '../../src/sources/golden/sample.ts';
import { makeTensor, type Tensor } from '../../src/tensor/index.ts';

const whole = float32([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]);
const taken = takeSample(whole, 4, 7)!;
const samples = new Map([['y', taken.sample]]);

function float32(shape: readonly number[], values: readonly number[]): Tensor {
  return makeTensor('float32', shape, Float32Array.from(values));
}

test('the actual output is cut down to the elements that the golden kept', () => {
  const { outputs, reasons } = sampledLike(new Map([['y', whole]]), samples);
  expect(outputs.get('y')).toEqual(taken.kept);
  expect(reasons.get('y')).toEqual([]);
});

test('an output of another shape stays whole, also where it has as many elements', () => {
  const turned = float32([4, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
  expect(sampledLike(new Map([['y', turned]]), samples).outputs.get('y')).toBe(turned);
});

test('NaN and infinities outside the sample are found by their count', () => {
  const kept = new Set(Array.from((taken.kept as { data: Float32Array }).data));
  const [first, second] = [1, 2, 3, 4, 5, 6, 7, 8].filter((value) => !kept.has(value));
  const spoiled = float32(
    [2, 4],
    [1, 2, 3, 4, 5, 6, 7, 8].map((value) => (value === first ? NaN : value === second ? -Infinity : value)),
  );
  const { outputs, reasons } = sampledLike(new Map([['y', spoiled]]), samples);
  expect(outputs.get('y')).toEqual(taken.kept);
  expect(reasons.get('y')?.map(({ code, level, message }) => [code, level, message])).toEqual([
    ['NAN_ACTUAL', 'fail', 'y has 1 NaN in all; the reference had 0.'],
    ['INF_MISMATCH', 'fail', 'y has 1 infinities in all; the reference had 0, or of the other sign.'],
  ]);
});
