import { describe, expect, test } from 'vitest';
import { fitInputs, nameOutputs } from '../../../src/sources/tfjs/signature.ts';
import type { DeclaredValue } from '../../../src/sources/tfjs/signature.ts';
import type { NamedTensors } from '../../../src/tensor/index.ts';
import { float32 } from '../suite-builder.ts';

function declare(overrides: Partial<DeclaredValue> = {}): DeclaredValue {
  const name = overrides.name ?? 'x';
  return { name, node: `${name}:0`, tensorflowDtype: 1, dtype: 'float32', shape: [-1], ...overrides };
}

function given(...names: string[]): NamedTensors {
  return new Map(names.map((name) => [name, float32(1, 2)]));
}

describe('inputs against a signature', () => {
  test('are taken by name, in the order of the signature', () => {
    const fitted = fitInputs([declare({ name: 'a' }), declare({ name: 'b' })], given('b', 'a'));
    expect(fitted.map(({ value }) => value.name)).toEqual(['a', 'b']);
  });

  test('may carry what exporters add to names', () => {
    const fitted = fitInputs(
      [declare({ name: 'a' }), declare({ name: 'b' })],
      given('serving_default_a:0', 'serving_default_b:0'),
    );
    expect(fitted).toHaveLength(2);
  });

  test('a single one needs no name', () => {
    expect(fitInputs([declare({ name: 'a' })], given('image'))).toHaveLength(1);
  });

  test('several under other names are refused, never guessed', () => {
    expect(() => fitInputs([declare({ name: 'a' }), declare({ name: 'b' })], given('c', 'd'))).toThrow(
      'the model takes a, b; the case gives c, d',
    );
  });

  test.each([
    [{ shape: [-1, 2] }, 'the input x has shape [2], but the model takes [?, 2]'],
    [{ shape: [3] }, 'the input x has shape [2], but the model takes [3]'],
    [{ shape: [] }, 'the input x has shape [2], but the model takes []'],
    [{ dtype: 'int64' as const }, 'the input x is float32, but the model takes int64'],
    [{ dtype: null }, 'tfjs-node cannot carry the dtype of the input x'],
  ])('%j does not fit', (overrides, message) => {
    expect(() => fitInputs([declare(overrides)], given('x'))).toThrow(message);
  });

  test('an unknown rank takes any', () => {
    expect(fitInputs([declare({ shape: null })], given('x'))).toHaveLength(1);
  });
});

describe('outputs under the names of the ONNX model', () => {
  test('that agree stay as they are', () => {
    const outputs = given('b', 'a');
    expect(nameOutputs(outputs, ['a', 'b'])).toBe(outputs);
    expect(nameOutputs(outputs, undefined)).toBe(outputs);
  });

  test('a single one takes the name of the model', () => {
    expect([...nameOutputs(given('output_0'), ['logits']).keys()]).toEqual(['logits']);
  });

  test('generated names are matched by their number', () => {
    const outputs: NamedTensors = new Map([
      ['output_1', float32(1)],
      ['output_0', float32(0)],
    ]);
    expect(nameOutputs(outputs, ['first', 'second'])).toEqual(
      new Map([
        ['first', float32(0)],
        ['second', float32(1)],
      ]),
    );
  });

  test('other names are left alone, so that the mismatch shows', () => {
    const outputs = given('a', 'b');
    expect(nameOutputs(outputs, ['a', 'c'])).toBe(outputs);
    expect(nameOutputs(outputs, ['a'])).toBe(outputs);
  });
});
