import { describe, expect, test } from 'vitest';
import { stepInputs, stepRuns } from '../../src/run/features/steps.ts';
import { RuntimeFailure } from '../../src/runtimes/types.ts';
import type { RolloutSpec } from '../../src/suite/types.ts';
import { float32, int64 } from '../workers/fixtures.ts';

function createRollout(overrides: Partial<RolloutSpec> = {}): RolloutSpec {
  return { steps: 3, feed: [], each: new Map(), grow: new Map(), mode: 'free', ...overrides };
}

describe('the inputs of a step', () => {
  test('take their entry of what holds all steps, and grow to the whole at the last', () => {
    const rollout = createRollout({ each: new Map([['x', 1]]), grow: new Map([['mask', 0]]) });
    const start = new Map([
      ['x', float32([1, 3], 1, 2, 3)],
      ['mask', int64([4], 1n, 2n, 3n, 4n)],
    ]);
    expect([...(stepInputs(rollout, start, 1, null).get('mask')?.data ?? [])]).toEqual([1n, 2n]);
    const last = stepInputs(rollout, start, 3, null);
    expect(last.get('x')).toEqual(float32([1, 1], 3));
    expect(last.get('mask')).toEqual(start.get('mask'));
  });

  test('are the outputs of the step before: all, the last entry, or the index of its largest score', () => {
    const feed = (take: 'all' | 'last' | 'argmax') =>
      createRollout({ feed: [{ output: 'logits', input: 'ids', take }] });
    const before = new Map([['logits', float32([1, 2, 3], 9, 0, 0, 1, 5, 5)]]);
    const floats = new Map([['ids', float32([1], 0)]]);
    expect(stepInputs(feed('all'), floats, 2, before).get('ids')).toEqual(before.get('logits'));
    expect(stepInputs(feed('last'), floats, 2, before).get('ids')).toEqual(float32([1, 1, 3], 1, 5, 5));
    const ids = new Map([['ids', int64([1, 1], 0n)]]);
    expect(stepInputs(feed('argmax'), ids, 2, before).get('ids')).toEqual(int64([1, 1], 1n));
    const nan = new Map([['logits', float32([1, 3], NaN, 1, 2)]]);
    expect(stepInputs(feed('argmax'), ids, 2, nan).get('ids')).toEqual(int64([1, 1], 2n));
  });

  test('that are missing or too short are told with the step', () => {
    const rollout = createRollout({ feed: [{ output: 'present', input: 'past', take: 'all' }] });
    const start = new Map([['past', float32([1], 0)]]);
    expect(() => stepInputs(rollout, start, 2, new Map([['y', float32([1], 0)]]))).toThrow(
      'Step 2 feeds on output present, which step 1 did not give; it gave y.',
    );
    const each = createRollout({ each: new Map([['past', 0]]) });
    expect(() => stepInputs(each, start, 2, null)).toThrow(
      'Axis 0 of input past has 1 entries, fewer than the rollout needs.',
    );
  });
});

describe('the runs of a rollout', () => {
  const rollout = createRollout({ feed: [{ output: 'y', input: 'x', take: 'all' }] });
  const start = () => Promise.resolve(new Map([['x', float32([1], 1)]]));
  const options = {
    repeat: 1,
    start,
    outputsBefore: (_step: number, own: ReadonlyMap<string, ReturnType<typeof float32>>) =>
      Promise.resolve(own),
  };

  test('wait for the step before, and are the same when they are read again', async () => {
    const [first, second] = stepRuns(rollout, options);
    const early = second!.inputs();
    expect((await first!.inputs()).get('x')).toEqual(float32([1], 1));
    first!.settled(new Map([['y', float32([1], 7)]]));
    expect((await early).get('x')).toEqual(float32([1], 7));
    expect((await second!.inputs()).get('x')).toEqual(float32([1], 7));
  });

  test('fail where the step before gave nothing', async () => {
    const [first, second] = stepRuns(rollout, options);
    first!.settled(null);
    await expect(second!.inputs()).rejects.toThrow(RuntimeFailure);
    await expect(second!.inputs()).rejects.toThrow(
      'Step 2 has nothing to be fed: the step before it gave no outputs.',
    );
  });
});
