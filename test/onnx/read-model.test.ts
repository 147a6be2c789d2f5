import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { ParityError } from '../../src/errors/index.ts';
import { lint, readModel, readModelBytes, readWeight, summarise } from '../../src/onnx/index.ts';
import { varint } from '../../src/onnx/skim.ts';
import { createModelBytes, node, raw, refusal } from './build.ts';

const folder = mkdtempSync(join(tmpdir(), 'onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('what is no model is named', () => {
  test.each<[string, Uint8Array | string, string, string]>([
    ['empty.onnx', '', 'MODEL_EMPTY', 'The model PATH is empty (0 bytes).'],
    [
      'page.onnx',
      '<!doctype html><html></html>',
      'MODEL_IS_HTML',
      'The model PATH is an HTML page, not an ONNX model.',
    ],
    [
      'pointer.onnx',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
      'MODEL_IS_LFS_POINTER',
      'The model PATH is a Git LFS pointer; its content was never fetched.',
    ],
    ['text.onnx', 'hello\n', 'MODEL_NOT_ONNX', 'PATH is not an ONNX model: it looks like a text file.'],
    [
      'zip.onnx',
      'PK\x03\x04',
      'MODEL_NOT_ONNX',
      'PATH is not an ONNX model: it looks like a zip archive (.npz, .pt, .keras or other).',
    ],
    [
      'noise.onnx',
      Uint8Array.of(0xff, 0, 1, 2),
      'MODEL_NOT_ONNX',
      'PATH is not an ONNX model: it looks like unknown binary data.',
    ],
    [
      'tensor.onnx',
      Uint8Array.of(0x08, 1, 0x10, 1, 0x4a, 4, 0, 0, 0, 0),
      'MODEL_NOT_ONNX',
      'PATH is not an ONNX model: it looks like a protobuf message without a graph.',
    ],
  ])('%s', (name, content, code, message) => {
    const path = write(name, content);
    expect(refusal(() => readModel(path))).toEqual([code, message.replace('PATH', path)]);
  });

  test('a model that is cut off', () => {
    const path = write('cut.onnx', createModelBytes().subarray(0, -10));
    const [code, message] = refusal(() => readModel(path));
    expect(code).toBe('MODEL_TRUNCATED');
    expect(message).toMatch(
      /is truncated or corrupted: a field at byte \d+ claims \d+ bytes, but \d+ are left\.$/,
    );
  });

  test('a missing file and a folder', () => {
    expect(refusal(() => readModel('no/such.onnx'))).toEqual([
      'MODEL_NOT_FOUND',
      'Model not found: no/such.onnx',
    ]);
    expect(refusal(() => readModel(folder))[0]).toBe('MODEL_UNREADABLE');
  });
});

describe('weights stay in the file', () => {
  const weight = Float32Array.from({ length: 4096 }, (_, i) => i / 3);
  const bytes = createModelBytes({
    nodes: [
      node('Add', ['x', 'w'], ['y']),
      node('Constant', [], ['c'], { value: { tensor: raw('c', 'float32', [4096], weight) } }),
    ],
    initializers: [
      raw('w', 'float32', [1024, 4], weight),
      { name: 'typed', dataType: 1, dims: [4096n], floatData: [...weight] },
    ],
  });

  test('and are read on demand, raw and typed, from initializers and constants', () => {
    const model = readModel(write('weights.onnx', bytes));
    expect(
      [...model.payloads.values()]
        .map(({ field, length }) => [field, length])
        .sort(([left], [right]) => left! - right!),
    ).toEqual([
      [4, 16384],
      [9, 16384],
      [9, 16384],
    ]);
    const constant = model.graph.node[1]!.attribute[0]!.t!;
    for (const tensor of [...model.graph.initializer, constant]) {
      expect(tensor.rawData.length).toBe(0);
      expect(readWeight(model, tensor).data).toEqual(weight);
    }
    expect(summarise(model).parameters).toEqual({ count: 3 * 4096, bytes: 3 * 16384, tensors: 3 });
  });

  test('a marker that the file brings along means nothing', () => {
    // graph { initializer { marker 0, dims 1, data_type float, name "w", float_data 7 } }
    const marker = Buffer.concat([varint(536_870_000 * 8), varint(0)]);
    const rest = Buffer.from([0x08, 1, 0x10, 1, 0x42, 1, 0x77, 0x22, 4, 0, 0, 0xe0, 0x40]);
    const tensor = Buffer.concat([marker, rest]);
    const initializer = Buffer.concat([Buffer.from([0x2a]), varint(tensor.length), tensor]);
    const prefix = Buffer.concat([Buffer.from([0x08, 9, 0x3a]), varint(initializer.length)]);
    const model = readModelBytes(Buffer.concat([prefix, initializer]), 'x.onnx');
    expect(readWeight(model, model.graph.initializer[0]!).data).toEqual(Float32Array.of(7));
  });

  test('so that a model beyond 2 GiB takes milliseconds', () => {
    const path = join(folder, 'huge.onnx');
    const length = 3 * 2 ** 30;
    // graph { initializer { dims, data_type, name, raw_data } }, with the raw data as a hole in the file
    const head = Buffer.concat([
      Buffer.from([0x08]),
      varint(length / 4),
      Buffer.from([0x10, 1, 0x42, 1, 0x77, 0x4a]),
      varint(length),
    ]);
    const tensorSize = head.length + length;
    const tensorPrefix = Buffer.concat([Buffer.from([0x2a]), varint(tensorSize)]);
    const start = Buffer.concat([
      Buffer.from([0x08, 9, 0x3a]),
      varint(tensorPrefix.length + tensorSize),
      tensorPrefix,
      head,
    ]);
    const fd = openSync(path, 'w');
    writeSync(fd, start);
    ftruncateSync(fd, start.length + length);
    closeSync(fd);
    expect(statSync(path).size).toBeGreaterThan(2 ** 31);
    const before = performance.now();
    const model = readModel(path);
    const summary = summarise(model);
    lint(model);
    expect(performance.now() - before).toBeLessThan(500);
    expect(summary.parameters).toEqual({ count: length / 4, bytes: length, tensors: 1 });
  });
});

test('a mutated model gives a model or a typed error, and can be summarised and linted', () => {
  const original = createModelBytes({
    nodes: [node('Reshape', ['x', 's'], ['r']), node('Softmax', ['r'], ['y'], { axis: 1 })],
    initializers: [raw('s', 'int64', [2], BigInt64Array.of(1n, -1n))],
    opset: 11,
  });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }),
      (edits) => {
        const bytes = Uint8Array.from(original);
        for (const [at, byte] of edits) bytes[at] = byte;
        try {
          const model = readModelBytes(bytes, '/nowhere/x.onnx');
          JSON.stringify(summarise(model));
          lint(model);
        } catch (error) {
          if (!(error instanceof ParityError)) throw error;
        }
      },
    ),
    { numRuns: 3000, seed: 3 },
  );
});
