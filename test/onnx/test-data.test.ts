import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import { afterAll, expect, test } from 'vitest';
import { readTestDataSet } from '../../src/onnx/index.ts';
import { TensorProtoSchema } from '../../src/onnx/onnx_pb.gen.ts';
import { fixtureBytes } from '../formats/fixtures.ts';
import { createModel, raw, refusal, value } from './build.ts';

const root = mkdtempSync(join(tmpdir(), 'data-set-'));
afterAll(() => rmSync(root, { recursive: true }));

function folderWith(
  files: Readonly<Record<string, number | Uint8Array>>,
  names: Readonly<Record<string, string>> = {},
): string {
  const folder = mkdtempSync(join(root, 'test_data_set_'));
  for (const [file, content] of Object.entries(files)) {
    const tensor = (item: number): Uint8Array =>
      toBinary(
        TensorProtoSchema,
        create(TensorProtoSchema, raw(names[file] ?? '', 'float32', [1], Float32Array.of(item))),
      );
    writeFileSync(join(folder, file), typeof content === 'number' ? tensor(content) : content);
  }
  return folder;
}

const float = (name: string): ReturnType<typeof value> => value(name, 'float32', [1]);
const model = createModel({
  inputs: [float('a'), float('weight'), float('b'), float('c')],
  initializers: [raw('weight', 'float32', [1], Float32Array.of(0))],
  outputs: [float('y')],
});

function values(folder: string): unknown {
  const { inputs, outputs } = readTestDataSet(folder, model);
  const list = (side: typeof inputs): unknown[] => [...side].map(([name, { data }]) => [name, data[0]]);
  return { inputs: list(inputs), outputs: list(outputs) };
}

test('files follow the order of the inputs, without the initializers, whatever they are called inside', () => {
  const folder = folderWith(
    { 'input_0.pb': 1, 'input_1.pb': 2, 'input_2.pb': 3, 'output_0.pb': 4 },
    { 'input_0.pb': 'c' },
  );
  expect(values(folder)).toEqual({
    inputs: [
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ],
    outputs: [['y', 4]],
  });
});

test('where an optional input has no file, its place stays empty', () => {
  expect(values(folderWith({ 'input_0.pb': 1, 'input_2.pb': 3 }))).toEqual({
    inputs: [
      ['a', 1],
      ['c', 3],
    ],
    outputs: [],
  });
});

test('where there are fewer files and they carry names of the model, the names decide', () => {
  const folder = folderWith({ 'input_0.pb': 1, 'input_1.pb': 3 }, { 'input_0.pb': 'a', 'input_1.pb': 'c' });
  expect(values(folder)).toEqual({
    inputs: [
      ['a', 1],
      ['c', 3],
    ],
    outputs: [],
  });
});

test('a file too many is refused', () => {
  const folder = folderWith({ 'output_0.pb': 1, 'output_1.pb': 1 });
  expect(refusal(() => readTestDataSet(folder, model))).toEqual([
    'TEST_DATA_MISMATCH',
    `${folder} does not fit the model: there is output_1.pb, but the model has 1 outputs.`,
  ]);
});

test('a sequence is named', () => {
  const folder = folderWith({ 'output_0.pb': fixtureBytes('sequence.pb') });
  expect(refusal(() => readTestDataSet(folder, model))[0]).toBe('TENSOR_TYPE_UNSUPPORTED');
});
