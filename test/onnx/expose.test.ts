import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { exposeOutputs, readModelBytes } from '../../src/onnx/index.ts';
import { createModelBytes, node, raw, refusal } from './build.ts';

const bytes = createModelBytes({
  nodes: [
    node('Constant', [], ['c'], { value: { tensor: raw('c', 'float32', [1], Float32Array.of(1)) } }),
    node('Add', ['x', 'c'], ['hidden']),
    node('Cast', ['hidden'], ['narrow'], { to: 16 }),
    node('Relu', ['hidden'], ['y']),
  ],
});

describe('exposeOutputs', () => {
  test('appends to the untouched bytes', () => {
    const exposed = exposeOutputs(bytes, ['hidden', 'hidden', 'y', 'c']);
    expect(Buffer.from(exposed.bytes.subarray(0, bytes.length))).toEqual(Buffer.from(bytes));
    expect([...exposed.outputs]).toEqual([
      ['hidden', 'hidden'],
      ['y', 'y'],
    ]);
    const { graph } = readModelBytes(exposed.bytes, 'x.onnx');
    expect(graph.output.map(({ name }) => name)).toEqual(['y', 'hidden']);
    expect(graph.node).toHaveLength(4);
  });

  test('adds a Cast for values that a runtime cannot return', () => {
    const exposed = exposeOutputs(bytes, ['narrow'], new Set(['narrow']));
    expect([...exposed.outputs]).toEqual([['narrow', 'narrow_as_float32']]);
    const { graph } = readModelBytes(exposed.bytes, 'x.onnx');
    expect(graph.output.map(({ name }) => name)).toEqual(['y', 'narrow_as_float32']);
    const cast = graph.node.at(-1);
    expect([cast?.opType, cast?.input, cast?.output]).toEqual(['Cast', ['narrow'], ['narrow_as_float32']]);
  });

  test('gives a model that onnxruntime runs', async () => {
    const exposed = exposeOutputs(bytes, ['hidden', 'narrow'], new Set(['narrow']));
    const session = await InferenceSession.create(exposed.bytes);
    const outputs = await session.run({ x: new Tensor('float32', [1, -2, 3, -4], [1, 4]) });
    expect(outputs['y']!.data).toEqual(Float32Array.of(2, 0, 4, 0));
    expect(outputs['hidden']!.data).toEqual(Float32Array.of(2, -1, 4, -3));
    expect(outputs['narrow_as_float32']!.data).toEqual(Float32Array.of(2, -1, 4, -3));
    await session.release();
  });

  test('names a value that the graph does not compute', () => {
    expect(refusal(() => exposeOutputs(bytes, ['hid']))).toEqual([
      'VALUE_NOT_IN_GRAPH',
      'The graph computes no value named "hid".',
    ]);
  });
});
