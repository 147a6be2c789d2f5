import { describe, expect, test } from 'vitest';
import { lint, LINT_RULES } from '../../src/onnx/index.ts';
import { createModel, int64s, node, raw, value } from './build.ts';
import type { ModelParts } from './build.ts';

/** Places of a rule as `name: detail`; empty where it does not apply. */
function places(code: string, parts: ModelParts): string[] {
  const finding = lint(createModel(parts)).find((item) => item.code === code);
  return (finding?.places ?? []).map(({ name, detail }) => `${name}: ${detail}`);
}

const scalar = (
  name: string,
  dtype: 'float32' | 'float16' | 'bool',
  data: ArrayBufferView,
): ReturnType<typeof raw> => raw(name, dtype, [], data);

test('codes are unique and texts are sentences', () => {
  expect(new Set(LINT_RULES.map(({ code }) => code)).size).toBe(LINT_RULES.length);
  for (const { code, why, title } of LINT_RULES) {
    expect(code).toMatch(/^[A-Z0-9_]+$/);
    expect(why).toMatch(/\.$/);
    expect(title).not.toMatch(/\.$/);
  }
});

test('a sound model has no findings', () => {
  expect(lint(createModel())).toEqual([]);
});

interface Example {
  readonly code: string;
  readonly bad: ModelParts;
  readonly finds: readonly string[];
  readonly good: ModelParts;
}

const image = value('x', 'float32', ['n', 3, 8, 8]);

const EXAMPLES: readonly Example[] = [
  {
    code: 'TRAINING_MODE',
    bad: {
      nodes: [
        node('BatchNormalization', ['x', 's', 'b', 'm', 'v'], ['h'], { training_mode: 1 }),
        node('Dropout', ['h', 'r', 't'], ['y']),
      ],
      initializers: [scalar('t', 'bool', Uint8Array.of(1))],
    },
    finds: ['BatchNormalization_node: training_mode is 1', 'Dropout_node: training_mode is true'],
    good: {
      nodes: [
        node('BatchNormalization', ['x', 's', 'b', 'm', 'v'], ['h']),
        node('Dropout', ['h', 'r', 't'], ['y']),
      ],
      initializers: [scalar('t', 'bool', Uint8Array.of(0))],
    },
  },
  {
    code: 'OPSET_TOO_NEW',
    bad: { opset: 27 },
    finds: ['ai.onnx: opset 27; onnxruntime 1.30 takes up to 26'],
    good: { opset: 26 },
  },
  {
    code: 'IR_TOO_NEW',
    bad: { irVersion: 14 },
    finds: ['ir_version: IR version 14; onnxruntime 1.30 takes up to 13'],
    good: { irVersion: 13 },
  },
  {
    code: 'INPUT_UNUSED',
    bad: { inputs: [value('x', 'float32', ['n', 4]), value('mask', 'bool', ['n'])] },
    finds: ['mask: no node reads it'],
    good: { nodes: [], outputs: [value('x', 'float32', ['n', 4])] },
  },
  {
    code: 'SHAPE_BAKED_IN',
    bad: {
      nodes: [node('Reshape', ['x', 'all'], ['h']), node('Reshape', ['h', 'batch'], ['y'])],
      initializers: [int64s('all', 2, 8), int64s('batch', 1, -1)],
    },
    finds: [
      'Reshape_node: Reshape to the constant shape [2, 8]',
      'Reshape_node: Reshape to [1, -1] fixes the first axis to 1',
    ],
    good: {
      nodes: [
        node('Shape', ['x'], ['s']),
        node('Reshape', ['s', 'two'], ['t']),
        node('Reshape', ['x', 'flat'], ['y']),
      ],
      initializers: [int64s('two', 2), int64s('flat', -1, 4)],
    },
  },
  {
    code: 'AUTO_PAD',
    bad: { inputs: [image], nodes: [node('Conv', ['x', 'w'], ['y'], { auto_pad: 'SAME_UPPER' })] },
    finds: ['Conv_node: Conv with auto_pad SAME_UPPER'],
    good: { inputs: [image], nodes: [node('Conv', ['x', 'w'], ['y'], { auto_pad: 'NOTSET' })] },
  },
  {
    code: 'RESIZE_LEGACY',
    bad: {
      nodes: [
        node('Resize', ['x', '', 's'], ['a'], {
          mode: 'linear',
          coordinate_transformation_mode: 'asymmetric',
        }),
        node('Resize', ['a', '', 's'], ['b'], { mode: 'nearest' }),
        node('Upsample', ['b', 's'], ['y']),
      ],
    },
    finds: [
      'Resize_node: linear with asymmetric coordinates',
      'Resize_node: nearest rounds ties by round_prefer_floor',
      'Upsample_node: Upsample is deprecated',
    ],
    good: {
      nodes: [
        node('Resize', ['x', '', 's'], ['a'], {
          mode: 'linear',
          coordinate_transformation_mode: 'half_pixel',
        }),
        node('Resize', ['a', '', 's'], ['y'], {
          mode: 'nearest',
          coordinate_transformation_mode: 'asymmetric',
          nearest_mode: 'floor',
        }),
      ],
    },
  },
  {
    code: 'SOFTMAX_LEGACY',
    bad: { opset: 11, inputs: [image], nodes: [node('Softmax', ['x'], ['h']), node('Relu', ['h'], ['y'])] },
    finds: ['Softmax_node: Softmax of opset 11 on axis 1 of 4 axes'],
    good: {
      opset: 11,
      inputs: [image],
      nodes: [node('Softmax', ['x'], ['h'], { axis: 3 }), node('Relu', ['h'], ['y'])],
    },
  },
  {
    code: 'RANDOM_OP',
    bad: { nodes: [node('RandomNormalLike', ['x'], ['y'])] },
    finds: ['RandomNormalLike_node: RandomNormalLike without a seed'],
    good: {},
  },
  {
    code: 'FLOAT16_OVERFLOW',
    bad: {
      inputs: [value('x', 'float16', ['n', 4])],
      nodes: [node('Relu', ['x'], ['h']), node('Pow', ['h', 'two'], ['y'])],
    },
    finds: ['Pow_node: Pow on float16'],
    good: { nodes: [node('Pow', ['x', 'two'], ['y'])] },
  },
  {
    code: 'FLOAT16_CONSTANT',
    bad: {
      nodes: [node('Cast', ['m'], ['h'], { to: 10 }), node('Add', ['h', 'i'], ['y'])],
      initializers: [
        scalar('m', 'float32', Float32Array.of(-1e9)),
        scalar('i', 'float16', Uint16Array.of(0xfc00)),
      ],
    },
    finds: ['i: it holds infinity or NaN in float16', 'Cast_node: casts -1000000000 to float16'],
    good: {
      nodes: [node('Cast', ['m'], ['y'], { to: 10 })],
      initializers: [scalar('m', 'float32', Float32Array.of(-65504))],
    },
  },
  {
    code: 'DOUBLE_LEFT',
    bad: {
      nodes: [node('Cast', ['x'], ['h'], { to: 11 }), node('Mul', ['h', 'k'], ['y'])],
      initializers: [raw('k', 'float64', [1], Float64Array.of(1))],
    },
    finds: ['k: it is stored as float64', 'Cast_node: casts to float64'],
    good: {},
  },
  {
    code: 'CAST_NARROWING',
    bad: { nodes: [node('Cast', ['x'], ['y'], { to: 2 })], outputs: [value('y', 'uint8', ['n', 4])] },
    finds: ['Cast_node: casts float32 to uint8'],
    good: { nodes: [node('Cast', ['x'], ['y'], { to: 6 })], outputs: [value('y', 'int32', ['n', 4])] },
  },
  {
    code: 'INTEGER_DIVISION',
    bad: {
      inputs: [value('x', 'int64', ['n', 4])],
      nodes: [node('Div', ['x', 'k'], ['y'])],
      initializers: [int64s('k', 2)],
    },
    finds: ['Div_node: Div on int64'],
    good: {
      nodes: [node('Shape', ['x'], ['s']), node('Gather', ['s', 'k'], ['g']), node('Div', ['g', 'k'], ['y'])],
      initializers: [int64s('k', 1)],
    },
  },
  {
    code: 'QUANT_SATURATION',
    bad: {
      inputs: [value('x', 'uint8', ['n', 4])],
      nodes: [
        node('DequantizeLinear', ['x', 's'], ['a']),
        node('DequantizeLinear', ['w', 's'], ['b']),
        node('MatMul', ['a', 'b'], ['y']),
      ],
      initializers: [
        raw('w', 'int8', [4, 1], Int8Array.of(1, -127, 3, 4)),
        scalar('s', 'float32', Float32Array.of(1)),
      ],
    },
    finds: ['MatMul_node: MatMul of uint8 with full-range int8 weights'],
    good: {
      inputs: [value('x', 'uint8', ['n', 4])],
      nodes: [
        node('DequantizeLinear', ['x', 's'], ['a']),
        node('DequantizeLinear', ['w', 's'], ['b']),
        node('MatMul', ['a', 'b'], ['y']),
      ],
      initializers: [
        raw('w', 'int8', [4, 1], Int8Array.of(1, -64, 3, 64)),
        scalar('s', 'float32', Float32Array.of(1)),
      ],
    },
  },
  {
    code: 'SCATTER_DUPLICATES',
    bad: { nodes: [node('ScatterND', ['x', 'i', 'u'], ['y'])] },
    finds: ['ScatterND_node: ScatterND with computed indices and no reduction'],
    good: { nodes: [node('ScatterND', ['x', 'i', 'u'], ['y'], { reduction: 'add' })] },
  },
  {
    code: 'EPSILON_NOT_DEFAULT',
    bad: {
      nodes: [node('LayerNormalization', ['x', 's'], ['y'], { epsilon: { float: Math.fround(1e-12) } })],
    },
    finds: ['LayerNormalization_node: LayerNormalization with epsilon 1e-12, default 0.00001'],
    good: {
      nodes: [node('LayerNormalization', ['x', 's'], ['y'], { epsilon: { float: Math.fround(1e-5) } })],
    },
  },
  {
    code: 'RNN_STATE_ABSENT',
    bad: { nodes: [node('LSTM', ['x', 'w', 'r', 'b', '', 'h'], ['y'])] },
    finds: ['LSTM_node: LSTM without an initial state'],
    good: { nodes: [node('GRU', ['x', 'w', 'r', 'b', '', 'h'], ['y'])] },
  },
  {
    code: 'OUTPUT_ACTIVATION',
    bad: { nodes: [node('Sigmoid', ['x'], ['y'])] },
    finds: ['y: it comes from Sigmoid'],
    good: {},
  },
  {
    code: 'INPUT_CHANNELS_LAST',
    bad: { nodes: [node('Transpose', ['x'], ['y'], { perm: [0, 3, 1, 2] })] },
    finds: ['x: it is transposed by [0, 3, 1, 2]'],
    good: { nodes: [node('Transpose', ['x'], ['y'], { perm: [1, 0] })] },
  },
  {
    code: 'RANKING_OUTPUT',
    bad: { nodes: [node('TopK', ['x', 'k'], ['v', 'i']), node('Cast', ['i'], ['y'], { to: 1 })] },
    finds: ['y: it comes from TopK'],
    good: { nodes: [node('TopK', ['x', 'k'], ['v', 'i']), node('Add', ['v', 'v'], ['y'])] },
  },
  {
    code: 'OUTPUTS_ALIKE',
    bad: {
      nodes: [node('Relu', ['x'], ['y']), node('Neg', ['x'], ['z'])],
      outputs: [value('y', 'float32', ['n']), value('z', 'float32', ['n'])],
    },
    finds: ['z: it looks like "y": tensor(float) [n]'],
    good: {
      nodes: [node('Relu', ['x'], ['y']), node('Neg', ['x'], ['z'])],
      outputs: [value('y', 'float32', ['n']), value('z', 'float32', ['m'])],
    },
  },
  {
    code: 'MASK_INFINITE',
    bad: {
      nodes: [node('Where', ['c', 'i', 'x'], ['y'])],
      initializers: [scalar('i', 'float32', Float32Array.of(-Infinity))],
    },
    finds: ['Where_node: Where with −infinity'],
    good: {
      nodes: [node('Where', ['c', 'i', 'x'], ['y'])],
      initializers: [scalar('i', 'float32', Float32Array.of(-1e9))],
    },
  },
  {
    code: 'EDGE_WINDOWS',
    bad: {
      nodes: [
        node('MaxPool', ['x'], ['h'], { ceil_mode: 1 }),
        node('Conv', ['h', 'w'], ['y'], { pads: [0, 0, 1, 1] }),
      ],
    },
    finds: ['MaxPool_node: MaxPool with ceil_mode 1', 'Conv_node: Conv with pads [0, 0, 1, 1]'],
    good: { nodes: [node('Conv', ['x', 'w'], ['y'], { pads: [1, 1, 1, 1] })] },
  },
  {
    code: 'BATCH_FIXED',
    bad: { inputs: [value('x', 'float32', [1, 4])] },
    finds: ['x: its shape is [1, 4]'],
    good: { inputs: [value('x', 'float32', ['n', 4])] },
  },
  {
    code: 'IO_NAMES_GENERIC',
    bad: {
      inputs: [
        value('onnx::Relu_0', 'float32', ['n']),
        value('input.1', 'float32', ['n']),
        value('Identity:0', 'float32', ['n']),
      ],
      outputs: [value('32', 'float32', ['n'])],
    },
    finds: [
      'onnx::Relu_0: the name is generated',
      'input.1: the name is generated',
      'Identity:0: the name is generated',
      '32: the name is generated',
    ],
    good: { inputs: [value('image', 'float32', ['n']), value('input', 'float32', ['n'])] },
  },
];

describe.each(EXAMPLES)('$code', ({ code, bad, finds, good }) => {
  test('names every place', () => {
    expect(places(code, bad)).toEqual(finds);
  });

  test('is quiet where nothing is wrong', () => {
    expect(places(code, good)).toEqual([]);
  });
});

test('every rule has an example', () => {
  expect(EXAMPLES.map(({ code }) => code).sort()).toEqual(LINT_RULES.map(({ code }) => code).sort());
});

test('nodes in subgraphs are named by their way in', () => {
  const body = {
    name: 'body',
    node: [node('Dropout', ['x', 'r', 't'], ['o'])],
    initializer: [scalar('t', 'bool', Uint8Array.of(1))],
  };
  expect(
    places('TRAINING_MODE', { nodes: [node('If', ['c'], ['y'], { then_branch: { graph: body } })] }),
  ).toEqual(['If_node/then_branch/Dropout_node: training_mode is true']);
});
