import { assert, asyncProperty, string, uniqueArray } from 'fast-check';
import { describe, expect, test } from 'vitest';

import { describeStarterSuite, loadSuites, resolveInputs } from '../../src/suite/index.ts';
import type { StarterInfo, Suite } from '../../src/suite/index.ts';
import { DTYPES } from '../../src/tensor/index.ts';
import type { Dtype } from '../../src/tensor/index.ts';
import { createProject } from './builders.ts';

async function loadStarter(info: StarterInfo): Promise<Suite> {
  const root = createProject({ 'suites/net/suite.yaml': describeStarterSuite(info) });
  const { suites, problems } = await loadSuites(root, ['net']);
  expect(problems.map(({ error }) => error.message)).toEqual([]);
  return suites[0]!;
}

const TYPICAL: StarterInfo = {
  model: '../../net.onnx',
  inputs: [
    { name: 'image', dtype: 'float32', shape: ['batch', 3, 'height', null] },
    { name: 'ids', dtype: 'int64', shape: ['batch'] },
  ],
  outputs: [{ name: 'logits', dtype: 'float32', shape: ['batch', 10] }],
};

describe('the starter suite', () => {
  test('reads well', () => {
    expect(describeStarterSuite(TYPICAL)).toMatchInlineSnapshot(`
      "# yaml-language-server: $schema=../../node_modules/onnx-parity/schemas/suite.schema.json
      description: "First suite for ../../net.onnx"
      model: ../../net.onnx

      # Where the expected outputs come from. Until there are goldens, the model is held against ONNX Runtime itself with
      # graph optimisation off: that finds faults of optimisation and of providers, but none of the export.
      reference: { runtime: { name: ort-node/cpu@reference, target: ort-node/cpu, optimization: disabled } }
      # To hold it against the framework that it came from: delete the line above (golden is the default), name the source,
      # and run \`onnx-parity record\` and then \`onnx-parity approve\`.
      # sources:
      #   torch: { kind: python, framework: pytorch, entry: export.py:build }          # build() returns the nn.Module
      #   keras: { kind: python, framework: tensorflow, entry: export.py:build }       # build() returns the keras.Model
      #   saved: { kind: python, framework: tensorflow, entry: saved_model }           # a SavedModel folder
      # Tensors that were recorded elsewhere do as well: reference: { file: expected.npz }, here or in a case.

      targets:
        - ort-node/cpu
        - ort-web/wasm
        - { target: ort-node/webgpu, optional: true }    # optional: not failed where the host has no adapter

      # Limits beyond the defaults, which are scaled to the size of the values, go here; for all outputs or by output.
      # tolerance: { linf: 1e-4, mse: 1e-9 }
      # outputs: { logits: { tolerance: { atol: 1e-5, rtol: 1e-4 } } }

      # Element type and shape of each input; a case may give a shape of its own.
      inputs:
        image: { dtype: float32, shape: [2, 3, 8, 8] }    # declared [batch, 3, height, ?]
        ids: { dtype: int64, shape: [2] }    # declared [batch]

      cases:
        normal:
          inputs:
            image: { normal: { mean: 0, std: 1, seed: 1 } }
            ids: { integers: { low: 0, high: 10, seed: 2 } }
        zeros:
          inputs:
            image: { constant: 0 }
            ids: { constant: 0 }
        uniform:
          inputs:
            image: { uniform: { low: 0, high: 1, seed: 1 } }
            ids: { integers: { low: 0, high: 10, seed: 2 } }
        # Real inputs find most; save them as npz or safetensors:
        # recorded: { inputs: { image: { file: inputs/recorded.npz } } }
      "
    `);
  });

  test('loads, with small lengths for dynamic dimensions', async () => {
    const suite = await loadStarter(TYPICAL);
    expect(suite.targets.map(({ name, optional }) => [name, optional])).toEqual([
      ['ort-node/cpu', false],
      ['ort-web/wasm', false],
      ['ort-node/webgpu', true],
    ]);
    expect(suite.cases.map(({ name }) => name)).toEqual(['normal', 'zeros', 'uniform']);
    expect(suite.cases[0]!.reference).toMatchObject({
      kind: 'runtime',
      target: { name: 'ort-node/cpu@reference', options: { optimization: 'disabled' } },
    });
    expect(suite.cases[0]!.inputs.get('image')).toMatchObject({ kind: 'normal', shape: [2, 3, 8, 8] });
    expect(suite.cases[0]!.inputs.get('ids')).toMatchObject({
      kind: 'integers',
      dtype: 'int64',
      low: 0,
      high: 10,
    });
    expect(suite.cases[1]!.inputs.get('image')).toMatchObject({ kind: 'constant', value: 0 });
  });

  test('gives a symbolic length the same value wherever it stands, and masks ones', async () => {
    const suite = await loadStarter({
      model: 'm.onnx',
      inputs: [
        { name: 'ids', dtype: 'int64', shape: ['length', 'batch'] },
        { name: 'attention_mask', dtype: 'int64', shape: ['batch', 'length'] },
        { name: 'state', dtype: 'float32', shape: [1, 'batch', 'hidden'] },
        { name: 'large', dtype: 'float32', shape: ['batch', 3, 1024, 1024] },
      ],
      outputs: [],
    });
    const shapes = [...suite.cases[0]!.inputs.values()].map((input) =>
      'shape' in input ? input.shape : null,
    );
    expect(shapes).toEqual([
      [1, 1],
      [1, 1],
      [1, 1, 8],
      [1, 3, 1024, 1024],
    ]);
    for (const item of suite.cases) expect(item.inputs.get('attention_mask')).toMatchObject({ value: 1 });
  });

  test('loads for a model without inputs, and for inputs that are no tensors', async () => {
    expect((await loadStarter({ model: 'm.onnx', inputs: [], outputs: [] })).cases).toHaveLength(1);
    const sequence = { name: 'seq\n- x', dtype: null, shape: null };
    expect(
      (await loadStarter({ model: 'm.onnx', inputs: [sequence], outputs: [sequence] })).cases,
    ).toHaveLength(1);
  });

  test('loads for every dtype, and its inputs can be made', async () => {
    const inputs = (Object.keys(DTYPES) as Dtype[])
      .filter((dtype) => dtype !== 'float8e8m0')
      .map((dtype) => ({ name: `in ${dtype}`, dtype, shape: ['n', 2] }));
    const suite = await loadStarter({ model: 'm.onnx', inputs, outputs: [] });
    for (const item of suite.cases) {
      const made = await resolveInputs(item, suite);
      expect([...made.values()].map(({ dtype }) => dtype)).toEqual(inputs.map(({ dtype }) => dtype));
    }
  });

  test('loads for any names, with those names kept', async () => {
    const names = [
      'a"b',
      "it's",
      'x:0',
      'a/b',
      'a: b',
      '- x',
      '#no',
      'null',
      'true',
      '1e3',
      '0x10',
      '~',
      '__proto__',
      'é\u2028\u0085\u007f',
      'a\n  b: c',
      '{',
      '*a',
      '&a',
      '!!x',
      '<<',
      '.inf',
      '=',
      'on',
      ' ',
      '\ud83d\ude00',
    ];
    const suite = await loadStarter({
      model: 'dir with #hash/mödel: "x".onnx',
      inputs: names.map((name) => ({ name, dtype: 'float32', shape: [name] })),
      outputs: names.map((name) => ({ name, dtype: 'float32', shape: null })),
    });
    expect([...suite.cases[0]!.inputs.keys()]).toEqual(names);
    expect(suite.models[0]!.path).toMatch(/dir with #hash\/mödel: "x"\.onnx$/);
  });

  test('loads for names that nobody thought of', async () => {
    await assert(
      asyncProperty(
        uniqueArray(string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 5 }),
        async (names) => {
          const suite = await loadStarter({
            model: 'm.onnx',
            inputs: names.map((name) => ({ name, dtype: 'float32', shape: [name, -1] })),
            outputs: [],
          });
          // JavaScript puts keys that are array indices first.
          expect(new Set(suite.cases[0]!.inputs.keys())).toEqual(new Set(names));
        },
      ),
      { numRuns: 60 },
    );
  }, 30_000);
});
