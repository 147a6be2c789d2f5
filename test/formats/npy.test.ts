import { expect, test } from 'vitest';
import { readTensorBytes } from '../../src/formats/index.ts';
import { fixture, fixtureBytes, refusal, single } from './fixtures.ts';
import { readTensorsSync } from '../../src/formats/index.ts';

const GRID = [0, 1, 2, 3, 4, 5];

test.each([
  ['float32.npy', ['float32', [2, 3], GRID.map((value) => value - 2.5)]],
  ['float32-big-endian.npy', ['float32', [2, 3], GRID]],
  ['float32-fortran.npy', ['float32', [2, 3, 4], Array.from({ length: 24 }, (_, i) => i)]],
  ['float64-fortran-big-endian.npy', ['float64', [2, 3], GRID]],
  ['float64.npy', ['float64', [4], [0.1, -0, 5e-324, Infinity]]],
  ['float16.npy', ['float16', [6], [1, -2, 65504, Infinity, NaN, 2 ** -24]]],
  ['int8.npy', ['int8', [2], [-128, 127]]],
  ['int16-big-endian.npy', ['int16', [2], [-32768, 32767]]],
  ['int32.npy', ['int32', [2], [-(2 ** 31), 2 ** 31 - 1]]],
  ['int64.npy', ['int64', [3], [-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n]]],
  ['uint8.npy', ['uint8', [2], [0, 255]]],
  ['uint16.npy', ['uint16', [2], [0, 65535]]],
  ['uint32.npy', ['uint32', [2], [0, 2 ** 32 - 1]]],
  ['uint64-big-endian.npy', ['uint64', [2], [0n, 2n ** 64n - 1n]]],
  ['bool.npy', ['bool', [2, 2], [1, 0, 0, 1]]],
  ['complex64.npy', ['complex64', [2], [1, 2, -0, -3.5]]],
  ['complex128-big-endian.npy', ['complex128', [2], [1, 2, -0, -3.5]]],
  ['bytes.npy', ['string', [3], ['ab', 'c', '']]],
  ['unicode.npy', ['string', [2, 2], ['grün', 'x', '', '😀']]],
  ['unicode-big-endian.npy', ['string', [2], ['ab', 'c']]],
  ['scalar.npy', ['float32', [], [2.5]]],
  ['empty.npy', ['float32', [0, 3], []]],
  ['version-2.npy', ['float32', [2, 3], GRID]],
  ['version-3.npy', ['float32', [2, 3], GRID]],
])('%s is read as NumPy wrote it', (name, expected) => {
  expect(single(name)).toEqual(expected);
});

test('the tensor of a file is named after the file', () => {
  expect([...readTensorsSync(fixture('int8.npy')).keys()]).toEqual(['int8']);
});

test.each([
  [
    'object.npy',
    'TENSOR_NEEDS_PICKLE',
    'object.npy: "object" holds pickled Python objects, which are never loaded.',
  ],
  [
    'bfloat16.npy',
    'TENSOR_DTYPE_UNSUPPORTED',
    'bfloat16.npy: "bfloat16" has the unsupported element type "<V2".',
  ],
  [
    'datetime.npy',
    'TENSOR_DTYPE_UNSUPPORTED',
    'datetime.npy: "datetime" has the unsupported element type "<M8[D]".',
  ],
  [
    'structured.npy',
    'TENSOR_DTYPE_UNSUPPORTED',
    'structured.npy: "structured" has the unsupported element type [["x","<f4"]].',
  ],
])('%s is refused', (name, code, message) => {
  expect(refusal(() => readTensorsSync(fixture(name)))).toEqual([code, message]);
});

function withHeader(header: string, data = new Uint8Array(0)): Uint8Array {
  const prefix = Buffer.from('\x93NUMPY\x01\x00\x00\x00', 'latin1');
  prefix.writeUInt16LE(header.length, 8);
  return Buffer.concat([prefix, Buffer.from(header), data]);
}

const read = (bytes: Uint8Array): [string, string] => refusal(() => readTensorBytes(bytes, 'x.npy'));

test.each([
  [
    'a shape that the file cannot hold',
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }",
    'its header asks for 4000000000000 bytes of data, but 0 follow',
  ],
  [
    'a product beyond every number',
    `{'descr': '<f4', 'fortran_order': False, 'shape': (${'9007199254740991, '.repeat(30)}), }`,
    'its header asks for Infinity bytes of data, but 0 follow',
  ],
  [
    'a negative length',
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }",
    'its shape [-1] is impossible',
  ],
  ['a missing key', "{'descr': '<f4', 'shape': (1,), }", 'its header lacks a key'],
  [
    'code instead of a literal',
    "__import__('os')",
    'its header cannot be read: the header ends early or has a token that is no literal',
  ],
  [
    'strings of no length without end',
    "{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000,), }",
    '1000000000 strings of no length',
  ],
])('a header with %s is refused', (_, header, problem) => {
  expect(read(withHeader(header))).toEqual([
    'TENSOR_FILE_MALFORMED',
    `x.npy is not a valid npy file: ${problem}.`,
  ]);
});

test('a second array behind the first is not ignored', () => {
  const one = fixtureBytes('int8.npy');
  expect(read(Buffer.concat([one, one]))).toEqual([
    'TENSOR_FILE_MALFORMED',
    'x.npy is not a valid npy file: its header asks for 2 bytes of data, but 132 follow.',
  ]);
});

test('a file that is cut off is refused', () => {
  expect(read(fixtureBytes('float32.npy').subarray(0, -1))).toEqual([
    'TENSOR_FILE_MALFORMED',
    'x.npy is not a valid npy file: its header asks for 24 bytes of data, but 23 follow.',
  ]);
});
