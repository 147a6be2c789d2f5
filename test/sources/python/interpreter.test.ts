import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findPython } from '../../../src/sources/python/interpreter.ts';
import { createProject, createSource } from '../suite-builder.ts';

let root: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ root, remove } = await createProject());
  await mkdir(join(root, 'suites', 'tiny'), { recursive: true });
  vi.stubEnv('ONNX_PARITY_PYTHON', '');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await remove();
});

async function createVenv(...folder: string[]): Promise<string> {
  const bin = join(root, ...folder, '.venv', 'bin');
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, 'python'), '');
  return join(bin, 'python');
}

function source(overrides: { python?: string } = {}) {
  return createSource({ entry: { file: join(root, 'suites', 'tiny', 'export.py') }, ...overrides });
}

describe.skipIf(process.platform === 'win32')('the interpreter of a source', () => {
  test('is the one that the suite names, before all others', async () => {
    await createVenv('suites', 'tiny');
    vi.stubEnv('ONNX_PARITY_PYTHON', '/from/environment');
    expect(await findPython(source({ python: 'python3.12' }))).toBe('python3.12');
  });

  test('is else that of the environment', async () => {
    await createVenv('suites', 'tiny');
    vi.stubEnv('ONNX_PARITY_PYTHON', '/from/environment');
    expect(await findPython(source())).toBe('/from/environment');
  });

  test('is else the nearest .venv: beside the entry, then above it', async () => {
    const above = await createVenv();
    expect(await findPython(source())).toBe(above);
    const beside = await createVenv('suites', 'tiny');
    expect(await findPython(source())).toBe(beside);
  });
});
