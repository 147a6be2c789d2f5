import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { failures } from '../../src/runtimes/reason-texts.ts';
import { createExecutor, type Execution } from '../../src/workers/index.ts';
import {
  createJob,
  createTarget,
  ending,
  float32,
  healthy,
  hostile,
  int64,
  runAll,
  WASM,
  X,
} from './fixtures.ts';

// Processes are started by the dozen here, and hosts can be busy.
vi.setConfig({ testTimeout: 60_000 });

const executor = createExecutor({ jobs: 2, memoryLimitBytes: 2 ** 30 });
afterAll(() => executor.close());

const GOOD = new Map([['x', float32([2], 1, 2)]]);

describe('a healthy job', () => {
  test('tells every case once, in order, with outputs, times and placement', async () => {
    const job = createJob(healthy('negate'), [GOOD, new Map([['x', float32([1], 5)]])]);
    const told = await runAll(executor, job);
    expect(told.map(([id, execution]) => [id, execution.status])).toEqual([
      ['1', 'ok'],
      ['2', 'ok'],
    ]);
    const [, execution] = told[1]!;
    if (execution.status !== 'ok') throw new Error(execution.status);
    expect(execution.outputs).toEqual(new Map([['y', float32([1], -5)]]));
    expect(execution.declared).toEqual([{ name: 'y', dtype: 'float32', shape: ['length'] }]);
    expect(execution.placement).toEqual({
      requested: 'cpu',
      proof: 'only-provider',
      nodes: { cpu: 1 },
      fallbacks: [],
    });
    expect(execution.runMs).toHaveLength(1);
    expect(execution.loadMs).toBeGreaterThan(0);
  });

  test('carries tensors that are too large for a message through files that are removed', async () => {
    const data = Float32Array.from({ length: 3 * 2 ** 20 }, (_, i) => i);
    const job = createJob(healthy('negate'), [
      new Map([['x', { dtype: 'float32', shape: [data.length], data } as const]]),
    ]);
    const execution = await first(job);
    if (execution.status !== 'ok') throw new Error(ending(execution));
    expect(execution.outputs.get('y')?.data.at(-1)).toBe(-(data.length - 1));
    expect(largeFiles()).toEqual([]);
  });

  test('repeats a run and names the outputs whose bits differ', async () => {
    const cases = createJob(hostile('random-normal'), [X]).cases.map((item) => ({ ...item, repeat: 3 }));
    const random = await first(createJob(hostile('random-normal'), [], { cases }));
    expect(random).toMatchObject({ status: 'ok', unstable: ['y'] });
    const stable = createJob(healthy('negate'), [GOOD]).cases.map((item) => ({
      ...item,
      repeat: 'auto' as const,
    }));
    const same = await first(createJob(healthy('negate'), [], { cases: stable }));
    expect(same).toMatchObject({
      status: 'ok',
      unstable: [],
      runMs: [expect.any(Number), expect.any(Number)],
    });
  });

  test('runs on wasm as well', async () => {
    expect(await endings(createJob(healthy('negate'), [GOOD], { target: WASM }))).toEqual(['ok']);
  });
});

describe('a case that goes wrong costs itself alone', () => {
  test('wrong inputs', async () => {
    const wrong = new Map([['z', float32([1], 1)]]);
    expect(await endings(createJob(healthy('negate'), [wrong, GOOD]))).toEqual([
      'error INPUT_REJECTED',
      'ok',
    ]);
  });

  test('inputs that cannot be read', async () => {
    const cases = createJob(healthy('negate'), [GOOD, GOOD]).cases.map((item, i) =>
      i === 0 ? { ...item, inputs: () => Promise.reject(failures.inputRejected('no such file')) } : item,
    );
    expect(await endings(createJob(healthy('negate'), [], { cases }))).toEqual([
      'error INPUT_REJECTED',
      'ok',
    ]);
  });

  test('a division by zero in native code ends its process, and the others run in another', async () => {
    const zero = new Map([['x', float32([1, 0, 1])]]);
    const one = new Map([['x', float32([1, 1, 1], 1)]]);
    const told = await runAll(executor, createJob(hostile('dft-of-zero'), [one, zero, one]));
    expect(told.map(([, execution]) => ending(execution))).toEqual(['ok', 'crashed WORKER_CRASHED', 'ok']);
    const crashed = told[1]![1];
    if (crashed.status === 'ok') throw new Error('it did not crash');
    expect(crashed.crash).toEqual({ signal: 'SIGFPE', exitCode: null, stderr: '' });
    expect(crashed.declared?.map(({ name }) => name)).toEqual(['y']);
    expect(crashed.reasons[0]?.message).toBe(
      'The worker process of ort-node/cpu ended while running the model: signal SIGFPE.',
    );
  });

  test('an abort keeps what native code wrote last', async () => {
    const inputs = new Map([...X, ['shape', int64([2], 2n, 2n)]]);
    const execution = await first(createJob(hostile('lstm-rank-two'), [inputs]));
    expect(execution).toMatchObject({
      status: 'crashed',
      crash: { signal: 'SIGABRT', stderr: 'terminate called without an active exception' },
    });
  });

  test('an endless loop meets its deadline while other jobs go on', async () => {
    const startedAt = performance.now();
    const loop = endings(createJob(hostile('endless-loop'), [X], { timeoutMs: 1000 }));
    expect(await endings(createJob(healthy('negate'), [GOOD]))).toEqual(['ok']);
    expect(await loop).toEqual(['timed-out DEADLINE_EXCEEDED']);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  test('a model that never finishes loading ends all its cases after one deadline', async () => {
    const startedAt = performance.now();
    expect(await endings(createJob(hostile('function-tower'), [X, X, X], { timeoutMs: 1000 }))).toEqual([
      'timed-out DEADLINE_EXCEEDED',
      'timed-out DEADLINE_EXCEEDED',
      'timed-out DEADLINE_EXCEEDED',
    ]);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  test('a process that grows beyond the limit is ended before the host suffers', async () => {
    const shape = new Map([['shape', int64([1], 3n * 2n ** 30n)]]);
    const small = new Map([['shape', int64([1], 3n)]]);
    const told = await runAll(executor, createJob(hostile('constant-of-shape'), [shape, small]));
    expect(told.map(([, execution]) => ending(execution))).toEqual(['out-of-memory MEMORY_EXCEEDED', 'ok']);
    const [, execution] = told[0]!;
    const reached = /at (\d+) MiB over its limit of 1024 MiB/.exec(
      execution.status === 'ok' ? '' : (execution.reasons[0]?.message ?? ''),
    );
    expect(Number(reached?.[1])).toBeLessThan(1024 + 64);
  });

  test('a trap of WebAssembly is a crash, and the next case gets a fresh runtime', async () => {
    const zero = new Map([['x', float32([1, 0, 1])]]);
    const one = new Map([['x', float32([1, 1, 1], 1)]]);
    const job = createJob(hostile('dft-of-zero'), [zero, one], { target: WASM });
    expect(await endings(job)).toEqual(['crashed WORKER_CRASHED', 'ok']);
  });

  test('a provider that the host lacks is unavailable, not an error of the model', async () => {
    const bare = createExecutor({ jobs: 1, env: { PATH: process.env['PATH'] } });
    const target = createTarget({ provider: 'cuda' });
    const execution = await first(createJob(healthy('negate'), [GOOD], { target }), bare);
    await bare.close();
    expect(ending(execution)).toBe('unavailable TARGET_UNAVAILABLE');
  });
});

describe('an executor', () => {
  test('gives the same executions whatever runs beside them', async () => {
    const jobs = Array.from({ length: 12 }, (_, i) =>
      i % 3 === 0
        ? createJob(hostile('max-of-nothing'), [X])
        : createJob(healthy('negate'), [new Map([['x', float32([1], i)]])]),
    );
    const all = await Promise.all(jobs.map((job) => endings(job)));
    expect(all.flat()).toEqual(jobs.map((_, i) => (i % 3 === 0 ? 'crashed WORKER_CRASHED' : 'ok')));
  });

  test('stops at once when it is aborted, and tells nothing more', async () => {
    const stop = new AbortController();
    const startedAt = performance.now();
    const running = runAll(executor, createJob(hostile('endless-loop'), [X, X]), stop.signal);
    await delay(500);
    stop.abort();
    expect(await running).toEqual([]);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(await runAll(executor, createJob(healthy('negate'), [GOOD]), stop.signal)).toEqual([]);
  });

  test('leaves no folder behind once it is closed', async () => {
    const before = folders();
    const other = createExecutor({ jobs: 1 });
    await runAll(other, createJob(healthy('negate'), [GOOD]));
    await other.close();
    expect(folders().filter((name) => !before.includes(name))).toEqual([]);
  });
});

async function first(job: Parameters<typeof runAll>[1], on = executor): Promise<Execution> {
  const [told] = await runAll(on, job);
  if (told === undefined) throw new Error('nothing was told');
  return told[1];
}

async function endings(job: Parameters<typeof runAll>[1]): Promise<readonly string[]> {
  return (await runAll(executor, job)).map(([, execution]) => ending(execution));
}

function folders(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => /^onnx-parity-\w{6}$/.test(name));
}

function largeFiles(): readonly string[] {
  return folders().flatMap((folder) =>
    readdirSync(`${tmpdir()}/${folder}`, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.bin')),
  );
}
