import { expect, test } from 'vitest';
import { readTensorBytes, readTensorsSync } from '../../src/formats/index.ts';
import { fixture, refusal, single } from './fixtures.ts';

test.each<[string, unknown[]]>([
  ['float32', [1.5, -2]],
  ['float64', [0.1, -0]],
  ['int64', [2n ** 53n + 1n, -1n]],
  ['int32', [-(2 ** 31), 7]],
  ['int16', [-32768, 1]],
  ['int8', [-128, 127]],
  ['uint8', [0, 255]],
  ['uint16', [65535, 1]],
  ['uint32', [2 ** 32 - 1, 1]],
  ['uint64', [2n ** 64n - 1n, 1n]],
  ['bool', [1, 0]],
  ['float16', [1, -2]],
  ['bfloat16', [1, -2]],
  ['float8e4m3fn', [1, -2]],
  ['float8e4m3fnuz', [1, -2]],
  ['float8e5m2', [1, -2]],
  ['float8e5m2fnuz', [1, -2]],
  ['int4', [-8, 7, -1]],
  ['uint4', [15, 0, 8]],
  ['float4e2m1', [1, -6, 0.5]],
  ['complex64', [1, 2, -0, -3.5]],
  ['complex128', [1, 2, -0, -3.5]],
])('%s is read from its typed field and from raw_data', (dtype, values) => {
  const elements = dtype.startsWith('complex') ? values.length / 2 : values.length;
  for (const form of ['typed', 'raw']) {
    const [readDtype, shape, read] = single(`pb/${dtype}-${form}.pb`);
    expect([readDtype, shape]).toEqual([dtype, [elements]]);
    expect(read).toEqual(values);
  }
});

test('strings, a scalar and an empty tensor are read', () => {
  expect(single('pb/string-typed.pb')).toEqual(['string', [2], ['ab', 'grün']]);
  expect(single('scalar.pb')).toEqual(['float32', [], [3]]);
  expect(single('empty.pb')).toEqual(['int64', [0, 2], []]);
});

test('the tensor has its own name, else that of the file', () => {
  expect([...readTensorsSync(fixture('empty.pb')).keys()]).toEqual(['e']);
  expect([...readTensorsSync(fixture('scalar.pb')).keys()]).toEqual(['scalar']);
});

test('external data is read inside the folder', () => {
  expect(single('external.pb')).toEqual(['float32', [2], [1.5, -2]]);
});

test.each([
  [
    'sequence.pb',
    'TENSOR_TYPE_UNSUPPORTED',
    'sequence.pb holds a sequence, a map or an optional; only dense tensors are supported.',
  ],
  [
    'sequence-empty.pb',
    'TENSOR_TYPE_UNSUPPORTED',
    'sequence-empty.pb holds a sequence, a map or an optional; only dense tensors are supported.',
  ],
  [
    'optional.pb',
    'TENSOR_TYPE_UNSUPPORTED',
    'optional.pb holds a sequence, a map or an optional; only dense tensors are supported.',
  ],
  [
    'external-escapes.pb',
    'EXTERNAL_DATA_ESCAPES',
    'external-escapes.pb: the data of "external-escapes" points to "../make.py", which is refused: it leaves the folder by "..".',
  ],
  [
    'external-beyond.pb',
    'EXTERNAL_DATA_RANGE',
    'external-beyond.pb: the external data of "external-beyond" in "external.bin" is wrong: bytes 8 to 16 are asked for, but the file has 12.',
  ],
])('%s is refused', (name, code, message) => {
  expect(refusal(() => readTensorsSync(fixture(name)))).toEqual([code, message]);
});

const read = (...bytes: number[]): [string, string] =>
  refusal(() => readTensorBytes(Uint8Array.from(bytes), 'x.pb'));

test.each<[string, number[], string]>([
  [
    'fewer bytes than the shape needs',
    [0x08, 2, 0x10, 1, 0x4a, 1, 0],
    '8 bytes are needed, but raw_data has 1',
  ],
  [
    'a huge shape and no data',
    [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x10, 1],
    '549755813887 values are needed, but float_data has 0',
  ],
  ['a negative axis', [0x08, ...Array.from({ length: 9 }, () => 0xff), 1, 0x10, 1], 'an axis of length -1'],
  ['no element type', [0x08, 1, 0x4a, 1, 0], 'it names no element type'],
  [
    'a field beyond the end',
    [0x08, 1, 0x10, 1, 0x4a, 100],
    'a field of 100 bytes at byte 5 goes beyond the end',
  ],
])('a message with %s is refused', (_, bytes, problem) => {
  expect(read(...bytes)).toEqual([
    'TENSOR_FILE_MALFORMED',
    `x.pb is not a valid TensorProto file: ${problem}.`,
  ]);
});

test('an element type that ONNX added later is named by its number', () => {
  expect(read(0x10, 99, 0x4a, 1, 0)).toEqual([
    'TENSOR_DTYPE_UNSUPPORTED',
    'x.pb: "" has the unsupported element type number 99.',
  ]);
});

test('a ninth byte that looks like safetensors does not mislead', () => {
  // dims 1, data_type float, name "ab{", raw_data 1.5
  const bytes = Uint8Array.of(0x08, 1, 0x10, 1, 0x42, 3, 0x61, 0x62, 0x7b, 0x4a, 4, 0, 0, 0xc0, 0x3f);
  expect([...readTensorBytes(bytes, 'x.pb')].map(([name, { data }]) => [name, data])).toEqual([
    ['ab{', Float32Array.of(1.5)],
  ]);
});
