/** What one worker may take: memory beyond its limit, and what is left behind by thousands of sessions. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT, temporaryFolder } from '../e2e/cli.ts';

const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const env = existsSync(SWIFTSHADER) ? { VK_ICD_FILENAMES: SWIFTSHADER, ...process.env } : process.env;

interface Measured {
  readonly target: string;
  readonly overshootsMib: readonly number[];
  readonly firstMib: number;
  readonly mostMib: number;
}

test.each(['ort-node/cpu', 'ort-web/wasm', 'ort-node/webgpu'])(
  '%s is ended at most 64 MiB beyond its limit and grows at most 100 MiB in 2,000 sessions',
  async (target) => {
    const file = join(temporaryFolder(), 'limits.json');
    const script = join(ROOT, 'scripts/limits.mjs');
    const words = [script, '--target', target, '--times', '3', '--json', file];
    const { stderr } = await promisify(execFile)(process.execPath, words, { env });
    const [measured] = JSON.parse(readFileSync(file, 'utf8')) as readonly Measured[];
    // A host without a GPU and without its software driver: nothing was measured, and the script says so.
    if (measured === undefined) return expect(stderr).toContain(`${target} is not measured`);
    expect(measured.overshootsMib.length).toBeGreaterThan(0);
    expect(Math.max(...measured.overshootsMib)).toBeLessThanOrEqual(64);
    expect(measured.mostMib - measured.firstMib).toBeLessThanOrEqual(100);
  },
);
