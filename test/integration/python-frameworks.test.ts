import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as Sources from '../../src/sources/index.ts';
import type { LiveSourceOptions, SourceRun } from '../../src/sources/types.ts';
import type { SourceSpec } from '../../src/suite/types.ts';
import type { NamedTensors } from '../../src/tensor/index.ts';

const INDEX = fileURLToPath(new URL('../../dist/sources/index.js', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../fixtures/sources/', import.meta.url));
const isBuilt = existsSync(INDEX);
const sources = isBuilt ? ((await import(INDEX)) as typeof Sources) : null;
const python = sources === null ? null : await sources.describePython();
const has = (name: string) => python?.packages[name] != null;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onnx-parity-frameworks-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const X: NamedTensors = new Map([
  ['x', { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, 2, -3, 0.5) }],
]);
// x·[[1, 2], [3, 4]]ᵀ + [0.5, −0.5], by hand.
const Y = [5.5, 10.5, -1.5, -7.5];

async function run(
  overrides: Partial<SourceSpec>,
  options: Partial<LiveSourceOptions> = {},
): Promise<SourceRun> {
  const source: SourceSpec = {
    name: 'source',
    kind: 'python',
    framework: 'pytorch',
    entry: { file: join(FIXTURES, 'linear.py'), callable: 'build' },
    ...overrides,
  };
  const cases = [{ id: 'case', inputs: X }];
  const defaults = { timeoutMs: 120_000, signal: new AbortController().signal };
  const runs = await sources!.createPythonSource().run(source, cases, { ...defaults, ...options });
  return runs.get('case')!;
}

function valuesOf(run: SourceRun, name = 'y'): number[] {
  if (run.status !== 'ok') throw new Error(`${run.reasons[0]?.message}\n${run.stderr}`);
  return [...(run.outputs.get(name)!.data as Float32Array)];
}

function make(script: string): void {
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3', TF_ENABLE_ONEDNN_OPTS: '0' };
  execFileSync(python!.interpreter, ['-c', script, folder, FIXTURES], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

describe.skipIf(!has('torch'))('PyTorch (skipped where it is not built or has no torch)', () => {
  test('runs a module, in eval mode and by the names of its forward', async () => {
    const result = await run({});
    expect(valuesOf(result)).toEqual(Y);
    expect(result).toMatchObject({
      info: {
        framework: 'PyTorch',
        dtype: 'as built',
        determinism: { 'torch.use_deterministic_algorithms': true },
      },
      reads: ['linear.py'],
    });
  });

  test('runs in float64', async () => {
    const result = await run({ dtype: 'float64' });
    expect(valuesOf(result)).toEqual(Y);
    expect(result.status === 'ok' && result.outputs.get('y')!.dtype).toBe('float64');
  });

  test('gives intermediates by module scope', async () => {
    const entry = { file: join(FIXTURES, 'two-layers.py'), callable: 'build' };
    const result = await run({ entry }, { intermediates: ['first', 'rest.0'] });
    if (result.status !== 'ok') throw new Error(result.stderr);
    expect([...result.intermediates.keys()]).toEqual(['first', 'rest.0']);
    const first = result.intermediates.get('first')!.data as Float32Array;
    expect(result.intermediates.get('rest.0')!.data).toEqual(first.map((value) => Math.max(value, 0)));
    expect(await run({ entry }, { intermediates: ['nowhere'] })).toMatchObject({
      status: 'error',
      reasons: [{ message: expect.stringContaining('the module has no scope nowhere') as string }],
    });
  });

  test('runs TorchScript and torch.export programs, with the names of the model', async () => {
    make(`
import sys, torch, warnings
warnings.simplefilter("ignore")
folder, fixtures = sys.argv[1:]
sys.path.insert(0, fixtures)
import linear
module = linear.build().eval()
torch.jit.trace(module, torch.zeros(2, 2)).save(folder + "/linear.pt")
torch.export.save(torch.export.export(module, (torch.zeros(2, 2),)), folder + "/linear.pt2")
`);
    for (const file of ['linear.pt', 'linear.pt2']) {
      expect(valuesOf(await run({ entry: { file: join(folder, file) } }, { outputNames: ['y'] }))).toEqual(Y);
    }
  });

  test('a device that is not there is unavailable', async () => {
    const result = await run({ device: 'cuda' });
    if (result.status === 'ok') return;
    expect(result.status).toBe('unavailable');
  });
});

describe.skipIf(!has('tensorflow'))(
  'TensorFlow in Python (skipped where it is not built or has no tensorflow)',
  () => {
    test('runs a Keras model, a .keras file and a SavedModel to the same bits, also in float64', async () => {
      make(`
import sys
sys.path.insert(0, sys.argv[2])
import keras_linear
model = keras_linear.build()
model.save(sys.argv[1] + "/linear.keras")
model.export(sys.argv[1] + "/saved_model", verbose=False)
`);
      const keras = join(FIXTURES, 'keras_linear.py');
      const options = { outputNames: ['y'] };
      const base: Partial<SourceSpec> = { framework: 'tensorflow' };
      const live = await run(
        { ...base, entry: { file: keras, callable: 'build' } },
        { ...options, intermediates: 'all' },
      );
      expect(valuesOf(live)).toEqual(Y);
      expect(live.status === 'ok' && [...live.intermediates.keys()]).toEqual(['dense']);
      expect(live).toMatchObject({ info: { determinism: { TF_ENABLE_ONEDNN_OPTS: '0' } } });
      for (const file of ['linear.keras', 'saved_model']) {
        expect(valuesOf(await run({ ...base, entry: { file: join(folder, file) } }, options))).toEqual(Y);
      }
      const truth = await run(
        { ...base, dtype: 'float64', entry: { file: keras, callable: 'build' } },
        options,
      );
      expect(valuesOf(truth)).toEqual(Y);
      expect(truth.status === 'ok' && truth.outputs.get('y')!.dtype).toBe('float64');
      const fixed = await run({ ...base, dtype: 'float64', entry: { file: join(folder, 'saved_model') } });
      expect(fixed.status).toBe('unsupported');
    });
  },
);
