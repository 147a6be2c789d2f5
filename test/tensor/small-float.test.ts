import { describe, expect, test } from 'vitest';
import {
  bfloat16ToFloat32,
  encodeSmallFloat,
  float16ToFloat32,
  smallFloatTable,
} from '../../src/tensor/index.ts';
import type { SmallFloatDtype } from '../../src/tensor/index.ts';

const ALL: readonly SmallFloatDtype[] = [
  'float16',
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'float4e2m1',
];

describe('decoding', () => {
  test.each([
    [0x0000, 0],
    [0x8000, -0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3c00, 1],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e01, NaN],
  ])('float16 %i is %d', (bits, value) => {
    expect(float16ToFloat32(bits)).toBe(value);
  });

  test.each([
    [0x3f80, 1],
    [0x4049, 3.140625],
    [0xff80, -Infinity],
    [0x0001, 2 ** -133],
    [0x8000, -0],
    [0x7fc0, NaN],
  ])('bfloat16 %i is %d, by the table and by the function', (bits, value) => {
    expect(bfloat16ToFloat32(bits)).toBe(value);
    expect(smallFloatTable('bfloat16')[bits]).toBe(value);
  });

  test.each([
    ['float8e4m3fn', 0x7e, 448],
    ['float8e4m3fn', 0x7f, NaN],
    ['float8e4m3fn', 0x01, 2 ** -9],
    ['float8e4m3fnuz', 0x7f, 240],
    ['float8e4m3fnuz', 0x80, NaN],
    ['float8e5m2', 0x7b, 57344],
    ['float8e5m2', 0x7c, Infinity],
    ['float8e5m2', 0xfd, NaN],
    ['float8e5m2fnuz', 0x7f, 57344],
    ['float8e5m2fnuz', 0x80, NaN],
    ['float8e8m0', 127, 1],
    ['float8e8m0', 0, 2 ** -127],
    ['float8e8m0', 255, NaN],
    ['float4e2m1', 0x1, 0.5],
    ['float4e2m1', 0xf, -6],
  ] as const)('%s %i is %d', (dtype, bits, value) => {
    expect(smallFloatTable(dtype)[bits]).toBe(value);
  });
});

describe('encoding', () => {
  test.each(ALL)('every %s number is encoded to the bits it came from', (dtype) => {
    const table = smallFloatTable(dtype);
    const wrong = [...table.keys()].filter(
      (bits) =>
        !Number.isNaN(table[bits]) &&
        Number.isFinite(table[bits]) &&
        encodeSmallFloat(table[bits]!, dtype) !== bits,
    );
    expect(wrong).toEqual([]);
  });

  test('halfway cases go to even, in one rounding', () => {
    expect(encodeSmallFloat(1 + 2 ** -11, 'float16')).toBe(0x3c00);
    expect(encodeSmallFloat(1 + 3 * 2 ** -11, 'float16')).toBe(0x3c02);
    // Through float32 this would first become the tie 1 + 2^-11 and then go down.
    expect(encodeSmallFloat(1 + 2 ** -11 + 2 ** -40, 'float16')).toBe(0x3c01);
    expect(encodeSmallFloat(2 ** -25, 'float16')).toBe(0);
    expect(encodeSmallFloat(2 ** -25 * 1.5, 'float16')).toBe(1);
  });

  test('float16 and bfloat16 overflow to infinity, the smaller formats saturate', () => {
    expect(encodeSmallFloat(65519, 'float16')).toBe(0x7bff);
    expect(encodeSmallFloat(65520, 'float16')).toBe(0x7c00);
    expect(encodeSmallFloat(-1e300, 'float16')).toBe(0xfc00);
    expect(encodeSmallFloat(3.4e38, 'bfloat16')).toBe(0x7f80);
    expect(encodeSmallFloat(1e9, 'float8e4m3fn')).toBe(0x7e);
    expect(encodeSmallFloat(-Infinity, 'float8e5m2')).toBe(0xfb);
    expect(encodeSmallFloat(-100, 'float4e2m1')).toBe(0xf);
  });

  test('NaN stays NaN where the format has one, and −0 is 0 where it does not have it', () => {
    expect(encodeSmallFloat(NaN, 'float16')).toBe(0x7e00);
    expect(encodeSmallFloat(NaN, 'float8e4m3fnuz')).toBe(0x80);
    expect(encodeSmallFloat(-0, 'float8e4m3fnuz')).toBe(0);
    expect(encodeSmallFloat(-0, 'bfloat16')).toBe(0x8000);
  });
});
