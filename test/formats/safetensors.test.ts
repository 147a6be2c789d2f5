import { expect, test } from 'vitest';
import { readTensorBytes, readTensorsSync } from '../../src/formats/index.ts';
import { fixture, fixtureBytes, refusal, view } from './fixtures.ts';

test('every element type is read as the reference implementation wrote it', () => {
  const tensors = readTensorsSync(fixture('all.safetensors'));
  expect(Object.fromEntries([...tensors].map(([name, tensor]) => [name, view(tensor)]))).toEqual({
    f32: ['float32', [1, 2], [1.5, -2]],
    f16: ['float16', [2], [1, 65504]],
    bf16: ['bfloat16', [2], [1, 3.140625]],
    e4m3: ['float8e4m3fn', [2], [1, 448]],
    e5m2: ['float8e5m2', [2], [1, 57344]],
    f64: ['float64', [1], [0.1]],
    i64: ['int64', [2], [2n ** 53n + 1n, -1n]],
    u8: ['uint8', [1], [255]],
    bool: ['bool', [3], [1, 0, 1]],
    scalar: ['int32', [], [7]],
    none: ['float32', [0, 4], []],
    grün: ['int16', [1], [1]],
  });
});

function file(header: string, dataBytes: number, length = BigInt(header.length)): Uint8Array {
  const bytes = Buffer.alloc(8 + header.length + dataBytes);
  bytes.writeBigUInt64LE(length, 0);
  bytes.write(header, 8);
  return bytes;
}

const tensor = (begin: number, end: number, shape = `[${(end - begin) / 4}]`): string =>
  `{"dtype":"F32","shape":${shape},"data_offsets":[${begin},${end}]}`;

test.each<[string, Uint8Array, string, string]>([
  [
    'a header of 2^63 bytes',
    file('{}', 0, 2n ** 63n),
    'TENSOR_FILE_TOO_LARGE',
    'x.safetensors is refused: its header claims 9223372036854776000 bytes, more than the limit of 100000000.',
  ],
  [
    'a header longer than the file',
    file('{}', 0, 99n),
    'TENSOR_FILE_MALFORMED',
    'x.safetensors is not a valid safetensors file: its header claims 99 bytes.',
  ],
  [
    'a duplicate key',
    file(`{"a":${tensor(0, 4)},"a":${tensor(0, 4)}}`, 4),
    'TENSOR_NAME_DUPLICATE',
    'x.safetensors has two tensors named "a".',
  ],
  [
    'overlapping tensors',
    file(`{"a":${tensor(0, 8)},"b":${tensor(4, 8)}}`, 8),
    'TENSOR_FILE_MALFORMED',
    'x.safetensors is not a valid safetensors file: "b" begins at 4 instead of 8.',
  ],
  [
    'a hole',
    file(`{"a":${tensor(0, 4)},"b":${tensor(8, 12)}}`, 12),
    'TENSOR_FILE_MALFORMED',
    'x.safetensors is not a valid safetensors file: "b" begins at 8 instead of 4.',
  ],
  [
    'bytes that no tensor owns',
    file(`{"a":${tensor(0, 4)}}`, 8),
    'TENSOR_FILE_MALFORMED',
    'x.safetensors is not a valid safetensors file: its header describes 4 bytes of data, but 8 follow.',
  ],
  [
    'a shape that does not fit its bytes',
    file(`{"a":${tensor(0, 4, '[2]')}}`, 4),
    'TENSOR_FILE_MALFORMED',
    'x.safetensors is not a valid safetensors file: "a" needs 8 bytes but its offsets give 4.',
  ],
  [
    'a shape whose product overflows',
    file(`{"a":${tensor(0, 4, '[4294967296,4294967296]')}}`, 4),
    'TENSOR_FILE_MALFORMED',
    'x.safetensors is not a valid safetensors file: "a" needs 73786976294838210000 bytes but its offsets give 4.',
  ],
  [
    'an unknown element type',
    file('{"a":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[0,3]}}', 3),
    'TENSOR_DTYPE_UNSUPPORTED',
    'x.safetensors: "a" has the unsupported element type F6_E2M3.',
  ],
  [
    'metadata that are no texts',
    file('{"__metadata__":{"a":1}}', 0),
    'TENSOR_FILE_MALFORMED',
    'x.safetensors is not a valid safetensors file: its __metadata__ holds something other than texts.',
  ],
])('%s: refused', (_, bytes, code, message) => {
  expect(refusal(() => readTensorBytes(bytes, 'x.safetensors'))).toEqual([code, message]);
});

test('a name such as __proto__ is a name like any other', () => {
  const tensors = readTensorBytes(file(`{"__proto__":${tensor(0, 4)}}`, 4), 'x.safetensors');
  expect([...tensors.keys()]).toEqual(['__proto__']);
});

test('a file that is cut off is refused', () => {
  const bytes = fixtureBytes('all.safetensors');
  const [code] = refusal(() => readTensorBytes(bytes.subarray(0, -1), 'x.safetensors'));
  expect(code).toBe('TENSOR_FILE_MALFORMED');
});
