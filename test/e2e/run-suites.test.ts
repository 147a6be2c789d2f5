import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type * as Api from '../../src/index.ts';
import '../../src/vitest/index.ts';
import { ROOT, temporaryFolder } from './cli.ts';

const built = (await import(join(ROOT, 'dist/index.js'))) as typeof Api;

const narrow = {
  cwd: ROOT,
  suites: ['digits-pytorch'],
  cases: ['single'],
  targets: ['ort-node/cpu'],
} as const;

test('gives the result of the suites that it ran', async () => {
  const document = await built.runSuites({ ...narrow, out: temporaryFolder() });

  expect(document.checks.map(({ case: name, target, verdict }) => [name, target, verdict])).toEqual([
    ['single', 'ort-node/cpu', 'pass'],
  ]);
  expect(document).toPassParity();
});

test('gives a result also where checks did not pass', async () => {
  const document = await built.runSuites({ ...narrow, out: temporaryFolder(), args: ['--linf=1e-30'] });

  expect(document.exitCode).toBe(1);
  expect(document).not.toPassParity();
});

test('says what the command line said where it refused', async () => {
  await expect(built.runSuites({ ...narrow, args: ['--sorted'] })).rejects.toMatchObject({
    code: 'RUN_WITHOUT_RESULT',
    message: expect.stringMatching(
      /^The run ended with exit code 2 and without a result:\n.*--sorted/s,
    ) as unknown,
  });
});

test('a run that passed and could not write its report is an error (needs the right to mount a tmpfs)', async (context) => {
  const disk = temporaryFolder();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status === 0;
  if (!mounted) return context.skip('no right to mount');
  onTestFinished(() => void spawnSync('umount', [disk]));

  await expect(built.runSuites({ ...narrow, out: disk })).rejects.toMatchObject({
    code: 'RUN_FAILED_AFTER',
    message: expect.stringMatching(
      /^The run ended with exit code 2, which its result does not say:\n.*the disk is full/s,
    ) as unknown,
  });
});

test('asked to end, it gives what was finished, which does not pass', async () => {
  const out = temporaryFolder();
  const signal = AbortSignal.timeout(1_000);
  const document = await built.runSuites({ cwd: ROOT, out, signal, args: ['--repeat=200', '--jobs=1'] });

  expect(document).toMatchObject({ complete: false, exitCode: 143 });
  expect(document).not.toPassParity();
});

test('reads tensors of a file', async () => {
  const folder = temporaryFolder();
  cpSync(join(ROOT, 'suites/digits-pytorch/inputs'), folder, { recursive: true });

  const tensors = await built.readTensors(join(folder, 'held-out.npz'));

  expect(tensors.get('image')).toMatchObject({ dtype: 'float32' });
});
