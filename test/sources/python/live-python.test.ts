import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { describe, expect, test, vi } from 'vitest';
import { findPython } from '../../../src/sources/python/interpreter.ts';
import { createPythonSource } from '../../../src/sources/python/live-python.ts';
import type { LiveSourceOptions, SourceRun } from '../../../src/sources/types.ts';
import type { SourceSpec } from '../../../src/suite/types.ts';
import type { NamedTensors, Tensor } from '../../../src/tensor/index.ts';
import { createSource, FIXTURES, float32 } from '../suite-builder.ts';

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

function fixture(file: string, overrides: Partial<SourceSpec> = {}): SourceSpec {
  return createSource({ entry: { file: `${FIXTURES}${file}`, callable: 'build' }, python, ...overrides });
}

function x(...values: number[]): NamedTensors {
  return new Map([['x', float32(...values)]]);
}

async function runAll(
  source: SourceSpec,
  inputs: readonly NamedTensors[],
  options: Partial<LiveSourceOptions> = {},
): Promise<SourceRun[]> {
  const runs = await createPythonSource().run(
    source,
    inputs.map((each, index) => ({ id: `case ${index}`, inputs: each })),
    { timeoutMs: 30_000, signal: new AbortController().signal, ...options },
  );
  expect([...runs.keys()]).toEqual(inputs.map((_, index) => `case ${index}`));
  return [...runs.values()];
}

async function runOne(source: SourceSpec, options: Partial<LiveSourceOptions> = {}): Promise<SourceRun> {
  const [run] = await runAll(source, [x(1, 2)], options);
  if (run === undefined) throw new Error('no run');
  return run;
}

function outputsOf(run: SourceRun): NamedTensors {
  if (run.status !== 'ok') throw new Error(`${run.reasons[0]?.message} ${run.stderr}`);
  return run.outputs;
}

function failureOf(run: SourceRun): { status: string; message: string; hint: string; stderr: string } {
  if (run.status === 'ok') throw new Error('the run was ok');
  const [reason] = run.reasons;
  return { status: run.status, message: reason!.message, hint: reason!.hint, stderr: run.stderr };
}

// Python starts slowly on a busy host.
vi.setConfig({ testTimeout: 60_000 });

// Every process that this file starts inherits it.
const MARK = randomUUID();
process.env['ONNX_PARITY_TEST_MARK'] = MARK;

/** Processes that a source of this file started and that are still there. */
function survivors(): string[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(MARK);
    } catch {
      return false;
    }
  });
}

describe.skipIf(!hasNumpy)('a Python source (skipped where Python has no NumPy)', () => {
  test('gives outputs by name and says what made them', async () => {
    const run = await runOne(fixture('double.py'));
    expect(outputsOf(run)).toEqual(new Map([['y', float32(2, 4)]]));
    if (run.status !== 'ok') return;
    expect(run.info).toMatchObject({
      framework: 'Python',
      device: 'cpu',
      dtype: 'as built',
      threads: 1,
      seed: 0,
    });
    expect(run.info.language).toMatch(/^Python 3\./);
    expect(run.reads).toEqual(['double.py']);
  });

  test('names the files that it read beside itself', async () => {
    const run = await runOne(fixture('reads-weights.py'));
    expect(outputsOf(run)).toEqual(new Map([['y', float32(3, 6)]]));
    expect(run.status === 'ok' && run.reads).toEqual([
      'helper_of_reads_weights.py',
      'reads-weights.py',
      'weights.txt',
    ]);
  });

  test('carries every dtype and the order of names there and back', async () => {
    const tensors: [string, Tensor][] = [
      ['2', { dtype: 'float64', shape: [1], data: Float64Array.of(0.1) }],
      ['1', { dtype: 'float16', shape: [1], data: Uint16Array.of(0x3c01) }],
      ['i64', { dtype: 'int64', shape: [2], data: BigInt64Array.of(-(2n ** 63n), 5n) }],
      ['u64', { dtype: 'uint64', shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) }],
      ['b', { dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) }],
      ['u8', { dtype: 'uint8', shape: [1, 2], data: Uint8Array.of(0, 255) }],
      ['c', { dtype: 'complex64', shape: [1], data: Float32Array.of(1, -2) }],
      ['nan', float32(Number.NaN, -0, -Infinity)],
      ['scalar', { dtype: 'float32', shape: [], data: Float32Array.of(7) }],
      ['empty', { dtype: 'float32', shape: [0, 3], data: new Float32Array(0) }],
      ['s', { dtype: 'string', shape: [2], data: ['größe', ''] }],
    ];
    const [run] = await runAll(fixture('dtypes.py'), [new Map(tensors)]);
    expect([...outputsOf(run!)]).toEqual(tensors);
  });

  test('strings and NumPy scalars are outputs too', async () => {
    const [run] = await runAll(fixture('strings.py'), [
      new Map([['s', { dtype: 'string', shape: [2], data: ['a', 'bé'] }]]),
    ]);
    expect(outputsOf(run!)).toEqual(
      new Map<string, Tensor>([
        ['upper', { dtype: 'string', shape: [2], data: ['A', 'BÉ'] }],
        ['count', { dtype: 'int64', shape: [], data: BigInt64Array.of(2n) }],
      ]),
    );
  });

  test('chance depends on the seed alone, not on the cases before', async () => {
    const [first, second] = await runAll(fixture('draws.py'), [x(0), x(0)]);
    const [alone] = await runAll(fixture('draws.py'), [x(0)]);
    const [seeded] = await runAll(fixture('draws.py', { seed: 1 }), [x(0)]);
    expect(outputsOf(second!)).toEqual(outputsOf(first!));
    expect(outputsOf(alone!)).toEqual(outputsOf(first!));
    expect(outputsOf(seeded!)).not.toEqual(outputsOf(first!));
  });

  test('a dtype that cannot be passed is unsupported, and the others run', async () => {
    const odd: NamedTensors = new Map([['x', { dtype: 'int4', shape: [1], data: Int8Array.of(1) }]]);
    const [refused, ok] = await runAll(fixture('double.py'), [odd, x(1)]);
    expect(failureOf(refused!)).toMatchObject({
      status: 'unsupported',
      message:
        'The source plain (double.py:build) cannot be given x: its dtype cannot be passed to a source.',
    });
    expect(ok!.status).toBe('ok');
  });
});

describe.skipIf(!hasNumpy)('a hostile entry script (skipped where Python has no NumPy)', () => {
  test('that raises gives its message, its place and its traceback', async () => {
    const failure = failureOf(await runOne(fixture('raises.py')));
    expect(failure).toMatchObject({
      status: 'error',
      message: 'The source plain (raises.py:build) failed: ValueError: the weights are missing.',
      hint: 'It was raised in raises.py line 2, in build.',
    });
    expect(failure.stderr).toContain('Traceback (most recent call last)');
  });

  test('that raises for one case alone spoils no other', async () => {
    const runs = await runAll(fixture('raises-in-forward.py'), [x(1), x(-1), x(2)]);
    expect(runs.map(({ status }) => status)).toEqual(['ok', 'error', 'ok']);
  });

  test('that calls sys.exit while it is imported', async () => {
    expect(failureOf(await runOne(fixture('sys-exits.py')))).toMatchObject({
      status: 'error',
      message: "The source plain (sys-exits.py:build) failed: the script called sys.exit('no thanks').",
    });
  });

  test('that calls os._exit with 0 is a crash of its case alone', async () => {
    const runs = await runAll(fixture('exits.py'), [x(1), x(-1), x(2)]);
    expect(runs.map(({ status }) => status)).toEqual(['ok', 'crashed', 'ok']);
    expect(failureOf(runs[1]!).message).toBe(
      'The process of the source plain (exits.py:build) ended in case case 1 with exit code 0, without a result.',
    );
  });

  test('that crashes in native code', async () => {
    const failure = failureOf(await runOne(fixture('segfaults.py')));
    expect(failure.message).toBe(
      'The process of the source plain (segfaults.py:build) ended while loading with signal SIGSEGV, without a result.',
    );
    expect(failure.stderr).toContain('segfaults.py", line 5 in build');
  });

  test('that prints garbage changes nothing', async () => {
    expect(outputsOf(await runOne(fixture('prints-garbage.py')))).toEqual(new Map([['y', float32(1, 2)]]));
  });

  test('that loops for ever while it is built is killed, and says where it was', async () => {
    const failure = failureOf(await runOne(fixture('loops-forever.py'), { timeoutMs: 5000 }));
    expect(failure).toMatchObject({
      status: 'timed-out',
      message:
        'The source plain (loops-forever.py:build) gave no answer within 5 s while loading and was killed.',
    });
    expect(failure.stderr).toMatch(/loops-forever\.py", line [23] in build/);
    expect(survivors()).toEqual([]);
  });

  test('that loops in one case spoils no other', async () => {
    const runs = await runAll(fixture('loops-in-case.py'), [x(1), x(-1), x(2)], { timeoutMs: 6000 });
    expect(runs.map(({ status }) => status)).toEqual(['ok', 'timed-out', 'ok']);
  });

  test('that leaves children behind, one in a session of its own, leaves none', async () => {
    expect((await runOne(fixture('forks.py'))).status).toBe('ok');
    expect(survivors()).toEqual([]);
  });

  test.each([
    ['wrong-count.py', 'the program returned 1 outputs, but OUTPUT_NAMES names 2: y, z.'],
    ['no-build.py', 'no-build.py has no function build; it has: make.'],
    ['returns-module.py', 'the entry returned a Module; say `framework: pytorch` in the suite file.'],
  ])('%s is told what is wrong', async (file, problem) => {
    expect(failureOf(await runOne(fixture(file)))).toMatchObject({
      status: 'error',
      message: `The source plain (${file}:build) failed: ${problem}`,
      hint: `Correct ${FIXTURES}${file}, or what the suite asks of it.`,
    });
  });

  test('that needs a package is unavailable, with the command that installs it', async () => {
    expect(failureOf(await runOne(fixture('needs-missing-package.py')))).toMatchObject({
      status: 'unavailable',
      message:
        "The source plain (needs-missing-package.py:build) does not work on this host: No module named 'a_package_that_nobody_has'.",
      hint: `Install it: ${python} -m pip install a_package_that_nobody_has`,
    });
  });

  test('leaves no files behind', async () => {
    const before = new Set(readdirSync(tmpdir()));
    await runOne(fixture('raises.py'));
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith('onnx-parity-source-'));
    expect(after.filter((name) => !before.has(name))).toEqual([]);
    expect(existsSync(`${FIXTURES}__pycache__`)).toBe(false);
  });
});

describe('a source that cannot start', () => {
  test('for want of the interpreter is unavailable', async () => {
    expect(failureOf(await runOne(fixture('double.py', { python: '/nowhere/python' })))).toMatchObject({
      status: 'unavailable',
      message: 'The source plain (double.py:build) could not be started: /nowhere/python: not found.',
      hint: 'Install Python 3.10 or newer, or name an interpreter with `ONNX_PARITY_PYTHON` or `python:` of the source.',
    });
  });

  test('for want of the entry is an error', async () => {
    expect(failureOf(await runOne(fixture('gone.py')))).toMatchObject({
      status: 'error',
      message: `The source plain (gone.py:build) has no entry: ${FIXTURES}gone.py does not exist.`,
    });
  });

  test.skipIf(!hasNumpy)('because it was interrupted (skipped where Python has no NumPy)', async () => {
    const controller = new AbortController();
    const running = runOne(fixture('loops-forever.py'), { signal: controller.signal });
    setTimeout(() => controller.abort(), 500);
    expect(failureOf(await running)).toMatchObject({
      status: 'error',
      message: 'The source plain (loops-forever.py:build) was interrupted.',
    });
    expect(survivors()).toEqual([]);
  });
});
