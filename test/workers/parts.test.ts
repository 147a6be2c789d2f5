import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NamedTensors, Tensor } from '../../src/tensor/index.ts';
import { openJournal, readJournal } from '../../src/workers/journal.ts';
import { sameBits } from '../../src/workers/same-bits.ts';
import { createSlots } from '../../src/workers/slots.ts';
import { LARGEST_INLINE_BYTES, packTensors, unpackTensors } from '../../src/workers/transfer.ts';
import { float32 } from './fixtures.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workers-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('sameBits', () => {
  test('holds NaN equal to the same NaN and −0 apart from 0', () => {
    expect(sameBits(float32([2], NaN, 1), float32([2], NaN, 1))).toBe(true);
    expect(sameBits(float32([1], 0), float32([1], -0))).toBe(false);
  });

  test('looks at dtype and shape too', () => {
    const bytes = new Uint8Array(4);
    expect(
      sameBits({ dtype: 'uint8', shape: [4], data: bytes }, { dtype: 'bool', shape: [4], data: bytes }),
    ).toBe(false);
    expect(sameBits(float32([2, 1], 1, 2), float32([1, 2], 1, 2))).toBe(false);
  });

  test('compares strings', () => {
    const text = (...data: string[]): Tensor => ({ dtype: 'string', shape: [data.length], data });
    expect(sameBits(text('a', 'b'), text('a', 'b'))).toBe(true);
    expect(sameBits(text('a', 'b'), text('a', 'c'))).toBe(false);
  });
});

describe('tensors on their way', () => {
  test('stay in the message up to the limit and lie in a file above it', async () => {
    const small = new Uint8Array(LARGEST_INLINE_BYTES);
    const large = new Uint8Array(LARGEST_INLINE_BYTES + 1).fill(7);
    const tensors: NamedTensors = new Map([
      ['small', { dtype: 'uint8', shape: [small.length], data: small }],
      ['large', { dtype: 'uint8', shape: [large.length], data: large }],
    ]);
    const packed = await packTensors(tensors, folder);
    expect(readdirSync(folder)).toHaveLength(1);
    const unpacked = await unpackTensors(packed);
    expect([...unpacked.keys()]).toEqual(['small', 'large']);
    expect([...tensors].filter(([name, tensor]) => !sameBits(unpacked.get(name)!, tensor))).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('are refused where their file was cut short', async () => {
    const data = new Uint8Array(LARGEST_INLINE_BYTES + 1);
    const packed = await packTensors(
      new Map([['x', { dtype: 'uint8', shape: [data.length], data } as const]]),
      folder,
    );
    const file = join(folder, readdirSync(folder)[0] ?? '');
    writeFileSync(file, 'short');
    await expect(unpackTensors(packed)).rejects.toThrow(`${file} ended after 5 of ${data.length} bytes`);
  });
});

describe('a journal', () => {
  test('gives the last step, also where an earlier one was longer', () => {
    const path = join(folder, 'journal');
    const journal = openJournal(path);
    journal.write({
      task: 1,
      phase: 'receive',
      since: 1_700_000_000_000,
      outputs: [{ name: 'y', dtype: null, shape: null }],
    });
    journal.write({ task: 2, phase: 'run', since: 5, outputs: null });
    expect(readJournal(path)).toEqual({ task: 2, phase: 'run', since: 5, outputs: null });
  });

  test('is nothing where none was written', () => {
    expect(readJournal(join(folder, 'none'))).toBeNull();
    openJournal(join(folder, 'empty'));
    expect(readJournal(join(folder, 'empty'))).toBeNull();
  });
});

describe('slots', () => {
  test('are given in the order in which they were asked for', async () => {
    const slots = createSlots(1);
    const { signal } = new AbortController();
    const order: number[] = [];
    const release = await slots.take(signal);
    const waiting = [1, 2].map(async (number) => {
      const done = await slots.take(signal);
      order.push(number);
      done?.();
    });
    release?.();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2]);
  });

  test('are not given once the signal is aborted, and are not lost', async () => {
    const slots = createSlots(1);
    const stop = new AbortController();
    const release = await slots.take(stop.signal);
    const waiting = slots.take(stop.signal);
    stop.abort();
    release?.();
    expect(await waiting).toBeNull();
    expect(await slots.take(new AbortController().signal)).not.toBeNull();
  });
});
