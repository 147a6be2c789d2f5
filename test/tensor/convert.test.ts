import { describe, expect, test } from 'vitest';
import { castTensor, tensorFromValues, toFloat64Array } from '../../src/tensor/index.ts';

describe('tensorFromValues', () => {
  test('reads words, decimals and big integers exactly', () => {
    const floats = tensorFromValues('float32', [5], [1, 'NaN', '-Infinity', '-0', '1e-3']);
    expect([...(floats.data as Float32Array)]).toEqual([1, NaN, -Infinity, -0, Math.fround(0.001)]);
    const integers = tensorFromValues('int64', [3], ['9007199254740993', 5n, -1]);
    expect(integers.data).toEqual(BigInt64Array.of(9007199254740993n, 5n, -1n));
  });

  test('rounds once to float16', () => {
    expect(tensorFromValues('float16', [2], [0.1, 65520]).data).toEqual(Uint16Array.of(0x2e66, 0x7c00));
  });

  test('holds complex numbers interleaved, and booleans as 0 and 1', () => {
    expect(tensorFromValues('complex64', [1], [1, 2]).data).toEqual(Float32Array.of(1, 2));
    expect(tensorFromValues('bool', [3], [true, 0, 5]).data).toEqual(Uint8Array.of(1, 0, 1));
  });

  test.each([
    ['uint8', 256, '256 is not an integer from 0 to 255 (uint8)'],
    ['int4', 8, '8 is not an integer from -8 to 7 (int4)'],
    ['int32', 1.5, '1.5 is not an integer from -2147483648 to 2147483647 (int32)'],
    ['uint64', -1, '-1 is not an integer from 0 to 18446744073709551615 (uint64)'],
    ['float32', 'abc', '"abc" is not a number'],
    ['string', 1, '1 is not a string'],
  ] as const)('refuses for %s the value %s', (dtype, value, message) => {
    expect(() => tensorFromValues(dtype, [1], [value])).toThrow(message);
  });

  test('refuses a wrong number of values', () => {
    expect(() => tensorFromValues('float32', [2, 2], [1])).toThrow(
      'shape [2, 2] needs 4 values, but 1 are given',
    );
  });
});

describe('castTensor', () => {
  const floats = tensorFromValues('float32', [3], [1.9, -1.9, 300]);

  test('truncates toward zero to integers and refuses what does not fit', () => {
    expect(castTensor(floats, 'int32').data).toEqual(Int32Array.of(1, -1, 300));
    expect(() => castTensor(floats, 'uint8')).toThrow('-1 is not an integer from 0 to 255 (uint8)');
  });

  test('casts int64 exactly to uint64', () => {
    const big = tensorFromValues('int64', [1], ['9007199254740993']);
    expect(castTensor(big, 'uint64').data).toEqual(BigUint64Array.of(9007199254740993n));
  });

  test('widens exactly and narrows by nearest even', () => {
    const half = castTensor(tensorFromValues('float64', [2], [0.1, -2]), 'float16');
    expect(half.data).toEqual(Uint16Array.of(0x2e66, 0xc000));
    expect([...toFloat64Array(castTensor(half, 'float32'))]).toEqual([0.0999755859375, -2]);
  });

  test('refuses texts, and complex against real', () => {
    const text = tensorFromValues('string', [1], ['a']);
    expect(() => castTensor(text, 'float32')).toThrow('A string tensor cannot be cast to float32.');
    const complex = tensorFromValues('complex64', [1], [1, 2]);
    expect(() => castTensor(complex, 'float32')).toThrow('A complex64 tensor cannot be cast to float32.');
  });
});
