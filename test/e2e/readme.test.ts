import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, documentOf, ROOT, temporaryFolder } from './cli.ts';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const scripts = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts;

test('the two set-up commands of the README are scripts of the package', () => {
  expect(readme).toContain('npm ci && npm start');
  expect(readme).toContain('npm ci && npm test');
  expect(scripts['start']).toContain('dist/cli/main.js run');
  expect(scripts['test']).toContain('vitest run');
});

test('what `npm start` runs passes: six suites on cpu and wasm', async () => {
  const end = await cli(['run', '--out', temporaryFolder(), '--json']);
  const { checks, summary, suites } = documentOf(end);
  expect(end.stderr).toMatch(/^PASS /m);
  expect(end.exitCode).toBe(0);
  expect(suites.map(({ name }) => name)).toEqual([
    'cnn-tensorflow',
    'digits-pytorch',
    'encoder-pytorch',
    'lstm-pytorch',
    'unet-pytorch',
    'variants-pytorch',
  ]);
  for (const target of ['ort-node/cpu', 'ort-web/wasm']) {
    const suitesOn = new Set(
      checks.filter((check) => check.target === target && check.verdict === 'pass').map(({ suite }) => suite),
    );
    expect(suitesOn.size).toBe(6);
  }
  // Without an adapter, only WebGPU is left out, and it is optional.
  expect(
    checks.filter(({ verdict }) => verdict === null).every(({ target }) => target === 'ort-node/webgpu'),
  ).toBe(true);
  expect(summary.failed + summary.void + summary.unverified).toBe(0);
});

test('every command that the README names exists', async () => {
  const { stdout } = await cli(['--help']);
  const named = new Set([...readme.matchAll(/npx onnx-parity (\w+)/g)].map(([, name]) => name ?? ''));
  expect(named.size).toBeGreaterThan(5);
  for (const name of named) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
});
