import { describe, expect, test } from 'vitest';
import { findFusions } from '../../src/onnx/index.ts';
import { createModel, node, type ModelParts } from './build.ts';

type Nodes = NonNullable<ModelParts['nodes']>;

const changesOf = (before: Nodes, after: Nodes) =>
  findFusions(createModel({ nodes: before }), createModel({ nodes: after }));

describe('what an optimiser made of a graph', () => {
  test('is nothing where it left the nodes alone', () => {
    const nodes = [node('Relu', ['x'], ['y'])];
    expect(changesOf(nodes, nodes)).toEqual({ nodes: 1, fused: [], replaced: [], added: [], removed: [] });
  });

  test('is one node for several, counted by what they were', () => {
    const before = [1, 2].flatMap((at) => [
      node('MatMul', [`x${at}`, 'w'], [`m${at}`]),
      node('Add', [`m${at}`, 'b'], [`y${at}`]),
    ]);
    const after = [1, 2].map((at) => ({
      ...node('FusedGemm', [`x${at}`, 'w', 'b'], [`y${at}`]),
      domain: 'com.microsoft',
    }));
    expect(changesOf(before, after).fused).toEqual([
      { op: 'com.microsoft.FusedGemm', from: ['MatMul', 'Add'], count: 2 },
    ]);
  });

  test('is a replacement where one node stands for one', () => {
    expect(changesOf([node('Gelu', ['x'], ['y'])], [node('FastGelu', ['x'], ['y'])]).replaced).toEqual([
      { op: 'FastGelu', from: ['Gelu'], count: 1 },
    ]);
  });

  test('is a node less where it was computed in advance, and leaves constants out', () => {
    const before = [
      node('Constant', [], ['c']),
      node('Neg', ['c'], ['n']),
      node('Identity', ['x'], ['i']),
      node('Add', ['i', 'n'], ['y']),
    ];
    expect(changesOf(before, [node('Add', ['x', 'n'], ['y'])])).toEqual({
      nodes: 1,
      fused: [],
      replaced: [],
      added: [],
      removed: [
        { op: 'Identity', count: 1 },
        { op: 'Neg', count: 1 },
      ],
    });
  });

  test('does not lay to a node what it cannot compute from its inputs', () => {
    const before = [node('Conv', ['x', 'w'], ['c']), node('Relu', ['c'], ['y'])];
    const after = [
      node('Transpose', ['x'], ['t']),
      { ...node('Conv', ['t', 'w'], ['u']), domain: 'nhwc' },
      node('Transpose', ['u'], ['y']),
    ];
    expect(changesOf(before, after)).toMatchObject({
      fused: [],
      added: [
        { op: 'Transpose', count: 2 },
        { op: 'nhwc.Conv', count: 1 },
      ],
      removed: [
        { op: 'Conv', count: 1 },
        { op: 'Relu', count: 1 },
      ],
    });
  });
});
