import { describe, expect, test } from 'vitest';
import { logPlot, pathOf, stepsOf } from '../../src/report-app/charts/log-plot.ts';
import { shareText, useText } from '../../src/report-app/view/audit.ts';
import { timesOf } from '../../src/report-app/view/latency.ts';
import { changeText, factorText } from '../../src/report-app/view/movement.ts';
import { operatorLines, operatorOf } from '../../src/report-app/view/operators.ts';
import { placementsOf } from '../../src/report-app/view/placement.ts';
import { viewOf } from '../../src/report-app/view/rows.ts';
import { percent } from '../../src/report-app/parts/share-strip.tsx';
import { createCheck, createFailure, createRun, createUnexecuted } from '../builders/run-document.ts';

describe('the operator of a backend case', () => {
  test.each([
    ['test_add_bcast', 'Add'],
    ['test_reduce_sum_square_default_axes_keepdims_random', 'ReduceSumSquare'],
    ['test_reduce_sum_keepdims_example', 'ReduceSum'],
    ['test_max_float32', 'Max'],
    ['test_maxpool_2d_default', 'MaxPool'],
    ['test_and2d', 'And'],
    ['test_loop11', 'Loop'],
    ['test_col2im_pads', 'Col2Im'],
    ['test_cast_FLOAT_to_FLOAT16', 'Cast'],
    ['test_castlike_FLOAT_to_BFLOAT16_expanded', 'CastLike'],
    ['test_sce_NCd1_mean_weight_negative_ii', 'SoftmaxCrossEntropyLoss'],
    ['test_training_dropout_default', 'Dropout'],
    ['test_ai_onnx_ml_label_encoder_string_int', 'LabelEncoder'],
    ['test_layer_normalization_4d_axis1', 'LayerNormalization'],
    ['node/test_edge_pad', 'Pad'],
    ['test_bitwise_and_i32_2d', 'BitwiseAnd'],
    ['test_unheard_of', 'unheard'],
  ])('%s is of %s', (folder, operator) => {
    expect(operatorOf(folder)).toBe(operator);
  });
});

describe('counts per operator, element type and target', () => {
  const names = (folder: string) => ({ model: folder, case: `${folder}/test_data_set_0`, suite: 'node' });
  const view = viewOf(
    createRun({
      checks: [
        createCheck({ ...names('test_add') }),
        createFailure({ ...names('test_add_bcast'), target: 'ort-node/cpu' }),
        createCheck({ ...names('test_add_uint8'), dtype: 'uint8' }),
        createUnexecuted({
          ...names('test_cast_FLOAT_to_BFLOAT16'),
          dtype: 'bfloat16',
          status: 'unsupported',
        }),
        createCheck({ case: 'normal' }),
      ],
    }),
  );

  test('by operator; other suites do not count', () => {
    expect(operatorLines(view, 'operator').map(({ operator, byTarget }) => [operator, ...byTarget])).toEqual([
      ['Add', ['ort-node/cpu', { passed: 2, unsupported: 0, failed: 1 }]],
      ['Cast', ['ort-node/cpu', { passed: 0, unsupported: 1, failed: 0 }]],
    ]);
  });

  test('by element type, and by both', () => {
    expect(operatorLines(view, 'element type').map(({ dtype }) => dtype)).toEqual([
      'bfloat16',
      'float32',
      'uint8',
    ]);
    expect(operatorLines(view, 'both').map(({ operator, dtype }) => `${operator} ${dtype}`)).toEqual([
      'Add float32',
      'Add uint8',
      'Cast bfloat16',
    ]);
  });
});

describe('times', () => {
  test('a case counts once however many outputs it has, and warmed runs speak where there are any', () => {
    const timing = (runMs: number[], bench?: { runs: number; p50Ms: number; p90Ms: number }) => ({
      loadMs: 10,
      runMs,
      ...(bench === undefined ? {} : { bench }),
    });
    const { rows: _, ...rest } = viewOf(
      createRun({
        checks: [
          createCheck({ case: 'a', output: 'x', timing: timing([9, 1, 2]) }),
          createCheck({ case: 'a', output: 'y', timing: timing([9, 1, 2]) }),
          createCheck({ case: 'b', timing: timing([4], { runs: 50, p50Ms: 3, p90Ms: 5 }) }),
          createCheck({ case: 'c', timing: timing([7]) }),
        ],
      }),
    );
    const [line] = timesOf({ ...rest, rows: _ });
    expect([...(line?.byTarget ?? [])]).toEqual([
      ['ort-node/cpu', { load: 10, run: 4, p50: 3, p90: 5, cases: 3 }],
    ]);
  });
});

describe('placement', () => {
  test('of several cases the one with the most nodes elsewhere, with what fell back', () => {
    const placement = (nodes: Record<string, number>, ops: string[]) => ({
      requested: 'webgpu',
      proof: 'profile' as const,
      nodes,
      timeUs: { webgpu: 30, cpu: 10 },
      fallbacks: ops.map((op, at) => ({ node: `${at}`, op, provider: 'cpu', why: 'no kernel' })),
    });
    const [line] = placementsOf(
      viewOf(
        createRun({
          checks: [
            createCheck({ case: 'a', placement: placement({ webgpu: 9 }, []) }),
            createCheck({
              case: 'b',
              placement: placement({ cpu: 3, webgpu: 6 }, ['NonZero', 'Where', 'NonZero']),
            }),
          ],
        }),
      ),
    );
    expect(line).toMatchObject({
      elsewhere: 3,
      total: 9,
      nodes: [
        ['webgpu', 6],
        ['cpu', 3],
      ],
      ops: [
        ['NonZero', 2, 'no kernel'],
        ['Where', 1, 'no kernel'],
      ],
      timeShare: 0.75,
    });
  });
});

describe('words', () => {
  test('of movements', () => {
    expect([41.2, 1 / 3, 1, Infinity, 0, 1.23e9].map((factor) => factorText(factor))).toEqual([
      '× 41',
      '÷ 3',
      '',
      'to infinity',
      'to zero',
      '× 1e9',
    ]);
  });

  test('of changes: hashes in short', () => {
    expect(changeText({ what: 'model', name: 'net', before: 'ab'.repeat(32), after: null })).toBe(
      'model net abababab → unknown',
    );
  });

  test('of shares: what is not all never looks like all', () => {
    expect([1, 0.99999, 0.5, 0].map((share) => percent(share))).toEqual(['100 %', '99.9 %', '50 %', '0 %']);
    expect([0, 2.1e-6, 0.12, 41, Infinity].map((used) => useText(used))).toEqual([
      '0 %',
      '2.1e-4 %',
      '12 %',
      '4100 %',
      'not finite',
    ]);
    expect([shareText([0.1, 0.1]), shareText([0.1, 0.2])]).toEqual(['10 %', '10 % to 20 %']);
  });
});

describe('the plot of errors', () => {
  const size = { width: 120, height: 110, margin: { top: 10, right: 10, bottom: 0, left: 10 } };

  test('a decade is as high as any other; zero stands on the floor, infinity at the ceiling', () => {
    const { x, y, low, high } = logPlot(size, 3, [1e-4, 1e-6, 0, Infinity, null]);
    expect([low, high]).toEqual([-6, -4]);
    expect([1e-4, 1e-5, 1e-6, 0, Infinity].map((value) => Math.round(y(value)))).toEqual([
      10, 60, 110, 110, 10,
    ]);
    expect([0, 1, 2].map((place) => x(place))).toEqual([10, 60, 110]);
  });

  test('values without any decade have an axis too', () => {
    expect(logPlot(size, 1, [0, null, Infinity])).toMatchObject({ low: -8, high: 0 });
    expect(logPlot(size, 1, [1e-4])).toMatchObject({ low: -4, high: -3 });
  });

  test('nothing is drawn over a gap, and a limit is level until it changes', () => {
    const plot = logPlot(size, 3, [1e-4, 1e-6]);
    expect(pathOf([1e-4, null, 1e-6], plot)).toBe('M10.0,10.0M110.0,110.0');
    expect(stepsOf([1e-4, 1e-4, 1e-6], plot)).toBe(
      'M10.0,10.0L35.0,10.0L35.0,10.0L85.0,10.0M85.0,110.0L110.0,110.0',
    );
  });
});
