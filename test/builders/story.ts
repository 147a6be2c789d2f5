/** A run as a person may meet it: six suites on three targets, with one of every kind of trouble. */
import type { Check, RunDocument } from '../../src/result/document.ts';
import { createEvidence } from './evidence.ts';
import { createRandom } from './random.ts';
import { createCheck, createFailure, createRun, createUnexecuted } from './run-document.ts';

const SUITES: readonly { name: string; model: string; cases: string[]; outputs: [string, number[]][] }[] = [
  {
    name: 'digits-pytorch',
    model: 'digits',
    cases: ['recorded', 'normal', 'uniform', 'zeros', 'large'],
    outputs: [['logits', [32, 10]]],
  },
  {
    name: 'encoder-pytorch',
    model: 'encoder',
    cases: ['short', 'long', 'padded', 'batch-of-one'],
    outputs: [
      ['hidden', [2, 16, 64]],
      ['pooled', [2, 64]],
    ],
  },
  {
    name: 'lstm-pytorch',
    model: 'lstm',
    cases: ['normal', 'long'],
    outputs: [
      ['sequence', [12, 4, 64]],
      ['h_n', [2, 4, 32]],
      ['c_n', [2, 4, 32]],
    ],
  },
  { name: 'unet-pytorch', model: 'unet', cases: ['normal', 'edge'], outputs: [['mask', [1, 1, 48, 48]]] },
  {
    name: 'cnn-tensorflow',
    model: 'cnn',
    cases: ['recorded', 'normal', 'uniform'],
    outputs: [['probabilities', [8, 12]]],
  },
];

const TARGETS = ['ort-node/cpu', 'ort-web/wasm', 'ort-node/webgpu'] as const;

export function createStory(): RunDocument {
  const random = createRandom(7);
  const checks = SUITES.flatMap((suite) =>
    suite.cases.flatMap((name) =>
      TARGETS.flatMap((target) =>
        suite.outputs.map(([output, shape]) => storyCheck(suite, name, target, output, shape, random)),
      ),
    ),
  );
  return withFacts(createRun({ checks: [...checks, ...variants(random)], exitCode: 1 }));
}

function storyCheck(
  suite: { name: string; model: string },
  name: string,
  target: string,
  output: string,
  shape: readonly number[],
  random: () => number,
): Check {
  const base = {
    suite: suite.name,
    model: suite.model,
    case: name,
    target,
    output,
    shape,
    optional: target === 'ort-node/webgpu',
    reproduce: `onnx-parity run ${suite.name} --case ${name} --target ${target}`,
    placement: {
      requested: target.split('/')[1] ?? '',
      proof: target === 'ort-node/webgpu' ? ('profile' as const) : ('only-provider' as const),
      nodes: { [target.split('/')[1] ?? '']: 23 },
      fallbacks: [],
    },
  };
  if (suite.name === 'unet-pytorch' && target === 'ort-web/wasm') return blurred(base, name);
  if (suite.name === 'lstm-pytorch' && target === 'ort-node/webgpu') return crashed(base);
  if (suite.name === 'encoder-pytorch' && target === 'ort-node/webgpu') return elsewhere(base);
  if (suite.name === 'digits-pytorch' && target === 'ort-node/webgpu') return unavailable(base);
  if (name === 'zeros') return passing(base, 0);
  return passing(base, 10 ** (-3.6 + 2.2 * random() + (suite.name === 'encoder-pytorch' ? 0.9 : 0)));
}

function passing(base: Partial<Check>, used: number): Check {
  const linf = used * 1e-4;
  return createCheck({
    ...base,
    metrics: { ...createCheck().metrics, linf, mse: (linf / 4) ** 2, rmse: linf / 4, utilisation: used },
    bounds: [
      { metric: 'linf', limit: 1e-4, from: 'suite', value: linf, utilisation: used, holds: true },
      {
        metric: 'mse',
        limit: 1e-9,
        from: 'suite',
        value: (linf / 4) ** 2,
        utilisation: (linf / 4) ** 2 / 1e-9,
        holds: true,
      },
      {
        metric: 'mismatches',
        limit: 0,
        atol: 1.07e-4,
        rtol: 1e-4,
        from: 'default',
        value: 0,
        utilisation: used / 2,
        holds: true,
      },
    ],
    evidence: createEvidence({
      rows: 16,
      columns: 24,
      noise: Math.max(linf, 1e-9),
      seed: Math.ceil(used * 1e6),
    }),
  });
}

/** A resize by other coordinates: a band of rows is off by a hundred times. */
function blurred(base: Partial<Check>, name: string): Check {
  const linf = name === 'edge' ? 4.8213e-2 : 8.1234e-3;
  return createFailure({
    ...base,
    metrics: {
      linf,
      mse: linf ** 2 / 30,
      rmse: linf / 5.4,
      meanAbs: linf / 18,
      bias: linf / 40,
      maxRel: 0.21,
      cosine: 0.99931,
      snrDb: 28.4,
      maxUlp: 412_331,
      mismatches: 311,
      mismatchShare: 0.135,
      utilisation: linf / 1e-4,
    },
    bounds: [
      { metric: 'linf', limit: 1e-4, from: 'suite', value: linf, utilisation: linf / 1e-4, holds: false },
      {
        metric: 'mismatches',
        limit: 0,
        atol: 1.07e-4,
        rtol: 1e-4,
        from: 'default',
        value: 311,
        utilisation: 38.2,
        holds: false,
      },
      { metric: 'cosine', limit: 0.999, from: 'output', value: 0.99931, utilisation: 0.69, holds: true },
    ],
    needed: [
      { metric: 'linf', value: linf },
      { metric: 'mismatches', value: 311, atol: linf * 0.98, rtol: 0.2087 },
    ],
    worst: [0, 1, 2, 3, 4].map((place) => ({
      index: [0, 0, 28 + (place % 3), 7 * place + 3],
      expected: 0.41273 + place / 9,
      actual: 0.41273 + place / 9 + linf * (1 - place / 20),
      error: linf * (1 - place / 20),
    })),
    evidence: createEvidence({ rows: 48, columns: 48, noise: 3e-6, fault: linf, seed: 3 }),
    reasons: [
      {
        code: 'BOUND_EXCEEDED',
        message: `linf is ${linf.toExponential(2)}, ${Math.round(linf / 1e-4)} times its limit of 1.00e-4 (suite).`,
        hint: 'The error sits in rows 27 to 33: look at the Resize there and its coordinate transformation mode.',
        level: 'fail',
      },
    ],
  });
}

function crashed(base: Partial<Check>): Check {
  return createUnexecuted({
    ...base,
    crash: {
      signal: 'SIGSEGV',
      exitCode: null,
      stderr:
        '2026-11-21 09:00:07 [I:onnxruntime:, webgpu_context.cc:112] adapter: SwiftShader\n\u001b[31m2026-11-21 09:00:08 [E:onnxruntime:, sequential_executor.cc:572] Non-zero status code returned while running LSTM node\u001b[0m\nSegmentation fault (core dumped)',
    },
  });
}

function elsewhere(base: Partial<Check>): Check {
  return createCheck({
    ...base,
    verdict: 'void',
    placement: {
      requested: 'webgpu',
      proof: 'profile',
      nodes: { cpu: 41 },
      fallbacks: ['MatMul', 'Softmax', 'LayerNormalization'].map((op) => ({
        node: `/layers.0/${op}`,
        op,
        provider: 'cpu',
        why: 'no kernel',
      })),
    },
    reasons: [
      {
        code: 'PLACEMENT_ELSEWHERE',
        message: 'All 41 nodes ran on cpu instead of webgpu, so this proves nothing about webgpu.',
        hint: 'See `onnx-parity doctor`, or run this suite on ort-node/cpu only.',
        level: 'fail',
      },
    ],
  });
}

function unavailable(base: Partial<Check>): Check {
  const { crash: _, ...unexecuted } = createUnexecuted(base);
  return {
    ...unexecuted,
    status: 'unavailable',
    reasons: [
      {
        code: 'TARGET_UNAVAILABLE',
        message: 'ort-node/webgpu does not work on this host: no adapter was found.',
        hint: 'Install a Vulkan driver; `onnx-parity doctor` names the step for this host.',
        level: 'warn',
      },
    ],
  };
}

/** One net as four models: the int8 one lost an output's precision, and one golden is stale. */
function variants(random: () => number): readonly Check[] {
  return ['exported', 'optimised', 'float16', 'int8'].flatMap((model) =>
    ['normal', 'uniform'].flatMap((name) =>
      TARGETS.slice(0, 2).map((target) => {
        const base = {
          suite: 'variants-pytorch',
          model,
          case: name,
          target,
          output: 'scores',
          shape: [16, 24],
          reproduce: `onnx-parity run variants-pytorch --model ${model} --case ${name} --target ${target}`,
        };
        if (model === 'int8' && target === 'ort-node/cpu') return passing(base, 0.82 + random() / 10);
        if (model === 'float16') return passing(base, 0.2 + random() / 3);
        if (model === 'optimised' && name === 'uniform') return stale(base);
        return passing(base, 10 ** (-3.5 + random()));
      }),
    ),
  );
}

function stale(base: Partial<Check>): Check {
  return createCheck({
    ...base,
    verdict: 'fail',
    golden: { state: 'stale', origin: 'PyTorch 2.13.0, export.py:build, 2026-09-02' },
    reasons: [
      {
        code: 'GOLDEN_STALE',
        message: 'The model changed since the golden was approved.',
        hint: 'If the change is meant: onnx-parity record variants-pytorch && onnx-parity approve variants-pytorch',
        level: 'fail',
      },
    ],
  });
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  'digits-pytorch': 'A small convolutional net that reads handwritten digits.',
  'encoder-pytorch': 'A transformer encoder with an attention mask and dynamic lengths.',
  'lstm-pytorch': 'A bidirectional LSTM with its states as outputs.',
  'unet-pytorch': 'A U-Net with resize and transposed convolution.',
  'cnn-tensorflow': 'A Keras net with SAME padding, depthwise convolution and softmax.',
  'variants-pytorch': 'One net exported, optimised, in float16 and in int8, against one golden.',
};

function withFacts(run: RunDocument): RunDocument {
  return {
    ...run,
    suites: run.suites.map((suite) => ({
      ...suite,
      description: DESCRIPTIONS[suite.name] ?? '',
      models: suite.models.map((model) => ({ ...model, sha256: createCheck().modelSha256 })),
    })),
  };
}
