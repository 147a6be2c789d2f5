import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as Sources from '../../src/sources/index.ts';

const INDEX = fileURLToPath(new URL('../../dist/sources/index.js', import.meta.url));
const SCRIPT = fileURLToPath(new URL('../fixtures/sources/approve-forever.mjs', import.meta.url));

// 16 cases of 64 KiB and a dozen kills; raise them by hand for a longer trial.
const CASES = Number(process.env['ONNX_PARITY_KILL_CASES'] ?? 16);
const ELEMENTS = Number(process.env['ONNX_PARITY_KILL_ELEMENTS'] ?? 8192);
const KILLS = Number(process.env['ONNX_PARITY_KILLS'] ?? 12);
const LONGEST_MS = Number(process.env['ONNX_PARITY_KILL_MS'] ?? 900);

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'onnx-parity-kill-'));
});

afterAll(() => rm(root, { recursive: true, force: true }));

/** Lets record and approve run for a while, then kills them; with `until`, after they wrote it. */
async function killAfter(ms: number, until = ''): Promise<void> {
  const child = spawn(process.execPath, [SCRIPT, INDEX, root, String(CASES), String(ELEMENTS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  if (until !== '') {
    let text = '';
    for await (const chunk of child.stdout) if ((text += String(chunk)).includes(until)) break;
  }
  await new Promise((resolve) => setTimeout(resolve, ms));
  child.kill('SIGKILL');
  await ended;
}

describe.skipIf(!existsSync(INDEX))('goldens under kill -9 (skipped before npm run build)', () => {
  test(`${KILLS} kills at random moments leave every golden old or new`, async () => {
    const { verifyGoldens } = (await import(INDEX)) as typeof Sources;
    await killAfter(0, 'approved');
    const goldens = join(root, 'goldens');
    for (let kill = 0; kill < KILLS; kill++) {
      await killAfter(150 + Math.random() * LONGEST_MS);
      const report = await verifyGoldens(goldens, root);
      expect(report.problems, `after kill ${kill}`).toEqual([]);
      expect(report.goldens).toBe(CASES);
      expect(report.blobs).toBe(CASES);
    }
  });

  test('the next approve that ends sweeps what the kills left', async () => {
    const { verifyGoldens } = (await import(INDEX)) as typeof Sources;
    await killAfter(0, 'approved');
    expect((await verifyGoldens(join(root, 'goldens'), root)).problems).toEqual([]);
    expect(await readdir(root)).toEqual(['.onnx-parity', 'goldens']);
  });
});
