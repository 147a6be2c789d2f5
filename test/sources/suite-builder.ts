/** Builders shared by the tests of the sources. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LiveSource, SourceRun } from '../../src/sources/types.ts';
import type { RecordOptions } from '../../src/sources/record.ts';
import type { CaseSpec, SourceSpec, Suite } from '../../src/suite/types.ts';
import type { NamedTensors, Tensor } from '../../src/tensor/index.ts';

export const FIXTURES = fileURLToPath(new URL('../fixtures/sources/', import.meta.url));

/** A project folder of its own, and how to be rid of it. */
export async function createProject(): Promise<{ root: string; remove: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'onnx-parity-test-'));
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}

export function createSource(overrides: Partial<SourceSpec> = {}): SourceSpec {
  return {
    name: 'plain',
    kind: 'python',
    framework: 'python',
    entry: { file: join(FIXTURES, 'double.py'), callable: 'build' },
    ...overrides,
  };
}

export function createCase(name: string, overrides: Partial<CaseSpec> = {}): CaseSpec {
  return {
    name,
    inputs: new Map(),
    reference: { kind: 'golden' },
    policy: {},
    outputs: new Map(),
    repeat: 1,
    ...overrides,
  };
}

export function createSuite(root: string, overrides: Partial<Suite> = {}): Suite {
  return {
    name: 'tiny',
    description: '',
    folder: FIXTURES,
    file: null,
    goldens: join(root, 'goldens', overrides.name ?? 'tiny'),
    models: [
      { name: 'net', path: 'net.onnx', policy: {}, castInputs: {}, renameOutputs: {}, expectStatus: {} },
    ],
    sources: [createSource()],
    targets: [],
    cases: [createCase('first'), createCase('second')],
    policy: {},
    dtypes: {},
    outputs: new Map(),
    timeout: null,
    ...overrides,
  };
}

export function float32(...values: number[]): Tensor {
  return { dtype: 'float32', shape: [values.length], data: Float32Array.from(values) };
}

/** Inputs that differ by the case's name alone. */
export function inputsOf(item: Pick<CaseSpec, 'name'>): NamedTensors {
  return new Map([['x', float32(item.name.length, 1, 2)]]);
}

/** A source that computes in this process; beside it stand the tests of the real ones. */
export function createFakeSource(
  compute: (inputs: NamedTensors, source: SourceSpec) => NamedTensors | Exclude<SourceRun, { status: 'ok' }>,
): LiveSource {
  return {
    async run(source, cases, options) {
      const runs = new Map<string, SourceRun>();
      for (const { id, inputs } of cases) {
        const result = compute(inputs, source);
        const run: SourceRun =
          'status' in result
            ? result
            : {
                status: 'ok',
                outputs: result,
                intermediates: new Map(),
                info: {
                  framework: 'Fake',
                  frameworkVersion: '1.0',
                  language: 'TypeScript',
                  device: 'cpu',
                  dtype: 'as built',
                  threads: source.threads ?? 1,
                  seed: 0,
                  determinism: {},
                  packages: {},
                },
                runMs: 0,
                reads: [],
              };
        runs.set(id, run);
        options.onRun?.(id, run);
      }
      return runs;
    },
  };
}

export function timesTwo(inputs: NamedTensors): NamedTensors {
  const x = inputs.get('x');
  if (x?.dtype !== 'float32') throw new Error('x is missing');
  return new Map([['y', { ...x, data: x.data.map((value) => value * 2) }]]);
}

export const MODEL_SHA256 = 'a'.repeat(64);

export function createRecordOptions(root: string, overrides: Partial<RecordOptions> = {}): RecordOptions {
  return {
    root,
    resolveInputs: (item) => Promise.resolve(inputsOf(item)),
    modelSha256: MODEL_SHA256,
    timeoutMs: 20_000,
    signal: new AbortController().signal,
    command: 'onnx-parity record tiny',
    live: () => createFakeSource(timesTwo),
    ...overrides,
  };
}
