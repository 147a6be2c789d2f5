import { expect, test } from 'vitest';
import { checkInputs } from '../../src/runtimes/ort/check-inputs.ts';
import { RuntimeFailure, type ValueInfo } from '../../src/runtimes/types.ts';
import type { Tensor } from '../../src/tensor/index.ts';

const declared: readonly ValueInfo[] = [
  { name: 'image', dtype: 'float32', shape: ['batch', 3, null] },
  { name: 'mask', dtype: 'bool', shape: null },
];

const image: Tensor = { dtype: 'float32', shape: [1, 3, 2], data: new Float32Array(6) };
const mask: Tensor = { dtype: 'bool', shape: [], data: new Uint8Array(1) };

function messageOf(given: Record<string, Tensor>): string {
  try {
    checkInputs(declared, new Map(Object.entries(given)));
    return 'accepted';
  } catch (error) {
    if (!(error instanceof RuntimeFailure)) throw error;
    return `${error.status} ${error.reason.code}: ${error.reason.message}`;
  }
}

test('inputs that fit the declaration are accepted', () => {
  expect(messageOf({ image, mask })).toBe('accepted');
});

test('a missing input is named with what was given', () => {
  expect(messageOf({ image })).toBe(
    'error INPUT_REJECTED: The case gives no value for "mask" of the model; it gives "image".',
  );
});

test('an input that the model does not take is named with what it takes', () => {
  expect(messageOf({ image, mask, extra: mask })).toBe(
    'error INPUT_REJECTED: The case gives "extra", which the model does not take; it takes "image", "mask".',
  );
});

test('a wrong dtype says what was expected and what was given', () => {
  expect(messageOf({ image: { dtype: 'float64', shape: [1, 3, 2], data: new Float64Array(6) }, mask })).toBe(
    'error INPUT_REJECTED: Input image: expected float32, given float64.',
  );
});

test('a wrong rank or a wrong fixed length says both shapes', () => {
  expect(messageOf({ image: { dtype: 'float32', shape: [3, 2], data: new Float32Array(6) }, mask })).toBe(
    'error INPUT_REJECTED: Input image: expected shape [batch, 3, ?], given [3, 2].',
  );
  expect(messageOf({ image: { dtype: 'float32', shape: [1, 2, 3], data: new Float32Array(6) }, mask })).toBe(
    'error INPUT_REJECTED: Input image: expected shape [batch, 3, ?], given [1, 2, 3].',
  );
});
