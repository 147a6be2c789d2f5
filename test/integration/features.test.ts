import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import type { Check, RunDocument } from '../../src/result/index.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROJECT = join(ROOT, 'test/fixtures/features');
const PYTHON = join(ROOT, '.venv/bin/python');
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const out = mkdtempSync(join(tmpdir(), 'onnx-parity-features-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

const noTorch = spawnSync(PYTHON, ['-c', 'import torch']).status !== 0;
const why = noTorch ? ' (skipped: no Python with torch in .venv)' : '';
const noGpu = !existsSync(SWIFTSHADER);

/** Runs a suite of the fixtures through the built command line. */
function runSuite(suite: string, ...options: string[]): RunDocument {
  const file = join(out, `${suite}.json`);
  spawnSync(
    process.execPath,
    [
      'dist/cli/main.js',
      'run',
      join(PROJECT, 'suites', suite),
      '--project',
      PROJECT,
      '--out',
      out,
      ...options,
      `--json=${file}`,
    ],
    {
      cwd: ROOT,
      env: {
        ONNX_PARITY_PYTHON: PYTHON,
        ...(noGpu ? {} : { VK_ICD_FILENAMES: SWIFTSHADER }),
        ...process.env,
      },
    },
  );
  return JSON.parse(readFileSync(file, 'utf8')) as RunDocument;
}

/** `verdict` or `status`, by `model case target output`. */
function standings(checks: readonly Check[]): Record<string, string> {
  return Object.fromEntries(
    checks.map((check) => [
      `${check.model} ${check.case} ${check.target} ${check.output}`,
      check.verdict ?? check.status,
    ]),
  );
}

describe('relations', () => {
  test('catch a model whose second row is wrong, and pass a sound one', () => {
    const found = standings(runSuite('shapes', '--case', 'rows').checks);
    for (const target of ['ort-node/cpu', 'ort-web/wasm']) {
      for (const batch of [1, 2, 3]) {
        const name = `rows[batch=${batch},length=16]`;
        expect(found[`sound ${name}:batchInvariance ${target} y`]).toBe('pass');
        expect(found[`sound ${name}:batchPermutation ${target} y`]).toBe('pass');
        expect(found[`second-row-wrong ${name}:batchInvariance ${target} y`]).toBe('fail');
        expect(found[`fixed-batch ${name}:batchInvariance ${target} y`]).toBe('fail');
      }
      expect(found[`batch-mixed rows[batch=2,length=16]:batchInvariance ${target} y`]).toBe('fail');
      expect(found[`second-row-wrong rows[batch=3,length=16]:batchPermutation ${target} y`]).toBe('fail');
    }
  });

  test('of padding catch a model that ignores its mask', () => {
    const found = standings(runSuite('padding').checks);
    for (const target of ['ort-node/cpu', 'ort-web/wasm']) {
      for (const length of [1, 16]) {
        expect(found[`masked tail[length=${length}]:padding ${target} pooled`]).toBe('pass');
        expect(found[`masked tail[length=${length}]:padding ${target} tokens`]).toBe('pass');
        expect(found[`mask-ignored tail[length=${length}]:padding ${target} pooled`]).toBe('fail');
      }
    }
  });
});

describe.skipIf(noTorch)(`a sweep against a live source${why}`, () => {
  test('catches a baked-in length, whether it fails to run or gives wrong numbers', () => {
    const found = standings(runSuite('shapes', '--case', 'live', '--target', 'ort-node/cpu').checks);
    const of = (model: string, length: number): string | undefined =>
      found[`${model} live[batch=3,length=${length}] ort-node/cpu y`];
    expect([1, 16, 61].map((length) => of('sound', length))).toEqual(['pass', 'pass', 'pass']);
    expect([1, 16, 61].map((length) => of('length-baked', length))).toEqual(['fail', 'pass', 'error']);
    expect([1, 16, 61].map((length) => of('mean-baked', length))).toEqual(['fail', 'pass', 'fail']);
  });
});

describe.skipIf(noTorch)(`a rollout${why}`, () => {
  const document = noTorch ? null : runSuite('rollout');

  test('of a decoder with a KV cache agrees with PyTorch over 32 steps on cpu and wasm', () => {
    expect(document?.exitCode).toBe(0);
    const checks = document?.checks ?? [];
    for (const name of ['decode', 'decode-live', 'decode-forced']) {
      for (const target of ['ort-node/cpu', 'ort-web/wasm']) {
        const own = checks.filter((check) => check.rollout?.case === name && check.target === target);
        expect(own).toHaveLength(32 * 3);
        expect(own.at(-1)).toMatchObject({ case: `${name}[step=32]`, rollout: { step: 32, steps: 32 } });
        expect(own.at(-1)?.evidence?.growth?.linf).toHaveLength(32);
      }
    }
  });

  test('that is calculated by hand is right at every step', () => {
    const own = (document?.checks ?? []).filter(({ model }) => model === 'counter');
    expect(own.map(({ metrics }) => metrics['linf'])).toEqual(Array.from({ length: 12 }, () => 0));
  });
});

describe('stability and latency', () => {
  const document = runSuite('stability');
  const of = (name: string, target: string): Check | undefined =>
    document.checks.find((check) => check.case === name && check.target === target);

  test('give every variation a check of its own', () => {
    const targets = document.checks.filter((check) => check.case === 'steady').map(({ target }) => target);
    const suffixes = [
      '',
      '@repeat=5',
      '@threads=1',
      '@threads=2',
      '@optimization=disabled',
      '@optimization=all',
      '@freshProcess',
      '@order=reversed',
    ];
    expect(targets).toEqual(
      ['ort-node/cpu', 'ort-web/wasm'].flatMap((target) => suffixes.map((suffix) => `${target}${suffix}`)),
    );
    expect(document.targets.map(({ name }) => name)).toEqual(expect.arrayContaining(targets));
    expect(of('steady', 'ort-node/cpu@repeat=5')).toMatchObject({ verdict: 'pass', metrics: { linf: 0 } });
  });

  test('name a random model nondeterministic and measure its spread', () => {
    const check = of('dropout', 'ort-node/cpu@repeat=3');
    expect(check?.verdict).toBe('pass');
    expect(check?.reasons.map(({ code, level }) => [code, level])).toContainEqual([
      'NONDETERMINISTIC',
      'warn',
    ]);
    expect(Number(check?.metrics['linf'])).toBeGreaterThan(0);
  });

  test('measure warmed runs and hold them against another target', () => {
    expect(of('timed', 'ort-node/cpu')?.timing?.bench?.runs).toBe(30);
    const timed = of('timed', 'ort-web/wasm');
    expect(timed?.verdict).toBe('pass');
    expect(timed?.bounds.find(({ metric }) => metric === 'p50Ms')).toMatchObject({
      holds: true,
      from: 'case',
    });
    const slow = of('too-slow', 'ort-web/wasm');
    expect(slow?.verdict).toBe('fail');
    expect(slow?.reasons.at(-1)?.message).toMatch(
      /^The median of [\d.e-]+ ms is [\d.]+ times that of ort-node\/cpu/,
    );
  });
});

describe.skipIf(noGpu)(`placement on webgpu${noGpu ? ' (skipped: no SwiftShader driver)' : ''}`, () => {
  const document = noGpu ? null : runSuite('placement');
  const of = (target: string, name: string): Check | undefined =>
    document?.checks.find((check) => check.target === target && check.case === name);

  test('names the nodes that fell back and why, and fails where the suite forbids it', () => {
    const warned = of('warned', 'floats');
    expect(warned?.verdict).toBe('pass');
    const whys = new Map(warned?.placement?.fallbacks.map(({ node, why }) => [node, why]));
    expect(whys.get('matmul "64"')).toBe('no webgpu kernel takes MatMul(float64, float64) → float64');
    expect(whys.get('nonzero')).toBe('no webgpu kernel takes NonZero(float32) → int64');
    expect([...whys.keys()].sort()).toEqual(['add64', 'matmul "64"', 'nonzero', 'unique', 'widen']);
    expect(of('forbidden', 'floats')?.verdict).toBe('fail');
  });

  test('is void where nothing ran there, whatever the suite allows', () => {
    expect(of('warned', 'integers')?.verdict).toBe('void');
    expect(of('forbidden', 'integers')?.verdict).toBe('void');
  });

  test('of cuda is unavailable here, with the way to get it', () => {
    const cuda = of('cuda', 'floats');
    if (cuda?.status === 'ok') return;
    expect(cuda?.status).toBe('unavailable');
    expect(cuda?.reasons[0]?.hint).toContain('ONNXRUNTIME_NODE_INSTALL=cuda12');
  });
});

test('the models of the fixtures are what their script writes', ({ skip }) => {
  if (noTorch) skip('no Python with torch in .venv');
  const folder = join(out, 'made');
  execFileSync(PYTHON, ['-B', join(PROJECT, 'make.py'), folder], { stdio: 'ignore' });
  for (const name of ['shapes/sound', 'padding/masked', 'stability/random', 'rollout/counter']) {
    const made = readFileSync(join(folder, 'suites', `${name}.onnx`));
    expect(made.equals(readFileSync(join(PROJECT, 'suites', `${name}.onnx`)))).toBe(true);
  }
});
