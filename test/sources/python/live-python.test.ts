import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findPython } from '../../src/sources/python/interpreter.ts';
import { createPythonSource } from '../../src/sources/python/live-python.ts';
import type { LiveSourceOptions, SourceRun } from '../../src/sources/types.ts';
import type { SourceSpec } from '../../src/suite/types.ts';
import type { NamedTensors } from '../../src/tensor/index.ts';

const fixtures = fileURLToPath(new URL('../fixtures/sources/', import.meta.url));
const python = await findPython();
const hasNumpy = canImport('numpy');

function canImport(module: string): boolean {
  try {
    execFileSync(python, ['-c', `import ${module}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function createSource(file: string, overrides: Partial<SourceSpec> = {}): SourceSpec {
  return {
    name: 'plain',
    kind: 'python',
    framework: 'python',
    entry: { file: `${fixtures}${file}`, callable: 'build' },
    python,
    ...overrides,
  };
}

function vector(...values: number[]): NamedTensors {
  return new Map([['x', { dtype: 'float32', shape: [values.length], data: Float32Array.from(values) }]]);
}

async function runOne(source: SourceSpec, options: Partial<LiveSourceOptions> = {}): Promise<SourceRun> {
  return (await runAll(source, [vector(1, 2)], options))[0]!;
}

async function runAll(
  source: SourceSpec,
  inputs: readonly NamedTensors[],
  options: Partial<LiveSourceOptions> = {},
): Promise<SourceRun[]> {
  const runs = await createPythonSource().run(
    source,
    inputs.map((each, index) => ({ id: `case ${index}`, inputs: each })),
    { timeoutMs: 20_000, signal: new AbortController().signal, ...options },
  );
  expect([...runs.keys()]).toEqual(inputs.map((_, index) => `case ${index}`));
  return [...runs.values()];
}

function failureOf(run: SourceRun): { status: string; message: string; hint: string } {
  if (run.status === 'ok') throw new Error('the run was ok');
  return { status: run.status, message: run.reasons[0]!.message, hint: run.reasons[0]!.hint };
}

describe.skipIf(!hasNumpy)('a Python source (skipped where Python or NumPy is missing)', () => {
  test('gives outputs by name and says what made them', async () => {
    const run = await runOne(createSource('double.py'));
    if (run.status !== 'ok') throw new Error(JSON.stringify(run));
    expect(run.outputs).toEqual(
      new Map([['y', { dtype: 'float32', shape: [2], data: Float32Array.of(2, 4) }]]),
    );
    expect(run.info).toMatchObject({ framework: 'Python', device: 'cpu', dtype: 'as built', threads: 1, seed: 0 });
    expect(run.reads).toEqual(['double.py']);
  });
  for (const f of ['raises.py','sys-exits.py','prints-garbage.py','wrong-count.py','forks.py','needs-missing-package.py','no-build.py','segfaults.py']) test(f, async () => { console.log(f, await runOne(createSource(f))); });
  test('loops', async () => { console.log(await runOne(createSource('loops-forever.py'), {timeoutMs: 1500})); });
  for (const f of ['raises-in-forward.py','exits.py','loops-in-case.py']) test(f, async () => { console.log(f, await runAll(createSource(f), [vector(1), vector(-1), vector(2)], {timeoutMs: 2500})); });
});
