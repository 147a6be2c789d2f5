/** Untrusted files through the whole chain: what a suite or a command line makes of each, and that nothing outside is read. */
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readTensorsSync, writeNpy } from '../../src/formats/index.ts';
import type { Check } from '../../src/result/index.ts';
import { makeTensor } from '../../src/tensor/index.ts';
import { cli, documentOf, temporaryFolder } from '../e2e/cli.ts';
import { createModelBytes, external, node, value } from '../onnx/build.ts';

const SECRET = Buffer.from(Float32Array.of(41, 42).buffer);
const X = { x: { values: [1, 2], dtype: 'float32', shape: [2] } };

describe('a model whose weights point elsewhere is refused, and the next case runs', () => {
  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['../secret.bin', { location: '../secret.bin' }, /leaves the folder by "\.\."/],
    ['an absolute path', { location: '/etc/hostname' }, /is an absolute path/],
    ['a symbolic link', { location: 'symbolic.bin' }, /is a symbolic link/],
    ['a NUL in the name', { location: 'weights.bin\0.txt' }, /holds a NUL character/],
    ['a hard link to a file outside', { location: 'hard.bin' }, /is a hard link to a file outside/],
    [
      'an offset beyond the file',
      { location: 'weights.bin', offset: '8', length: '8' },
      /but the file has 8/,
    ],
    ['an offset of 2^63', { location: 'weights.bin', offset: '9223372036854775808' }, /but the file has 8/],
    ['a negative offset', { location: 'weights.bin', offset: '-8' }, /no count of bytes/],
    ['a name that is too long', { location: 'w'.repeat(5000) }, /cannot be looked at \(ENAMETOOLONG\)/],
  ])('%s', async (_, entries, problem) => {
    const folder = temporaryFolder();
    const suite = join(folder, 'suites', 's');
    mkdirSync(suite, { recursive: true });
    writeFileSync(join(folder, 'suites', 'secret.bin'), SECRET);
    writeFileSync(join(suite, 'weights.bin'), SECRET);
    symlinkSync('../secret.bin', join(suite, 'symbolic.bin'));
    linkSync(join(folder, 'suites', 'secret.bin'), join(suite, 'hard.bin'));
    writeFileSync(join(suite, 'bad.onnx'), addWeight(entries));
    writeFileSync(join(suite, 'good.onnx'), addWeight({ location: 'weights.bin' }));
    writeFileSync(join(suite, 'y.json'), '{"y": [42, 44]}');
    writeSuite(suite, {
      models: { bad: 'bad.onnx', good: 'good.onnx' },
      targets: ['ort-node/cpu', 'ort-web/wasm'],
    });
    const checks = await runSuite(folder);
    for (const check of checks.filter(({ model }) => model === 'bad')) {
      expect([check.status, check.reasons[0]?.code]).toEqual(['error', 'MODEL_UNREADABLE']);
      expect(check.reasons[0]?.message).toMatch(problem);
    }
    expect(checks.filter(({ model }) => model === 'good').map(({ verdict }) => verdict)).toEqual([
      'pass',
      'pass',
    ]);
  });
});

describe('a model that is no file costs its case, and the run goes on', () => {
  test.each<[string, (path: string) => void]>([
    ['a loop of links', (path) => symlinkSync('bad.onnx', path)],
    ['a link to nothing', (path) => symlinkSync('nowhere', path)],
    ['a folder', (path) => mkdirSync(path)],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a device without an end', (path) => symlinkSync('/dev/zero', path)],
    [
      'messages nested 5,000 deep',
      (path) => writeFileSync(path, Buffer.concat([Buffer.of(8, 10), nested(5000)])),
    ],
  ])('%s', async (_, make) => {
    const folder = temporaryFolder();
    const suite = join(folder, 'suites', 's');
    mkdirSync(suite, { recursive: true });
    make(join(suite, 'bad.onnx'));
    writeFileSync(join(suite, 'weights.bin'), SECRET);
    writeFileSync(join(suite, 'good.onnx'), addWeight({ location: 'weights.bin' }));
    writeFileSync(join(suite, 'y.json'), '{"y": [42, 44]}');
    writeSuite(suite, {
      models: { bad: 'bad.onnx', good: 'good.onnx' },
      targets: ['ort-node/cpu', 'ort-web/wasm'],
    });
    const ends = (await runSuite(folder)).map(({ model, status, verdict, reasons }) => [
      model,
      verdict ?? status,
      reasons[0]?.code,
    ]);
    expect(ends).toHaveLength(4);
    for (const end of ends)
      expect([
        ['bad', 'error', 'MODEL_UNREADABLE'],
        ['good', 'pass', undefined],
      ]).toContainEqual(end);
  });
});

/** A graph whose node has a graph whose node has …: fields 7, then 1, 5 and 6 by turns. */
function nested(depth: number): Buffer {
  let bytes = Buffer.from([]);
  for (let at = 0; at < depth; at += 1)
    for (const field of [6, 5, 1]) bytes = Buffer.concat([header(field, bytes.length), bytes]);
  return Buffer.concat([header(7, bytes.length), bytes]);
}

/** Tag and length of a field that holds bytes. */
function header(field: number, length: number): Buffer {
  const bytes = [field * 8 + 2];
  let rest = length;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

const ONE = writeNpy(makeTensor('float32', [2], Float32Array.of(1, 2)));
const HEADER = '{"y":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';

describe('a reference that is an attack is refused, whether a suite or a person names it', () => {
  test.each<[string, string, Uint8Array, string]>([
    [
      'an npz that unpacks to 2 GiB',
      'y.npz',
      zip([{ name: 'y.npy', data: ONE, size: 2 ** 31 - 1 }]),
      'TENSOR_FILE_TOO_LARGE',
    ],
    [
      'an npz with two entries of one name',
      'y.npz',
      zip([
        { name: 'y.npy', data: ONE },
        { name: 'y.npy', data: ONE },
      ]),
      'ARCHIVE_ENTRY_DUPLICATE',
    ],
    [
      'an npz with entries over one another',
      'y.npz',
      zip([
        { name: 'y.npy', data: ONE },
        { name: 'z.npy', data: ONE, offset: 0 },
      ]),
      'TENSOR_FILE_MALFORMED',
    ],
    [
      'safetensors with a key twice',
      'y.safetensors',
      safetensors(`${HEADER.slice(0, -1)},${HEADER.slice(1)}`),
      'TENSOR_NAME_DUPLICATE',
    ],
    [
      'safetensors whose header claims 2^63 bytes',
      'y.safetensors',
      safetensors(HEADER, 2n ** 63n),
      'TENSOR_FILE_TOO_LARGE',
    ],
    [
      'npy whose header claims 2^63 elements',
      'y.npy',
      npy('(9223372036854775808,)'),
      'TENSOR_FILE_MALFORMED',
    ],
  ])('%s', async (_, name, bytes, code) => {
    const folder = temporaryFolder();
    const suite = join(folder, 'suites', 's');
    mkdirSync(suite, { recursive: true });
    writeFileSync(join(suite, name), bytes);
    writeFileSync(join(suite, 'weights.bin'), SECRET);
    writeFileSync(join(suite, 'm.onnx'), addWeight({ location: 'weights.bin' }));
    writeFileSync(join(suite, 'y.json'), '{"y": [42, 44]}');
    writeSuite(
      suite,
      { model: 'm.onnx', targets: ['ort-node/cpu'] },
      { attack: { inputs: X, reference: { file: name } } },
    );
    const [attack, good] = await runSuite(folder);
    expect([attack?.verdict, attack?.reasons[0]?.code]).toEqual(['fail', 'GOLDEN_UNREADABLE']);
    expect(good?.verdict).toBe('pass');

    expect(() => readTensorsSync(join(suite, name))).toThrow(expect.objectContaining({ code }));
    const ended = await cli(['compare', join(suite, name), join(suite, 'y.json')]);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(/^error /);
  });
});

/** y = x + w, with w in external data. */
function addWeight(entries: Readonly<Record<string, string>>): Uint8Array {
  return createModelBytes({
    nodes: [node('Add', ['x', 'w'], ['y'])],
    inputs: [value('x', 'float32', [2])],
    outputs: [value('y', 'float32', [2])],
    initializers: [external('w', [2], entries)],
  });
}

function writeSuite(folder: string, head: object, cases: object = {}): void {
  const good = { inputs: X, reference: { file: 'y.json' } };
  writeFileSync(join(folder, 'suite.json'), JSON.stringify({ ...head, cases: { ...cases, good } }));
}

async function runSuite(folder: string): Promise<readonly Check[]> {
  const ended = await cli(['run', '--json'], { cwd: folder });
  expect(ended.exitCode, ended.stderr).toBe(1);
  const document = documentOf(ended);
  expect(document.complete).toBe(true);
  return document.checks;
}

function safetensors(header: string, length = BigInt(header.length)): Uint8Array {
  const bytes = Buffer.alloc(8 + header.length + 8);
  bytes.writeBigUInt64LE(length, 0);
  bytes.write(header, 8);
  return bytes;
}

function npy(shape: string): Uint8Array {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }\n`;
  const bytes = Buffer.alloc(10 + header.length + 8);
  bytes.write('\u0093NUMPY\u0001\u0000', 'latin1');
  bytes.writeUInt16LE(header.length, 8);
  bytes.write(header, 10);
  return bytes;
}

interface Member {
  readonly name: string;
  readonly data: Uint8Array;
  /** What the archive says of the unpacked size, and of where the entry begins. */
  readonly size?: number;
  readonly offset?: number;
}

/** A zip archive of deflated members, which may lie about themselves. */
function zip(members: readonly Member[]): Uint8Array {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let at = 0;
  for (const { name, data, size = data.length, offset = at } of members) {
    const packed = deflateRawSync(data);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), common, Buffer.from(name), packed]);
    const central = Buffer.alloc(46);
    central.write('PK\u0001\u0002', 'latin1');
    common.copy(central, 6);
    central.writeUInt32LE(offset, 42);
    locals.push(local);
    centrals.push(central, Buffer.from(name));
    at += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}
