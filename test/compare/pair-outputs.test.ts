import { expect, test } from 'vitest';
import { pairOutputs } from '../../src/compare/index.ts';
import type { NamedTensors, Tensor } from '../../src/tensor/index.ts';
import { createFloat32 } from './builders.ts';

const one = createFloat32([1, 2, 3]);
const two = createFloat32([7, 8, 9]);

function createNamed(entries: Record<string, Tensor>): NamedTensors {
  return new Map(Object.entries(entries));
}

function unpaired(
  expected: Record<string, Tensor>,
  actual: Record<string, Tensor>,
  by: 'name' | 'order' = 'name',
) {
  return pairOutputs(createNamed(expected), createNamed(actual), by).unpaired.map(
    ({ name, side, reason }) => ({
      name,
      side,
      code: reason.code,
      message: reason.message,
      hint: reason.hint,
    }),
  );
}

test('outputs are paired by exact name in the order of the expected ones', () => {
  const pairing = pairOutputs(createNamed({ b: two, a: one }), createNamed({ a: one, b: two }), 'name');
  expect(pairing).toEqual({
    pairs: [
      { name: 'b', expected: two, actual: two },
      { name: 'a', expected: one, actual: one },
    ],
    unpaired: [],
  });
});

test('a missing output is said to be missing, with a name that looks alike', () => {
  expect(unpaired({ logits: one }, { Logits_: two })).toEqual([
    {
      name: 'logits',
      side: 'expected',
      code: 'OUTPUT_MISSING',
      message: 'The output "logits" is expected, and the target did not give it.',
      hint: 'The target gave "Logits_", which looks alike. If it is the same output, name it `renameOutputs: { Logits_: logits }`.',
    },
    {
      name: 'Logits_',
      side: 'actual',
      code: 'OUTPUT_EXTRA',
      message: 'The target gave the output "Logits_", which the reference does not have.',
      hint: 'Record the reference again if the model has gained an output; else export it without.',
    },
  ]);
});

test('an output with the same values under another name is renamed, on both sides', () => {
  const message = 'The output "logits" is missing, and "output_0" has its dtype, shape and values.';
  const hint =
    'Export with the name "logits", or say that the new name is meant: `renameOutputs: { output_0: logits }`.';
  expect(
    unpaired({ logits: one, other: two }, { output_0: createFloat32([1, 2, 3.000_001]), other: two }),
  ).toEqual([
    { name: 'logits', side: 'expected', code: 'OUTPUT_RENAMED', message, hint },
    { name: 'output_0', side: 'actual', code: 'OUTPUT_RENAMED', message, hint },
  ]);
});

test('each new name stands for one output at most', () => {
  const found = unpaired({ a: one, b: one }, { c: one });
  expect(found.map(({ name, code }) => [name, code])).toEqual([
    ['a', 'OUTPUT_RENAMED'],
    ['b', 'OUTPUT_MISSING'],
    ['c', 'OUTPUT_RENAMED'],
  ]);
});

test('empty outputs are never taken for renamed', () => {
  const empty = createFloat32([], [0]);
  expect(unpaired({ abc: empty }, { xyz: empty }).map(({ code }) => code)).toEqual([
    'OUTPUT_MISSING',
    'OUTPUT_EXTRA',
  ]);
});

test('by order, names do not matter and counts do', () => {
  const pairing = pairOutputs(
    createNamed({ a: one, b: two }),
    createNamed({ x: two, y: one, z: one }),
    'order',
  );
  expect(pairing.pairs.map(({ name, actual }) => [name, actual])).toEqual([
    ['a', two],
    ['b', one],
  ]);
  expect(pairing.unpaired.map(({ name, reason }) => [name, reason.code])).toEqual([['z', 'OUTPUT_EXTRA']]);
  expect(unpaired({ a: one, b: two }, { x: one }, 'order').map(({ name, code }) => [name, code])).toEqual([
    ['b', 'OUTPUT_MISSING'],
  ]);
});

test('a name like __proto__ is a name', () => {
  const named = new Map([['__proto__', one]]);
  expect(pairOutputs(named, named, 'name').pairs).toHaveLength(1);
});
