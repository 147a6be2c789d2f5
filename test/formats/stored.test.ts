import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compareTensors, sourceOf } from '../../src/compare/index.ts';
import { openTensors, writeNpy } from '../../src/formats/index.ts';
import { isStored, type Tensor } from '../../src/tensor/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'stored-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(name: string, tensor: Tensor): string {
  const path = join(folder, name);
  writeFileSync(path, writeNpy(tensor));
  return path;
}

describe('a tensor of a file', () => {
  test('is read at once where it is small', () => {
    const path = written('small.npy', { dtype: 'float32', shape: [3], data: Float32Array.of(1, 2, 3) });
    const file = openTensors(path);
    const small = file.tensors.get('small')!;
    expect([isStored(small), small.data]).toEqual([false, Float32Array.of(1, 2, 3)]);
    file.close();
  });

  test('is compared in pieces where it is large, with what comes out of memory', () => {
    const length = 2 ** 21 + 5;
    const data = Float32Array.from({ length }, (_, i) => Math.sin(i));
    const other = data.map((value, i) => value * (1 + 1e-6 * Math.cos(i)));
    const inMemory = [data, other].map((each): Tensor => ({ dtype: 'float32', shape: [length], data: each }));
    const files = inMemory.map((tensor, side) => openTensors(written(`large-${side}.npy`, tensor)));
    const stored = files.map(({ tensors }) => [...tensors.values()][0]!);
    expect(stored.map(isStored)).toEqual([true, true]);
    const compared = [inMemory, stored].map(([expected, actual]) =>
      compareTensors({
        expected: expected!,
        actual: actual!,
        layers: [],
        policy: {},
        metrics: 'full',
        evidence: 'always',
      }),
    );
    expect(compared[1]).toEqual(compared[0]);
    for (const file of files) file.close();
  });

  test('gives small pieces anywhere, and more than is read ahead', () => {
    const length = 2 ** 21;
    const data = Int32Array.from({ length }, (_, i) => i);
    const file = openTensors(written('counted.npy', { dtype: 'int32', shape: [length], data }));
    const source = sourceOf(file.tensors.get('counted')!);
    for (const [start, count] of [
      [5000, 8],
      [length - 3, 3],
      [0, 4096],
      [4096, 16_384],
      [7, 100_000],
    ] as const) {
      expect(source.read(start, count)).toEqual(data.subarray(start, start + count));
    }
    file.close();
  });
});
