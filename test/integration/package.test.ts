import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT, temporaryFolder } from '../e2e/cli.ts';

const execute = promisify(execFile);
const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', NO_COLOR: '1' };

/** Packs this package into `folder` and says the file's name. */
async function pack(folder: string): Promise<string> {
  await execute('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT, env });
  return readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
}

function install(folder: string, ...options: string[]) {
  return execute('npm', ['install', '--no-audit', '--no-fund', ...options], { cwd: folder, env });
}

/** Makes `onnx-parity` in a project's package.json the packed one. */
function dependOn(tarball: string, folder: string): void {
  const file = join(folder, 'package.json');
  const content = JSON.parse(readFileSync(file, 'utf8')) as { devDependencies?: Record<string, string> };
  const devDependencies = { ...content.devDependencies, 'onnx-parity': `file:${tarball}` };
  writeFileSync(file, JSON.stringify({ ...content, devDependencies }));
}

test('the packed tarball works in an empty project: install, init, run', async () => {
  const folder = temporaryFolder();
  const tarball = await pack(folder);
  writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "private": true }');
  dependOn(tarball, folder);
  copyFileSync(join(ROOT, 'suites/unet-pytorch/unet.onnx'), join(folder, 'model.onnx'));
  await install(folder, '--omit=optional');

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

test('the example project for vitest passes, and fails where its preprocessing is wrong', async () => {
  const folder = temporaryFolder();
  const example = join(folder, 'example');
  cpSync(join(ROOT, 'examples/vitest'), example, { recursive: true });
  dependOn(join(folder, await pack(folder)), example);
  // Scripts would fetch native libraries; those of vitest are optional packages.
  await install(example, '--ignore-scripts');

  const { stdout } = await execute('npx', ['vitest', 'run'], { cwd: example, env });
  expect(stdout).toMatch(/Tests {2}3 passed \(3\)/);

  const source = join(example, 'src/preprocess.js');
  writeFileSync(source, readFileSync(source, 'utf8').replace('0.406', '0.460'));
  const failed = await execute('npx', ['vitest', 'run'], { cwd: example, env }).catch(
    (error: unknown) => error,
  );
  expect(failed).toMatchObject({ code: 1 });
  expect((failed as { stderr: string }).stderr).toContain('The tensors do not match.');
}, 600_000);
