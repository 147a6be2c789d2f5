import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, documentOf, ROOT, temporaryFolder } from '../e2e/cli.ts';

interface Doctor {
  readonly findings: readonly { readonly name: string; readonly works: boolean; readonly detail: string }[];
}

const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const env = existsSync(SWIFTSHADER) ? { VK_ICD_FILENAMES: SWIFTSHADER } : {};
const { findings } = JSON.parse((await cli(['doctor', '--json'], { env })).stdout) as Doctor;
const lacks = (...names: string[]) =>
  names.filter((name) => !findings.some((found) => found.name === name && found.works));

/** A copy of what the repository ships, so that nothing here can touch the goldens. */
function copyOfShipped(): string {
  const folder = temporaryFolder();
  for (const part of ['suites', 'goldens']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, '.venv'), join(folder, '.venv'));
  return folder;
}

function skipReason(...names: string[]): string {
  const missing = lacks(...names);
  return missing.length === 0 ? '' : ` (skipped: ${missing.join(', ')} does not work here)`;
}

describe.skipIf(lacks('python/torch', 'python/tensorflow').length > 0)(
  `the shipped suites against their frameworks${skipReason('python/torch', 'python/tensorflow')}`,
  () => {
    test('record proposes nothing: the goldens are bit-identical to what the frameworks give now', async () => {
      const end = await cli(['record'], { cwd: copyOfShipped() });
      expect(end.stdout).toMatch(/^0 proposals, \d+ unchanged, 0 failed$/m);
      expect(end.exitCode).toBe(0);
    });

    test('record, approve and run make a golden store from nothing that passes', async () => {
      const folder = temporaryFolder();
      cpSync(join(ROOT, 'suites/lstm-pytorch'), join(folder, 'suites/lstm-pytorch'), { recursive: true });
      symlinkSync(join(ROOT, '.venv'), join(folder, '.venv'));
      expect((await cli(['run', '--target', 'ort-node/cpu'], { cwd: folder })).exitCode).toBe(1);
      expect((await cli(['record'], { cwd: folder })).exitCode).toBe(0);
      expect((await cli(['approve', '--yes', '--reason', 'first'], { cwd: folder })).exitCode).toBe(0);
      expect((await cli(['run', '--target', 'ort-node/cpu'], { cwd: folder })).exitCode).toBe(0);
      expect((await cli(['goldens', 'verify'], { cwd: folder })).exitCode).toBe(0);
    });

    test('PyTorch, live, is held against the golden as a check of its own', async () => {
      const end = await cli(
        ['run', 'unet-pytorch', '--reference', 'both', '--target', 'ort-node/cpu', '--json'],
        {
          cwd: copyOfShipped(),
        },
      );
      const source = documentOf(end).checks.filter((check) => check.target === 'source/torch');
      expect(source.length).toBeGreaterThan(0);
      expect(source.every((check) => check.metrics['linf'] === 0)).toBe(true);
      expect(end.exitCode).toBe(0);
    });
  },
);

describe.skipIf(lacks('tfjs-node').length > 0)(`TensorFlow in Node${skipReason('tfjs-node')}`, () => {
  test('is a live reference for the TensorFlow suite, and agrees with the golden from Keras', async () => {
    const end = await cli(['run', 'cnn-tensorflow', '--reference', 'both:savedmodel', '--json'], {
      cwd: copyOfShipped(),
    });
    expect(end.exitCode).toBe(0);
    const source = documentOf(end).checks.filter((check) => check.target === 'source/savedmodel');
    expect(source).toHaveLength(16);
    const live = await cli(['run', 'cnn-tensorflow', '--reference', 'live:savedmodel'], {
      cwd: copyOfShipped(),
    });
    expect(live.exitCode).toBe(0);
  });
});

describe.skipIf(lacks('ort-node/webgpu').length > 0)(`WebGPU${skipReason('ort-node/webgpu')}`, () => {
  test('passes the shipped suites with its placement proved by the profile', async () => {
    const end = await cli(['run', '--target', 'ort-node/webgpu', '--json'], { cwd: copyOfShipped(), env });
    const { checks, summary } = documentOf(end);
    expect(end.exitCode).toBe(0);
    expect(summary.passed).toBe(checks.length);
    expect(new Set(checks.map((check) => check.placement?.proof))).toEqual(new Set(['profile']));
    expect(checks.every((check) => (check.placement?.nodes['webgpu'] ?? 0) > 0)).toBe(true);
  });
});

describe('a golden that no longer fits', () => {
  test('does not pass: a changed entry script makes it stale', async () => {
    const folder = copyOfShipped();
    const entry = join(folder, 'suites/digits-pytorch/export.py');
    writeFileSync(entry, `${readFileSync(entry, 'utf8')}\n# changed\n`);
    const end = await cli(['run', 'digits-pytorch', '--target', 'ort-node/cpu', '--json'], { cwd: folder });
    expect(end.exitCode).toBe(1);
    const { checks } = documentOf(end);
    expect(checks.every((check) => check.golden.state === 'stale' && check.verdict === 'fail')).toBe(true);
    expect(checks[0]?.reasons[0]?.message).toMatch(/entry script/);
  });
});
