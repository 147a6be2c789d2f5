import { describe, expect, test } from 'vitest';
import { declaredTypes, opsetOf, readModel, summarise } from '../../src/onnx/index.ts';
import { fixture } from '../formats/fixtures.ts';
import { createModel, external, int64s, node, raw, value } from './build.ts';

test('a model written by the onnx package is summarised', () => {
  const summary = summarise(readModel(fixture('relu-cast.onnx')));
  expect({ ...summary, path: '', sizeBytes: 0 }).toEqual({
    path: '',
    sizeBytes: 0,
    graph: 'relu_cast',
    irVersion: 9,
    producer: { name: '', version: '' },
    domain: '',
    modelVersion: '0',
    opsets: [{ domain: 'ai.onnx', version: 17 }],
    inputs: [{ name: 'x', kind: 'tensor', dtype: 'float32', type: 'tensor(float)', shape: [2, 2] }],
    outputs: [
      { name: 'y', kind: 'tensor', dtype: 'float32', type: 'tensor(float)', shape: [2, 2] },
      { name: 'z', kind: 'tensor', dtype: 'int64', type: 'tensor(int64)', shape: [2, 2] },
    ],
    nodes: 2,
    ops: [
      { op: 'Cast', count: 1 },
      { op: 'Relu', count: 1 },
    ],
    parameters: { count: 0, bytes: 0, tensors: 0 },
    dtypes: [],
    externalData: [],
    functions: [],
    metadata: [],
  });
});

test('parameters are counted in the graph, in subgraphs and outside, and 4-bit ones by their packed bytes', () => {
  const body = { name: 'body', node: [node('Identity', ['w'], ['o'])], initializer: [int64s('w', 1, 2)] };
  const summary = summarise(
    createModel({
      nodes: [node('If', ['x'], ['y'], { then_branch: { graph: body }, else_branch: { graph: body } })],
      initializers: [
        external('big', [1000, 1000], { location: 'weights.bin', offset: '0' }),
        raw('q', 'int4', [3], Uint8Array.of(0x21, 0x03)),
      ],
    }),
  );
  expect(summary.parameters).toEqual({ count: 1_000_007, bytes: 4_000_000 + 2 + 32, tensors: 4 });
  expect(summary.externalData).toEqual([{ location: 'weights.bin', tensors: 1, bytes: 4_000_000 }]);
  expect(summary.ops).toEqual([
    { op: 'Identity', count: 2 },
    { op: 'If', count: 1 },
  ]);
  expect(summary.dtypes.map(({ dtype }) => dtype)).toEqual(['float32', 'int64', 'int4']);
});

describe('declared types', () => {
  test('initializers that are listed as inputs are no inputs', () => {
    const model = createModel({
      inputs: [value('w', 'float32', [1]), value('x', 'float32', ['n', 4])],
      initializers: [raw('w', 'float32', [1], Float32Array.of(1))],
    });
    expect(declaredTypes(model).inputs.map(({ name }) => name)).toEqual(['x']);
  });

  test('sequences, maps and optionals are named, and so are symbolic and unknown lengths', () => {
    const tensor = { value: { case: 'tensorType', value: { elemType: 1 } } } as const;
    const sequence = { value: { case: 'sequenceType', value: { elemType: tensor } } } as const;
    const map = { value: { case: 'mapType', value: { keyType: 8, valueType: tensor } } } as const;
    const model = createModel({
      outputs: [
        { name: 's', type: sequence },
        { name: 'm', type: { value: { case: 'sequenceType', value: { elemType: map } } } },
        { name: 'o', type: { value: { case: 'optionalType', value: { elemType: sequence } } } },
        { name: 'u' },
        value('t', 'bfloat16', ['batch', '', 3]),
        { name: 'new', type: { value: { case: 'tensorType', value: { elemType: 99 } } } },
      ],
    });
    expect(declaredTypes(model).outputs).toEqual([
      { name: 's', kind: 'sequence', dtype: null, type: 'seq(tensor(float))', shape: null },
      { name: 'm', kind: 'sequence', dtype: null, type: 'seq(map(string,tensor(float)))', shape: null },
      { name: 'o', kind: 'optional', dtype: null, type: 'optional(seq(tensor(float)))', shape: null },
      { name: 'u', kind: 'undeclared', dtype: null, type: 'undeclared', shape: null },
      { name: 't', kind: 'tensor', dtype: 'bfloat16', type: 'tensor(bfloat16)', shape: ['batch', null, 3] },
      { name: 'new', kind: 'tensor', dtype: null, type: 'tensor(type 99)', shape: null },
    ]);
  });
});

test('the default domain has two spellings', () => {
  expect([
    opsetOf(createModel()),
    opsetOf(createModel(), 'ai.onnx'),
    opsetOf(createModel(), 'other'),
  ]).toEqual([17, 17, undefined]);
});
