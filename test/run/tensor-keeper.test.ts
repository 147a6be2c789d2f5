import {
  existsSync,
  mkdtempSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readTensors } from '../../src/formats/index.ts';
import type { Check, KeptTensors } from '../../src/result/index.ts';
import { createTensorKeeper, keptName, type TensorKeeper } from '../../src/run/tensor-keeper.ts';
import type { Tensor } from '../../src/tensor/index.ts';
import { createFailure } from '../builders/run-document.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onnx-parity-kept-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function floats(length: number): Tensor {
  return { dtype: 'float32', shape: [length], data: new Float32Array(length).fill(1.5) };
}

const check = (name: string): Check => createFailure({ suite: 'net', case: name });

/** An npy file has a header of 128 bytes, so a pair takes 256 + 8 bytes an element. */
function keep(keeper: TensorKeeper, name: string, elements: number): Check {
  const found = check(name);
  const tensors = keeper.keep(found, { expected: floats(elements), actual: floats(elements) });
  return { ...found, tensors };
}

const said = (checks: readonly Check[]): readonly (KeptTensors | undefined)[] =>
  checks.map(({ tensors }) => (tensors !== undefined && 'omitted' in tensors ? tensors : undefined));

const names = (): readonly string[] => {
  try {
    return readdirSync(join(folder, 'evidence')).toSorted();
  } catch {
    return [];
  }
};

describe('the tensors of failed comparisons', () => {
  test('are files that are read back, with their paths and bytes', async () => {
    const { tensors } = keep(createTensorKeeper(folder, 1000), 'a', 4);
    if (tensors === undefined || 'omitted' in tensors) throw new Error('nothing was kept');
    expect(tensors).toEqual({
      expected: `evidence/${keptName(check('a'))}/expected.npy`,
      actual: `evidence/${keptName(check('a'))}/actual.npy`,
      bytes: 256 + 32,
    });
    const [read] = [...(await readTensors(join(folder, tensors.actual))).values()];
    expect(read).toEqual(floats(4));
  });

  test('of an element type that NumPy lacks are safetensors, of texts npy', () => {
    const keeper = createTensorKeeper(folder, 10_000);
    const half: Tensor = { dtype: 'bfloat16', shape: [1], data: new Uint16Array([0x3f80]) };
    const text: Tensor = { dtype: 'string', shape: [1], data: ['yes'] };
    expect(keeper.keep(check('a'), { expected: half, actual: text })).toMatchObject({
      expected: expect.stringMatching(/expected\.safetensors$/) as unknown,
      actual: expect.stringMatching(/actual\.npy$/) as unknown,
    });
  });

  test('stay smallest first within the budget, in whatever order they come', () => {
    const sizes = { a: 30, b: 10, c: 90, d: 20, e: 10 };
    for (const order of ['abcde', 'edcba', 'cabde', 'dbeca']) {
      rmSync(join(folder, 'evidence'), { recursive: true, force: true });
      const keeper = createTensorKeeper(folder, 3 * 256 + 8 * 40 + 50);
      const checks = order.split('').map((name) => keep(keeper, name, sizes[name as keyof typeof sizes]));
      const settled = keeper.settle(checks);
      const omitted = settled.filter((_, at) => said(settled)[at] !== undefined);
      expect(omitted.map((one) => one.case).toSorted(), order).toEqual(['a', 'c']);
      expect(new Set(said(omitted).map((one) => one && 'omitted' in one && one.omitted))).toEqual(
        new Set(['budget']),
      );
      expect(names()).toEqual(['b', 'd', 'e'].map((name) => keptName(check(name))).toSorted());
    }
  });

  test('of a case that was tried again are those of the last try, and none where it passed', () => {
    const keeper = createTensorKeeper(folder, 10_000);
    keep(keeper, 'a', 4);
    const again = keep(keeper, 'a', 8);
    expect(again.tensors?.bytes).toBe(256 + 64);
    expect(keeper.settle([check('a')])).toEqual([check('a')]);
    expect(existsSync(join(folder, 'evidence'))).toBe(false);
  });

  test('of an interrupted run are gone on with, less what a kill left half', () => {
    const before = [1, 2].map((at) => keep(createTensorKeeper(folder, 10_000), `case ${at}`, 4));
    mkdirSync(join(folder, 'evidence/.123.tmp'));
    const half: Check = {
      ...check('half'),
      tensors: { ...before[0]!.tensors!, expected: 'evidence/half/expected.npy' },
    };
    mkdirSync(join(folder, 'evidence/half'));
    writeFileSync(join(folder, 'evidence/half/expected.npy'), 'x');
    const keeper = createTensorKeeper(folder, 10_000);
    const settled = keeper.settle([...before, half, keep(keeper, 'case 3', 4)]);
    expect(said(settled)).toEqual([undefined, undefined, { omitted: 'unwritten', bytes: 288 }, undefined]);
    expect(names()).toHaveLength(3);
  });

  test('that cannot be written cost the evidence and not the run', () => {
    writeFileSync(join(folder, 'evidence'), 'in the way');
    const keeper = createTensorKeeper(folder, 10_000);
    expect(keep(keeper, 'a', 4).tensors).toEqual({ omitted: 'unwritten', bytes: 288 });
    expect(readFileSync(join(folder, 'evidence'), 'utf8')).toBe('in the way');
  });

  test('lie in folders that any file system takes, apart for names that look alike', () => {
    const hostile = { ...check('../../x:\u0000'), suite: '..', output: 'A/B' };
    expect(keptName(hostile)).toMatch(/^[a-z0-9][a-z0-9-]*$/);
    expect(keptName(hostile)).not.toBe(keptName({ ...hostile, output: 'a/b' }));
    expect(keptName({ ...hostile, suite: '日本', case: '語', target: '…', output: null })).toMatch(
      /^[a-z0-9][a-z0-9-]*$/,
    );
  });
});
