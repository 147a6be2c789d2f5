import { expect, test } from 'vitest';
import { encodeStringTensor, readTensorBytes, writeTensorsJson } from '../../src/formats/index.ts';
import type { ReadOptions } from '../../src/formats/index.ts';
import { tensorFromValues } from '../../src/tensor/index.ts';
import type { Tensor } from '../../src/tensor/index.ts';
import { refusal, view } from './fixtures.ts';

const read = (text: string, options: ReadOptions = {}): Map<string, Tensor> =>
  readTensorBytes(Buffer.from(text), 'out.json', options);
const views = (tensors: ReadonlyMap<string, Tensor>): unknown[] =>
  [...tensors].map(([name, tensor]) => [name, ...view(tensor)]);

test('named tensors with dtype, shape and data are read', () => {
  const text = `{"a": {"dtype": "int64", "shape": [2], "data": [9007199254740993, "-1"]},
    "__proto__": {"dtype": "float16", "data": [[1, "NaN"], [-0, "-Infinity"]]},
    "s": {"dtype": "string", "shape": [1], "data": ["ü"]}, "b": {"dtype": "bool", "data": [true, false]}}`;
  expect(views(read(text))).toEqual([
    ['a', 'int64', [2], [9007199254740993n, -1n]],
    ['__proto__', 'float16', [2, 2], [1, NaN, -0, -Infinity]],
    ['s', 'string', [1], ['ü']],
    ['b', 'bool', [2], [1, 0]],
  ]);
});

test('plain nested arrays are float32, bool or string, or what the caller says', () => {
  expect(views(read('{"x": [[1, 2], [3, 4]], "t": [true], "s": ["a"], "n": 5}'))).toEqual([
    ['x', 'float32', [2, 2], [1, 2, 3, 4]],
    ['t', 'bool', [1], [1]],
    ['s', 'string', [1], ['a']],
    ['n', 'float32', [], [5]],
  ]);
  expect(views(read('[1, NaN, -Infinity]'))).toEqual([['out', 'float32', [3], [1, NaN, -Infinity]]]);
  expect(views(read('{"ids": [1, 2]}', { dtypes: new Map([['ids', 'int64']]) }))).toEqual([
    ['ids', 'int64', [2], [1n, 2n]],
  ]);
});

test.each([
  ['{"x": [[1, 2], [3]]}', '"x": its rows have different lengths'],
  ['{"x": [1, null]}', '"x": null is no element; write "NaN"'],
  [
    '{"x": {"dtype": "float32", "shape": [3], "data": [1]}}',
    '"x": shape [3] needs 3 values, but 1 are given',
  ],
  ['{"x": {"dtype": "uint8", "data": [300]}}', '"x": 300 is not an integer from 0 to 255 (uint8)'],
  [
    '{"x": {"dtype": "float32", "shape": [4], "data": [[1, 2], [3, 4]]}}',
    '"x": its data is nested as [2, 2] but its shape is [4]',
  ],
])('%s is refused', (text, problem) => {
  expect(refusal(() => read(text))).toEqual([
    'TENSOR_FILE_MALFORMED',
    `out.json is not a valid tensor JSON file: ${problem}.`,
  ]);
});

test.each([
  [
    '{"x": [1, 2}',
    'TENSOR_FILE_MALFORMED',
    'out.json is not a valid JSON file: "," or "]" expected at character 11.',
  ],
  [
    '{"x": 1} y',
    'TENSOR_FILE_MALFORMED',
    'out.json is not a valid JSON file: text after the value at character 9.',
  ],
  ['{"x": 1, "x": 2}', 'TENSOR_NAME_DUPLICATE', 'out.json has two tensors named "x".'],
  [
    '['.repeat(200),
    'TENSOR_FILE_MALFORMED',
    'out.json is not a valid JSON file: nested deeper than 100 levels at character 101.',
  ],
  [
    '{"x": {"dtype": "float7", "data": [1]}}',
    'TENSOR_DTYPE_UNSUPPORTED',
    'out.json: "x" has the unsupported element type float7.',
  ],
])('the text %s is refused', (text, code, message) => {
  expect(refusal(() => read(text))).toEqual([code, message]);
});

test('what is written is read back without loss', () => {
  const tensors = new Map([
    ['f', tensorFromValues('float64', [4], [0.1, 'NaN', '-0', 'Infinity'])],
    ['h', tensorFromValues('bfloat16', [2], [0.1, 3])],
    ['i', tensorFromValues('uint64', [1], ['18446744073709551615'])],
    ['q', tensorFromValues('int4', [2], [-8, 7])],
    ['s', tensorFromValues('string', [1, 2], ['a"\n', '\ud800'])],
    ['c', tensorFromValues('complex64', [1], [1, -2])],
    ['e', tensorFromValues('float32', [0, 3], [])],
  ]);
  const bytes = writeTensorsJson(tensors);
  expect(views(readTensorBytes(bytes, 'x.json'))).toEqual(views(tensors));
  expect(writeTensorsJson(tensors)).toEqual(bytes);
});

test('one string tensor is written as one object', () => {
  const bytes = encodeStringTensor(tensorFromValues('string', [2], ['a', 'b']));
  expect(Buffer.from(bytes).toString()).toBe('{"dtype": "string", "shape": [2], "data": ["a", "b"]}\n');
  expect(views(readTensorBytes(bytes, 'name.json'))).toEqual([['name', 'string', [2], ['a', 'b']]]);
});
