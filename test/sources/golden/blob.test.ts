import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { decodeBlob, encodeBlob, hashTensor } from '../../../src/sources/golden/blob.ts';
import type { Tensor } from '../../../src/tensor/index.ts';

const tensors: Tensor[] = [
  { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, Number.NaN, -0, Infinity) },
  { dtype: 'float16', shape: [2], data: Uint16Array.of(0x3c00, 0xfc00) },
  { dtype: 'bfloat16', shape: [1], data: Uint16Array.of(0x3f80) },
  { dtype: 'int64', shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n) },
  { dtype: 'uint64', shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
  { dtype: 'bool', shape: [3], data: Uint8Array.of(0, 1, 1) },
  { dtype: 'complex64', shape: [1], data: Float32Array.of(1, -2) },
  { dtype: 'complex128', shape: [2], data: Float64Array.of(1, -2, 3, 4) },
  { dtype: 'int4', shape: [2], data: Int8Array.of(-8, 7) },
  { dtype: 'float8e4m3fnuz', shape: [2], data: Uint8Array.of(0x80, 1) },
  { dtype: 'string', shape: [2], data: ['', 'größe\n'] },
  { dtype: 'float32', shape: [], data: Float32Array.of(7) },
  { dtype: 'float32', shape: [0, 3], data: new Float32Array(0) },
];

function bytesOf(tensor: Tensor): Buffer {
  return Buffer.concat(encodeBlob(tensor).chunks);
}

describe('blobs', () => {
  test.each(tensors)('$dtype$shape comes back as it was', (tensor) => {
    expect(decodeBlob(bytesOf(tensor), tensor.dtype)).toEqual(tensor);
  });

  test('the bytes are safetensors: length, header padded to eight bytes, elements', () => {
    const bytes = bytesOf({ dtype: 'float32', shape: [1], data: Float32Array.of(1) });
    const header = '{"tensor":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
    expect(bytes.readBigUInt64LE(0)).toBe(64n);
    expect(bytes.toString('utf8', 8, 72)).toBe(header.padEnd(64));
    expect(bytes.subarray(72)).toEqual(Buffer.from([0, 0, 0x80, 0x3f]));
  });

  test('the name is the hash of the bytes', () => {
    const blob = encodeBlob(tensors[0]!);
    expect(blob.sha256).toBe(createHash('sha256').update(bytesOf(tensors[0]!)).digest('hex'));
    expect(blob.file).toBe(`${blob.sha256}.safetensors`);
    expect(encodeBlob(tensors.find(({ dtype }) => dtype === 'string')!).file).toMatch(/^[0-9a-f]{64}\.json$/);
  });

  test('the hash tells dtype, shape and sign of zero apart', () => {
    const zero = hashTensor({ dtype: 'float32', shape: [1], data: Float32Array.of(0) });
    expect(hashTensor({ dtype: 'float32', shape: [1], data: Float32Array.of(-0) })).not.toBe(zero);
    expect(hashTensor({ dtype: 'int32', shape: [1], data: Int32Array.of(0) })).not.toBe(zero);
    expect(hashTensor({ dtype: 'float32', shape: [1, 1], data: Float32Array.of(0) })).not.toBe(zero);
  });

  test('a view into a larger buffer is stored as its own elements alone', () => {
    const whole = Float32Array.of(9, 1, 2, 9);
    const view: Tensor = { dtype: 'float32', shape: [2], data: whole.subarray(1, 3) };
    expect(hashTensor(view)).toBe(hashTensor({ dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }));
  });

  test.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ['empty', () => Buffer.alloc(0)],
    ['with a header beyond its end', (bytes: Buffer) => bytes.subarray(0, 20)],
    [
      'with a header that is no JSON',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 8), Buffer.alloc(200, 'x')]),
    ],
  ])('bytes %s are refused', (_, damage) => {
    expect(() => decodeBlob(damage(bytesOf(tensors[0]!)), 'float32')).toThrow(Error);
  });

  test('another dtype than the provenance says is refused', () => {
    expect(() => decodeBlob(bytesOf(tensors[0]!), 'float64')).toThrow('the blob holds float32, not float64');
    expect(() => decodeBlob(bytesOf(tensors[0]!), 'float7')).toThrow('unknown dtype float7');
  });
});
