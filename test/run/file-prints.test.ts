import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changedFiles, printFiles } from '../../src/run/file-prints.ts';
import type { Suite } from '../../src/suite/types.ts';
import { createCase, createModel, createSuite } from '../suite/builders.ts';

const never = new AbortController().signal;
let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'onnx-parity-prints-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A suite with a model, an input file and a golden store of one provenance and one blob. */
function createProject(at = root): Suite {
  mkdirSync(join(at, 'goldens/s/blobs'), { recursive: true });
  writeFileSync(join(at, 'net.onnx'), 'no model, but a file');
  writeFileSync(join(at, 'x.npy'), 'x');
  writeFileSync(join(at, 'goldens/s/a.json'), '{}');
  writeFileSync(join(at, `goldens/s/blobs/${'0'.repeat(64)}.safetensors`), 'blob');
  return createSuite({
    file: join(at, 'suite.yaml'),
    goldens: join(at, 'goldens/s'),
    models: [createModel({ path: join(at, 'net.onnx') })],
    cases: [createCase({ inputs: new Map([['x', { kind: 'file', path: join(at, 'x.npy') }]]) })],
  });
}

const soon = (): number => Date.now() + 60_000;

test('are of the files that a suite reads, without what is named by its hash', async () => {
  const prints = await printFiles([createProject()], root, soon(), never);
  expect(Object.keys(prints ?? {}).toSorted()).toEqual(['goldens/s/a.json', 'net.onnx', 'x.npy']);
  // sha256sum of the one letter, its first 16 digits.
  expect(prints?.['x.npy']).toBe('2d711642b726b044');
});

test('are the same in another checkout, whatever the times', async () => {
  const since = soon();
  const prints = (await printFiles([createProject()], root, since, never)) ?? undefined;
  const other = join(root, 'other');
  const suite = createProject(other);
  utimesSync(join(other, 'x.npy'), new Date(), new Date(since + 1000));
  expect(await changedFiles([suite], other, { since, prints })).toEqual([]);
});

test('name what changed, what is gone and what is new', async () => {
  const since = soon();
  const suite = createProject();
  const prints = (await printFiles([suite], root, since, never)) ?? undefined;
  rmSync(join(root, 'goldens/s/a.json'));
  writeFileSync(join(root, 'x.npy'), 'y');
  writeFileSync(join(root, 'goldens/s/b.json'), '{}');
  utimesSync(join(root, 'goldens/s/b.json'), new Date(), new Date(since + 1000));
  expect(await changedFiles([suite], root, { since, prints })).toEqual([
    'goldens/s/a.json is gone',
    'goldens/s/b.json changed since then',
    'x.npy changed since then',
  ]);
});

test('leave out a file that changed after the run began, and a run without prints goes by the times', async () => {
  const suite = createProject();
  expect(await printFiles([suite], root, 0, never)).toEqual({});
  expect(await changedFiles([suite], root, { since: 0, prints: undefined })).toEqual([
    'net.onnx changed since then',
    'goldens/s/a.json changed since then',
    'x.npy changed since then',
  ]);
  expect(await changedFiles([suite], root, { since: soon(), prints: undefined })).toEqual([]);
});

test('are none where the run ended first', async () => {
  expect(await printFiles([createProject()], root, soon(), AbortSignal.abort())).toBeNull();
});
