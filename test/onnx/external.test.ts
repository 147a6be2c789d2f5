import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkExternalData, modelSha256, readModel, readWeight } from '../../src/onnx/index.ts';
import { createModelBytes, external, refusal } from './build.ts';

const outside = mkdtempSync(join(tmpdir(), 'external-'));
const folder = join(outside, 'model');
mkdirSync(join(folder, 'inner'), { recursive: true });
afterAll(() => rmSync(outside, { recursive: true }));

const DATA = Buffer.from(Float32Array.of(9, 1.5, -2).buffer);
writeFileSync(join(outside, 'secret.bin'), DATA);
writeFileSync(join(folder, 'weights.bin'), DATA);
writeFileSync(join(folder, 'inner', 'b.bin'), DATA);
linkSync(join(folder, 'inner', 'b.bin'), join(folder, 'again.bin'));
symlinkSync('weights.bin', join(folder, 'symbolic.bin'));
symlinkSync('inner', join(folder, 'symbolic'));
linkSync(join(outside, 'secret.bin'), join(folder, 'hard.bin'));

const path = join(folder, 'model.onnx');

function modelWith(entries: Readonly<Record<string, string>>, shape: readonly number[] = [2]): string {
  writeFileSync(path, createModelBytes({ initializers: [external('w', shape, entries)] }));
  return path;
}

test('data beside the model is found, counted and read', () => {
  const model = readModel(modelWith({ location: 'weights.bin', offset: '4', length: '8' }));
  expect(checkExternalData(model)).toEqual([
    { location: 'weights.bin', path: join(folder, 'weights.bin'), size: 12, tensors: 1 },
  ]);
  expect(readWeight(model, model.graph.initializer[0]!).data).toEqual(Float32Array.of(1.5, -2));
});

test('subfolders and hard links inside the folder are allowed', () => {
  for (const location of ['inner/b.bin', './inner/b.bin', 'again.bin']) {
    expect(checkExternalData(readModel(modelWith({ location })))).toHaveLength(1);
  }
});

test.each<[string, string, string]>([
  ['../secret.bin', 'EXTERNAL_DATA_ESCAPES', 'it leaves the folder by ".."'],
  ['inner/../../secret.bin', 'EXTERNAL_DATA_ESCAPES', 'it leaves the folder by ".."'],
  ['..\\secret.bin', 'EXTERNAL_DATA_ESCAPES', 'it leaves the folder by ".."'],
  ['/etc/passwd', 'EXTERNAL_DATA_ESCAPES', 'it is an absolute path'],
  ['C:\\secret.bin', 'EXTERNAL_DATA_ESCAPES', 'it is an absolute path'],
  ['weights.bin\0.txt', 'EXTERNAL_DATA_ESCAPES', 'its name holds a NUL character'],
  ['symbolic.bin', 'EXTERNAL_DATA_ESCAPES', 'it is a symbolic link'],
  ['symbolic/b.bin', 'EXTERNAL_DATA_ESCAPES', 'it is a symbolic link'],
  [
    'hard.bin',
    'EXTERNAL_DATA_ESCAPES',
    'it is a hard link to a file outside the folder (copy the file to mend that)',
  ],
  ['inner', 'EXTERNAL_DATA_ESCAPES', 'it is not a file'],
  ['', 'EXTERNAL_DATA_ESCAPES', 'it names no file'],
])('the location %j is refused', (location, code, problem) => {
  expect(refusal(() => checkExternalData(readModel(modelWith({ location }))))).toEqual([
    code,
    `${path}: the data of "w" points to ${JSON.stringify(location)}, which is refused: ${problem}.`,
  ]);
});

test('a missing file is told apart', () => {
  expect(refusal(() => checkExternalData(readModel(modelWith({ location: 'none.bin' }))))).toEqual([
    'EXTERNAL_DATA_MISSING',
    `${path}: the external data file "none.bin" of "w" does not exist.`,
  ]);
});

test.each<[Record<string, string>, string]>([
  [{ offset: '8' }, 'bytes 8 to 16 are asked for, but the file has 12'],
  [
    { offset: '9007199254740993000' },
    'bytes 9007199254740993000 to 9007199254740993000 are asked for, but the file has 12',
  ],
  [{ offset: '-4' }, 'its offset, its length or the shape is no count of bytes'],
  [{ length: '12' }, 'its length is 12, but the shape needs 8 bytes'],
])('the range %j is refused', (range, problem) => {
  const action = (): unknown =>
    checkExternalData(readModel(modelWith({ location: 'weights.bin', ...range })));
  expect(refusal(action)).toEqual([
    'EXTERNAL_DATA_RANGE',
    `${path}: the external data of "w" in "weights.bin" is wrong: ${problem}.`,
  ]);
});

test('the hash covers the model and its data, in the order of their names', async () => {
  const bytes = createModelBytes({
    initializers: [
      external('b', [2], { location: 'weights.bin' }),
      external('a', [2], { location: 'inner/b.bin' }),
    ],
  });
  writeFileSync(path, bytes);
  expect(await modelSha256(path)).toBe(
    createHash('sha256').update(bytes).update(DATA).update(DATA).digest('hex'),
  );
  const plain = join(folder, 'plain.onnx');
  writeFileSync(plain, createModelBytes());
  expect(await modelSha256(plain)).toBe(createHash('sha256').update(createModelBytes()).digest('hex'));
  writeFileSync(plain, 'no model');
  expect(await modelSha256(plain)).toBe(createHash('sha256').update('no model').digest('hex'));
});
