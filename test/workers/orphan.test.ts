import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { hostile } from './fixtures.ts';

const DIST = fileURLToPath(new URL('../../dist/workers/index.js', import.meta.url));

/** A parent that runs an endless model until it is killed. */
const PARENT = `
  const { createExecutor } = await import(process.argv[1]);
  const x = { dtype: 'float32', shape: [2, 2], data: new Float32Array(4) };
  const [runtime, provider] = process.argv[3].split('/');
  await createExecutor({ jobs: 1 }).execute(
    {
      target: { name: 't', runtime, provider, options: {}, optional: false, fallback: 'warn' },
      modelPath: process.argv[2],
      timeoutMs: 60_000,
      cases: [{ id: '1', inputs: async () => new Map([['x', x]]), repeat: 1 }],
    },
    () => {},
    new AbortController().signal,
  );
`;

test.skipIf(process.platform !== 'linux').each(['ort-node/cpu', 'ort-web/wasm'])(
  'kill -9 of the parent leaves no worker and no folder after 5 s, though %s is in an endless loop (Linux: reads /proc)',
  async (target) => {
    const folder = mkdtempSync(join(tmpdir(), 'orphan-test-'));
    const parent = spawn(
      process.execPath,
      ['--input-type=module', '-e', PARENT, DIST, hostile('endless-loop'), target],
      {
        env: { ...process.env, TMPDIR: folder },
        stdio: 'ignore',
      },
    );
    const child = await until(() => childOf(parent.pid ?? 0));
    // Long enough to be inside the model: the journal says so.
    await until(() => journalSays(folder, '"phase":"run"'));
    parent.kill('SIGKILL');
    const killedAt = performance.now();
    await until(() => (existsSync(`/proc/${child}`) || readdirSync(folder).length > 0 ? null : true));
    expect(performance.now() - killedAt).toBeLessThan(5000);
    rmSync(folder, { recursive: true, force: true });
  },
  30_000,
);

function childOf(pid: number): string | null {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return children[0] === undefined || children[0] === '' ? null : children[0];
}

function journalSays(folder: string, text: string): true | null {
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('journal'));
  return files.some((file) => readFileSync(join(folder, file), 'utf8').includes(text)) ? true : null;
}

async function until<T>(look: () => T | null): Promise<T> {
  for (let i = 0; i < 200; i += 1) {
    const found = look();
    if (found !== null) return found;
    await delay(50);
  }
  throw new Error('it never happened');
}
