import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as Sources from '../../src/sources/index.ts';
import type { LiveSource, SourceRun } from '../../src/sources/types.ts';
import type { SourceSpec } from '../../src/suite/types.ts';
import type { NamedTensors, Tensor } from '../../src/tensor/index.ts';

const INDEX = fileURLToPath(new URL('../../dist/sources/index.js', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../fixtures/sources/', import.meta.url));
const SUITE = fileURLToPath(new URL('../../suites/cnn-tensorflow/saved_model', import.meta.url));
const sources = existsSync(INDEX) ? ((await import(INDEX)) as typeof Sources) : null;
const tfjs = await sources?.describeTfjs();
const python = await sources?.describePython();
const works = tfjs?.problem === null && python?.packages['tensorflow'] != null;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onnx-parity-tfjs-'));
  if (!works) return;
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' };
  const script = join(FIXTURES, 'make-saved-models.py');
  execFileSync(python.interpreter, [script, folder], { env, stdio: ['ignore', 'ignore', 'ignore'] });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const INPUTS: NamedTensors = new Map<string, Tensor>([
  ['x', { dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, 2, 3, -4, 5, 6e-8) }],
  // Beyond 32 bits and below zero: what tfjs-node's own API would mangle.
  ['ids', { dtype: 'int64', shape: [3], data: BigInt64Array.of(-5n, 7n, 2n ** 40n + 3n) }],
  ['text', { dtype: 'string', shape: [], data: ['héllo'] }],
]);

const OTHER: NamedTensors = new Map<string, Tensor>([
  ['a', { dtype: 'float64', shape: [1], data: Float64Array.of(0.1) }],
  ['b', { dtype: 'uint8', shape: [2], data: Uint8Array.of(200, 7) }],
  ['c', { dtype: 'float16', shape: [2], data: Uint16Array.of(0x3c01, 0x8001) }],
  ['d', { dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) }],
  ['e', { dtype: 'uint64', shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) }],
]);

function createSource(overrides: Partial<SourceSpec> = {}): SourceSpec {
  return {
    name: 'saved',
    kind: 'tfjs-node',
    framework: 'tensorflow',
    entry: { file: join(folder, 'many') },
    ...overrides,
  };
}

async function run(
  live: LiveSource,
  source: SourceSpec,
  inputs: NamedTensors,
  timeoutMs = 60_000,
): Promise<SourceRun> {
  const options = { timeoutMs, signal: new AbortController().signal };
  return (await live.run(source, [{ id: 'case', inputs }], options)).get('case')!;
}

function outputsOf(result: SourceRun): NamedTensors {
  if (result.status !== 'ok') throw new Error(`${result.reasons[0]?.message}\n${result.stderr}`);
  return result.outputs;
}

function sorted(outputs: NamedTensors): [string, Tensor][] {
  return [...outputs].sort(([left], [right]) => (left < right ? -1 : 1));
}

describe.skipIf(!works)(
  'TensorFlow in Node (skipped where it is not built, tfjs-node does not work or Python has no TensorFlow)',
  () => {
    test.each([
      ['serving_default', INPUTS],
      ['other', OTHER],
    ])('the signature %s gives the bits of Python, in every dtype', async (signature, inputs) => {
      const node = await run(sources!.createTfjsSource(), createSource({ signature }), inputs);
      const reference = await run(sources!.createPythonSource(), createSource({ signature }), inputs);
      expect(sorted(outputsOf(node))).toEqual(sorted(outputsOf(reference)));
      expect(node).toMatchObject({
        info: { framework: 'TensorFlow (tfjs-node)', frameworkVersion: tfjs!.tensorflow },
      });
    });

    test('a wrong rank is told before the native side can abort', async () => {
      const flat = new Map(INPUTS).set('x', { dtype: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) });
      expect(await run(sources!.createTfjsSource(), createSource(), flat)).toMatchObject({
        status: 'error',
        reasons: [
          {
            message: 'The source saved (many) failed: the input x has shape [3], but the model takes [?, 3].',
          },
        ],
      });
    });

    test('an unknown signature names those that there are', async () => {
      const result = await run(sources!.createTfjsSource(), createSource({ signature: 'nope' }), INPUTS);
      expect(result.status === 'ok' ? '' : result.reasons[0]!.message).toMatch(
        /^The source saved \(many\) failed: the SavedModel has no signature nope; it has: /,
      );
    });

    test('a damaged SavedModel is a status', async () => {
      const source = createSource({ entry: { file: join(folder, 'damaged') } });
      const result = await run(sources!.createTfjsSource(), source, INPUTS, 20_000);
      expect(['error', 'crashed', 'timed-out']).toContain(result.status);
    });

    test.skipIf(!existsSync(SUITE))('the shipped SavedModel agrees with Python', async () => {
      const image = new Float32Array(2 * 24 * 24 * 3).map((_, index) => Math.sin(index * 0.37));
      const inputs: NamedTensors = new Map([
        ['image', { dtype: 'float32', shape: [2, 24, 24, 3], data: image }],
      ]);
      const source = createSource({ entry: { file: SUITE } });
      const node = outputsOf(await run(sources!.createTfjsSource(), source, inputs));
      const reference = outputsOf(await run(sources!.createPythonSource(), source, inputs));
      expect([...node.keys()].sort()).toEqual([...reference.keys()].sort());
      for (const [name, tensor] of node) {
        const expected = reference.get(name)!.data as Float32Array;
        const worst = (tensor.data as Float32Array).reduce(
          (most, value, i) => Math.max(most, Math.abs(value - expected[i]!)),
          0,
        );
        expect(worst).toBeLessThan(1e-6);
      }
    });
  },
);

const PAIR: NamedTensors = new Map<string, Tensor>([
  ['x', { dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, 2) }],
]);

describe.skipIf(tfjs?.problem !== null)(
  'models of TensorFlow.js (skipped where tfjs-node does not work)',
  () => {
    test('a graph model', async () => {
      const entry = { file: join(FIXTURES, 'square-graph-model', 'model.json') };
      const outputs = outputsOf(await run(sources!.createTfjsSource(), createSource({ entry }), PAIR));
      expect(outputs).toEqual(
        new Map([['y', { dtype: 'float32', shape: [1, 2], data: Float32Array.of(1, 4) }]]),
      );
    });

    test.each([
      ['../secret.bin', 'leaves the folder by ".."'],
      ['/etc/hostname', 'is an absolute path'],
      ['link.bin', 'is a symbolic link'],
      ['w.bin\0.txt', 'holds a NUL character'],
    ])('a weights manifest that names %j is refused', async (path, problem) => {
      const model = await mkdtemp(join(folder, 'manifest-'));
      await writeFile(join(folder, 'secret.bin'), new Uint8Array(8));
      await symlink('../secret.bin', join(model, 'link.bin'));
      const weights = [{ name: 'w', shape: [2], dtype: 'float32' }];
      const plain = await readFile(join(FIXTURES, 'square-graph-model', 'model.json'), 'utf8');
      const text = { ...(JSON.parse(plain) as object), weightsManifest: [{ paths: [path], weights }] };
      await writeFile(join(model, 'model.json'), JSON.stringify(text));
      const entry = { file: join(model, 'model.json') };
      const result = await run(sources!.createTfjsSource(), createSource({ entry }), PAIR);
      const message = result.status === 'ok' ? '' : (result.reasons[0]?.message ?? '');
      expect(message).toContain('EXTERNAL_DATA_ESCAPES');
      expect(message).toContain(problem);
    });

    test('a layers model', async () => {
      const model = join(folder, 'layers');
      execFileSync(process.execPath, [join(FIXTURES, 'make-layers-model.mjs'), model], { stdio: 'ignore' });
      const entry = { file: join(model, 'model.json') };
      const outputs = outputsOf(await run(sources!.createTfjsSource(), createSource({ entry }), PAIR));
      expect(outputs).toEqual(
        new Map([['y', { dtype: 'float32', shape: [1, 2], data: Float32Array.of(5.5, 10.5) }]]),
      );
    });
  },
);

describe.skipIf(sources === null)('without tfjs-node (skipped before npm run build)', () => {
  test('doctor is told the command', () => {
    expect(tfjs!.command).toBe(tfjs!.problem === null ? null : 'npm run setup:tensorflow');
  });
});
