import { execFile } from 'node:child_process';
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT, temporaryFolder } from '../e2e/cli.ts';

const execute = promisify(execFile);
const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', NO_COLOR: '1' };

test('the packed tarball works in an empty project: install, init, run', async () => {
  const folder = temporaryFolder();
  await execute('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT, env });
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true }');
  copyFileSync(join(ROOT, 'suites/unet-pytorch/unet.onnx'), join(folder, 'model.onnx'));
  await execute('npm', ['install', '--no-audit', '--no-fund', '--omit=optional', `./${tarball}`], {
    cwd: folder,
    env,
  });

  await execute('npx', ['onnx-parity', 'init', 'model.onnx'], { cwd: folder, env });
  const { stdout } = await execute('npx', ['onnx-parity', 'run'], { cwd: folder, env });

  expect(stdout).toMatch(/^PASS /m);
  expect(stdout).toMatch(/REFERENCE_IS_RUNTIME/);
  expect(readdirSync(join(folder, 'reports/latest')).toSorted()).toEqual([
    'checks.parquet',
    'index.html',
    'junit.xml',
    'run.json',
    'summary.md',
  ]);
});
