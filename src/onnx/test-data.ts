/** The ONNX backend layout: `model.onnx` beside `test_data_set_N/{input,output}_K.pb`. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatError } from '../errors/catalogue/formats.ts';
import { onnxError } from '../errors/catalogue/onnx.ts';
import { readExternalData, readTensorProto } from '../formats/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { declaredTypes } from './types.ts';
import type { DeclaredTypes, DeclaredValue } from './types.ts';
import type { Model } from './model.ts';

export interface TestDataSet {
  /** In the order of the model; optional inputs without a file are left out. */
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly outputs: ReadonlyMap<string, Tensor>;
}

/**
 * Reads one `test_data_set_N` folder and names its tensors as the model does: `input_K.pb` is the K-th input that is not an initializer.
 * Where there are fewer files than inputs and the tensors carry names of the model, the names decide.
 * @throws ParityError TEST_DATA_MISMATCH, TENSOR_TYPE_UNSUPPORTED (sequences, optionals), TENSOR_…
 */
export function readTestDataSet(folder: string, model: Model | DeclaredTypes): TestDataSet {
  const types = 'proto' in model ? declaredTypes(model) : model;
  const files = readdirSync(folder);
  return {
    inputs: readSide(folder, files, 'input', types.inputs),
    outputs: readSide(folder, files, 'output', types.outputs),
  };
}

interface NumberedFile {
  readonly file: string;
  readonly index: number;
}

function readSide(
  folder: string,
  files: readonly string[],
  side: 'input' | 'output',
  declared: readonly DeclaredValue[],
): Map<string, Tensor> {
  const numbered = numberedFiles(files, side);
  const last = numbered.at(-1);
  if (last !== undefined && last.index >= declared.length) {
    const problem = `there is ${last.file}, but the model has ${declared.length} ${side}s`;
    throw onnxError('TEST_DATA_MISMATCH', { path: folder, problem });
  }
  const read = numbered.map(({ file, index }) => {
    refuseOtherKinds(join(folder, file), declared[index]!, numbered.length === declared.length);
    const { name, tensor } = readFile(join(folder, file));
    return { index, name, tensor };
  });
  const byName = new Set(declared.map(({ name }) => name));
  const named = new Set(read.map(({ name }) => name));
  const namesDecide =
    read.length < declared.length &&
    named.size === read.length &&
    [...named].every((name) => byName.has(name));
  return new Map(read.map(({ index, name, tensor }) => [namesDecide ? name : declared[index]!.name, tensor]));
}

function numberedFiles(files: readonly string[], side: string): NumberedFile[] {
  return files
    .map((file) => ({ file, match: new RegExp(`^${side}_(\\d+)\\.pb$`).exec(file) }))
    .filter(({ match }) => match !== null)
    .map(({ file, match }) => ({ file, index: Number(match![1]) }))
    .sort((left, right) => left.index - right.index);
}

// A sequence on disk can look like a tensor; the declared type is surer, where every value has a file.
function refuseOtherKinds(path: string, { kind, type }: DeclaredValue, complete: boolean): void {
  if (complete && kind !== 'tensor' && kind !== 'undeclared') {
    throw formatError('TENSOR_TYPE_UNSUPPORTED', { path, type });
  }
}

function readFile(path: string): { readonly name: string; readonly tensor: Tensor } {
  const owner = { path, tensor: path };
  return readTensorProto(readFileSync(path), path, (location, offset, length) =>
    readExternalData(dirname(path), location, { offset, length }, owner),
  );
}
