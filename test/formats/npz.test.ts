import { deflateRawSync, crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { readTensorBytes, readTensorsSync, writeNpy } from '../../src/formats/index.ts';
import { makeTensor } from '../../src/tensor/index.ts';
import { fixture, fixtureBytes, refusal, view } from './fixtures.ts';

test.each([
  ['stored.npz', [0, 1, 2, 3, 4, 5]],
  ['data-descriptors.npz', [0, 1, 2, 3, 4, 5]],
  ['deflated.npz', Array.from({ length: 64 }, () => 0)],
])('%s is read as NumPy wrote it', (name, x) => {
  const tensors = readTensorsSync(fixture(name));
  expect(view(tensors.get('x'))[2]).toEqual(x);
});

test('a pickled array among good ones is refused', () => {
  expect(refusal(() => readTensorsSync(fixture('object.npz')))).toEqual([
    'TENSOR_NEEDS_PICKLE',
    'object.npz: "bad" holds pickled Python objects, which are never loaded.',
  ]);
});

test('a PyTorch file is named as what it is', () => {
  expect(refusal(() => readTensorsSync(fixture('torch.pt')))).toEqual([
    'TENSOR_FORMAT_UNKNOWN',
    'torch.pt is not a tensor file: it looks like a PyTorch file (.pt), which holds pickled objects.',
  ]);
});

interface Member {
  readonly name: string;
  readonly data: Uint8Array;
  readonly method?: 0 | 8;
  readonly flags?: number;
  readonly crc?: number;
  readonly size?: number;
  /** Where the directory says that it begins; the true place by default. */
  readonly offset?: number;
}

/** A zip archive with every field free to lie. */
function zip(...members: readonly Member[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  for (const {
    name,
    data,
    method = 0,
    flags = 0,
    crc = crc32(data),
    size = data.length,
    offset = at,
  } of members) {
    const packed = method === 8 ? deflateRawSync(data) : data;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc, 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size, 18);
    common.writeUInt16LE(name.length, 22);
    const central = Buffer.alloc(46);
    central.write('PK\x01\x02', 'latin1');
    common.copy(central, 6);
    central.writeUInt32LE(offset, 42);
    directory.push(central, Buffer.from(name));
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), packed]);
    parts.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
}

const ONE = writeNpy(makeTensor('float32', [1], Float32Array.of(1)));
const read = (bytes: Uint8Array, maxUnpackedBytes?: number): [string, string] =>
  refusal(() => readTensorBytes(bytes, 'x.npz', maxUnpackedBytes === undefined ? {} : { maxUnpackedBytes }));

test('the archive that these tests make is read', () => {
  const tensors = readTensorBytes(
    zip({ name: 'a.npy', data: ONE }, { name: 'b.npy', data: ONE, method: 8 }),
    'x.npz',
  );
  expect([...tensors.keys()]).toEqual(['a', 'b']);
});

test.each<[string, Uint8Array, string, string]>([
  [
    'duplicate names',
    zip({ name: 'a.npy', data: ONE }, { name: 'a.npy', data: ONE }),
    'ARCHIVE_ENTRY_DUPLICATE',
    'x.npz has two entries named "a.npy".',
  ],
  [
    'an encrypted entry',
    zip({ name: 'a.npy', data: ONE, flags: 1 }),
    'ARCHIVE_ENCRYPTED',
    'x.npz: entry "a.npy" is encrypted.',
  ],
  [
    'a wrong checksum of a stored entry',
    zip({ name: 'a.npy', data: ONE, crc: 1 }),
    'ARCHIVE_CHECKSUM',
    'x.npz: the checksum of entry "a.npy" is wrong.',
  ],
  [
    'a wrong checksum of a deflated entry',
    zip({ name: 'a.npy', data: ONE, crc: 1, method: 8 }),
    'ARCHIVE_CHECKSUM',
    'x.npz: the checksum of entry "a.npy" is wrong.',
  ],
  [
    'an entry that unpacks to more than it says',
    zip({ name: 'a.npy', data: ONE, size: 10, method: 8 }),
    'TENSOR_FILE_MALFORMED',
    'x.npz is not a valid npz file: entry "a.npy" unpacks to more bytes than it declares.',
  ],
  [
    'an entry that is no array',
    zip({ name: 'a.txt', data: ONE }),
    'TENSOR_FORMAT_UNKNOWN',
    'x.npz is not a tensor file: it looks like a zip archive with other content ("a.txt").',
  ],
  [
    'a directory that points outside',
    zip({ name: 'a.npy', data: ONE, offset: 2 ** 31 }),
    'TENSOR_FILE_MALFORMED',
    'x.npz is not a valid zip file: entry "a.npy" lies outside the file.',
  ],
])('%s: refused', (_, bytes, code, message) => {
  expect(read(bytes)).toEqual([code, message]);
});

test('entries that overlap, each with a name of its own, are refused', () => {
  // The second header lies inside the stored bytes of the first.
  const inner = zip({ name: 'b.npy', data: ONE }).subarray(0, 30 + 5 + ONE.length);
  const archive = Buffer.from(zip({ name: 'a.npy', data: inner }, { name: 'b.npy', data: ONE, offset: 35 }));
  expect(read(archive)).toEqual(['ARCHIVE_ENTRIES_OVERLAP', 'x.npz: entry "b.npy" overlaps another one.']);
});

test('an archive that unpacks beyond the limit is refused before anything is unpacked', () => {
  const bomb = zip({ name: 'a.npy', data: ONE, size: 2 ** 31, method: 8 });
  const [code, message] = read(bomb);
  expect(code).toBe('TENSOR_FILE_TOO_LARGE');
  expect(message).toMatch(
    /^x\.npz is refused: its \d+ bytes unpack to at least 2147483648, more than the limit of 268435456\.$/,
  );
  expect(read(zip({ name: 'a.npy', data: ONE, method: 8 }), 10)[0]).toBe('TENSOR_FILE_TOO_LARGE');
});

test('an archive that is cut off is refused', () => {
  expect(read(fixtureBytes('stored.npz').subarray(0, -5))).toEqual([
    'TENSOR_FILE_MALFORMED',
    'x.npz is not a valid zip file: its directory is missing: the file is cut off.',
  ]);
});

test('one flipped bit in the data is noticed', () => {
  const bytes = Uint8Array.from(fixtureBytes('stored.npz'));
  bytes[190]! ^= 1;
  expect(read(bytes)[0]).toBe('ARCHIVE_CHECKSUM');
});
