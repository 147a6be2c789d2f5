import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/tensor/index.ts';
import { cli, documentOf, temporaryFolder } from './cli.ts';
import { tensor, writeTensors } from './tensors.ts';

const GOOD = { logits: tensor('float32', [1, 2, 3, 4], [2, 2]), state: tensor('float32', [5, 6, 7]) };

interface Trap {
  readonly name: string;
  readonly expected?: Readonly<Record<string, Tensor>>;
  readonly actual: Readonly<Record<string, Tensor>>;
  readonly code: string;
  readonly verdict?: string;
}

const TRAPS: readonly Trap[] = [
  { name: 'a missing output', actual: { logits: GOOD.logits }, code: 'OUTPUT_MISSING' },
  { name: 'an extra output', actual: { ...GOOD, more: tensor('float32', [1]) }, code: 'OUTPUT_EXTRA' },
  { name: 'a renamed output', actual: { logits_1: GOOD.logits, state: GOOD.state }, code: 'OUTPUT_RENAMED' },
  {
    name: 'another dtype with equal values',
    actual: { ...GOOD, state: tensor('float64', [5, 6, 7]) },
    code: 'DTYPE_MISMATCH',
  },
  {
    name: 'another shape with equal values',
    actual: { ...GOOD, logits: tensor('float32', [1, 2, 3, 4], [1, 4]) },
    code: 'SHAPE_MISMATCH',
  },
  {
    name: 'a lost axis of length one',
    expected: { x: tensor('float32', [1], []) },
    actual: { x: tensor('float32', [1], [1]) },
    code: 'SHAPE_MISMATCH',
  },
  {
    name: 'outputs without elements',
    expected: { x: tensor('float32', [], [0, 4]) },
    actual: { x: tensor('float32', [], [0, 4]) },
    code: 'EMPTY_OUTPUT',
    verdict: 'void',
  },
  {
    name: 'NaN in the actual output only',
    actual: { ...GOOD, state: tensor('float32', [5, NaN, 7]) },
    code: 'NAN_ACTUAL',
  },
  {
    name: 'NaN in the expected output only',
    expected: { x: tensor('float32', [1, NaN]) },
    actual: { x: tensor('float32', [1, 2]) },
    code: 'NAN_EXPECTED',
  },
  {
    name: 'a finite value against an infinite one',
    expected: { x: tensor('float32', [1, Infinity]) },
    actual: { x: tensor('float32', [1, 2]) },
    code: 'INF_MISMATCH',
  },
  {
    name: 'infinities of opposite sign',
    expected: { x: tensor('float32', [1, Infinity]) },
    actual: { x: tensor('float32', [1, -Infinity]) },
    code: 'INF_MISMATCH',
  },
  {
    name: 'an int64 that differs beyond 2^53',
    expected: { x: tensor('int64', [9007199254740993n]) },
    actual: { x: tensor('int64', [9007199254740992n]) },
    code: 'BOUND_EXCEEDED',
  },
  { name: 'no outputs at all', actual: {}, code: 'OUTPUT_MISSING' },
];

describe('what would pass silently elsewhere does not pass here', () => {
  for (const { name, expected = GOOD, actual, code, verdict = 'fail' } of TRAPS) {
    test(`${name}: exit 1 with ${code}`, async () => {
      const folder = temporaryFolder();
      writeTensors(join(folder, 'expected.npz'), expected);
      writeTensors(join(folder, 'actual.npz'), actual);

      const end = await cli(['compare', 'expected.npz', 'actual.npz', '--json'], { cwd: folder });

      expect(end.exitCode).toBe(1);
      const bad = documentOf(end).checks.filter((check) => check.verdict !== 'pass');
      expect(bad.map((check) => check.verdict)).toContain(verdict);
      expect(bad.flatMap((check) => check.reasons.map((reason) => reason.code))).toContain(code);
    });
  }

  test('equal tensors pass, with NaN, the same infinity and both zeros in the same places', async () => {
    const folder = temporaryFolder();
    writeTensors(join(folder, 'expected.npz'), { x: tensor('float32', [1, NaN, Infinity, 0]) });
    writeTensors(join(folder, 'actual.npz'), { x: tensor('float32', [1, NaN, Infinity, -0]) });
    const end = await cli(['compare', 'expected.npz', 'actual.npz', '--json'], { cwd: folder });
    expect(end.exitCode).toBe(0);
    expect(documentOf(end).summary).toEqual({
      checks: 1,
      passed: 1,
      failed: 0,
      void: 0,
      unverified: 0,
      notRun: 0,
    });
  });
});
