import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openTensorFile, readTensors, readTensorsSync, writeNpy } from '../../src/formats/index.ts';
import { tensorFromValues } from '../../src/tensor/index.ts';
import { fixture, fixtureBytes, refusal, view } from './fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'formats-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('the content decides', () => {
  test('an npy file named .npz is read as what it is', async () => {
    const tensors = await readTensors(write('wrong.npz', fixtureBytes('int8.npy')));
    expect(view(tensors.get('wrong'))).toEqual(['int8', [2], [-128, 127]]);
  });

  test.each([
    ['text.npz', 'hello world\n', 'a text file'],
    ['page.npy', '<!DOCTYPE html><html></html>', 'an HTML or XML page'],
    [
      'pointer.safetensors',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
      'a Git LFS pointer whose content was never fetched (run `git lfs pull`)',
    ],
    ['pickle.npy', Buffer.from('\x80\x04\x95\x00', 'latin1'), 'a Python pickle'],
    ['weights.npz', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'), 'an HDF5 file (.h5)'],
    ['noise.npy', Uint8Array.of(1, 2, 3, 4), 'unknown binary data'],
  ])('%s is named as what it looks like', (name, content, looksLike) => {
    const path = write(name, content);
    expect(refusal(() => readTensorsSync(path))).toEqual([
      'TENSOR_FORMAT_UNKNOWN',
      `${path} is not a tensor file: it looks like ${looksLike}.`,
    ]);
  });

  test('an empty and a missing file are told apart', () => {
    const empty = write('empty.npy', '');
    expect(refusal(() => readTensorsSync(empty))).toEqual([
      'TENSOR_FILE_EMPTY',
      `${empty} is empty (0 bytes).`,
    ]);
    expect(refusal(() => readTensorsSync('no/such.npy'))).toEqual([
      'TENSOR_FILE_NOT_FOUND',
      'Tensor file not found: no/such.npy',
    ]);
  });
});

describe('a folder', () => {
  const inner = mkdtempSync(join(folder, 'folder-'));

  test('gives the tensors of all its files, in natural order', () => {
    for (const i of [10, 2, 1]) {
      writeFileSync(join(inner, `output_${i}.npy`), writeNpy(tensorFromValues('uint8', [1], [i])));
    }
    writeFileSync(join(inner, 'README.md'), 'not a tensor');
    expect([...readTensorsSync(inner).keys()]).toEqual(['output_1', 'output_2', 'output_10']);
  });

  test('with two tensors of one name is refused', () => {
    writeFileSync(join(inner, 'output_1.json'), '[1]');
    expect(refusal(() => readTensorsSync(inner))).toEqual([
      'TENSOR_NAME_DUPLICATE',
      `${inner} has two tensors named "output_1".`,
    ]);
  });

  test('without tensor files is refused', () => {
    const bare = mkdtempSync(join(folder, 'bare-'));
    expect(refusal(() => readTensorsSync(bare))).toEqual([
      'TENSOR_FOLDER_EMPTY',
      `No tensor files in ${bare}`,
    ]);
  });
});

describe('JSON saved by Polygraphy', () => {
  test('gives inputs and outputs', () => {
    const inputs = readTensorsSync(fixture('polygraphy-inputs.json'));
    const outputs = readTensorsSync(fixture('polygraphy-outputs.json'));
    const [dtype, shape, values] = view(inputs.get('x'));
    expect([dtype, shape, values[0]]).toEqual(['float32', [2, 2], 0.4170219898223877]);
    expect(view(outputs.get('y'))).toEqual(['float32', [2, 2], values]);
    expect(view(outputs.get('z'))).toEqual(['int64', [2, 2], [0n, 0n, 0n, 0n]]);
  });

  test('with several iterations needs a choice', () => {
    const path = fixture('polygraphy-two.json');
    expect(refusal(() => readTensorsSync(path))).toEqual([
      'TENSOR_ITERATION_NEEDED',
      'polygraphy-two.json holds 2 iterations; one has to be chosen.',
    ]);
    expect([...readTensorsSync(path, { iteration: 1 }).keys()]).toEqual(['y', 'z']);
    expect(refusal(() => readTensorsSync(path, { iteration: 2 }))[0]).toBe('TENSOR_FILE_MALFORMED');
  });
});

describe('reading by chunks', () => {
  test.each(['float32.npy', 'float32-big-endian.npy', 'float32-fortran.npy', 'stored.npz', 'deflated.npz'])(
    '%s gives the same elements as reading it whole',
    (name) => {
      const file = openTensorFile(fixture(name));
      try {
        const entry = [...file.tensors.values()][0]!;
        const target = new Float32Array(4);
        const read: number[] = [];
        for (let at = 0; at < entry.elements; at += 4)
          read.push(...target.slice(0, entry.readChunk(at, target)));
        expect(read).toEqual([...(entry.read().data as Float32Array)]);
        expect(entry.streamed).toBe(!/fortran|deflated/.test(name));
      } finally {
        file.close();
      }
    },
  );
});
