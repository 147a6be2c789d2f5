import { existsSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { createExecutor, probeTargets } from '../../src/workers/index.ts';
import {
  createJob,
  createTarget,
  ending,
  float32,
  healthy,
  hostile,
  int64,
  runAll,
  X,
} from '../workers/fixtures.ts';

const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const env = existsSync(SWIFTSHADER) ? { VK_ICD_FILENAMES: SWIFTSHADER, ...process.env } : process.env;
const found = (await probeTargets(['ort-node/webgpu'], { env })).get('ort-node/webgpu');
const skip = found?.available !== true;
const why = skip ? ` (skipped: ${found?.reason.message ?? 'not probed'})` : '';

const executor = createExecutor({ jobs: 1, env, memoryLimitBytes: 2 ** 30 });
afterAll(() => executor.close());
const target = createTarget({ provider: 'webgpu' });

describe.skipIf(skip)(`placement on webgpu${why}`, () => {
  test('is proved by the profile and names the nodes that fell back', async () => {
    const told = await runAll(executor, createJob(healthy('mixed-placement'), [X, X], { target }));
    expect(told.map(([, execution]) => ending(execution))).toEqual(['ok', 'ok']);
    const placement = told[0]![1].placement;
    expect(placement).toMatchObject({ requested: 'webgpu', proof: 'profile' });
    expect(placement?.nodes['webgpu']).toBeGreaterThanOrEqual(2);
    expect(placement?.fallbacks.map(({ op }) => op).sort()).toEqual(
      expect.arrayContaining(['Add', 'MatMul', 'NonZero', 'Unique']),
    );
    expect(placement?.fallbacks.map(({ node }) => node)).toEqual(
      expect.arrayContaining(['nonzero', 'unique', 'add64']),
    );
    expect(placement?.timeUs?.['webgpu']).toBeGreaterThan(0);
    expect(told[1]![1].placement).toEqual(placement);
  });

  test('of a model that only the CPU can compute has no node on webgpu', async () => {
    const x = new Map([['x', int64([2], 1n, 2n)]]);
    const told = await runAll(executor, createJob(healthy('only-cpu'), [x], { target }));
    expect(told[0]?.[1].placement).toEqual({
      requested: 'webgpu',
      proof: 'profile',
      nodes: { cpu: 1 },
      timeUs: { cpu: expect.any(Number) as number },
      fallbacks: [
        { node: 'add64', op: 'Add', provider: 'cpu', why: expect.stringContaining('Add(int64') as string },
      ],
    });
  });

  test('survives another case’s crash: the good cases have outputs and proof', async () => {
    const good = new Map([['x', float32([2, 2], 1, 2, 3, 4)]]);
    const job = createJob(hostile('lstm-rank-two'), [], {
      target,
      cases: ['good', 'bad', 'good again'].map((id) => ({
        id,
        repeat: 1,
        inputs: () =>
          Promise.resolve(
            new Map([...good, ['shape', id === 'bad' ? int64([2], 2n, 2n) : int64([3], 1n, 2n, 2n)]]),
          ),
      })),
    });
    const told = await runAll(executor, job);
    expect(told.map(([id, execution]) => [id, ending(execution), execution.placement?.proof])).toEqual([
      ['good', 'ok', 'profile'],
      ['bad', 'crashed WORKER_CRASHED', undefined],
      ['good again', 'ok', 'profile'],
    ]);
  });
});
