/** Writes npy (version 1) and npz (stored), byte for byte as NumPy writes the same arrays where that is possible. */
import { crc32 } from 'node:zlib';
import { formatError } from '../errors/catalogue/formats.ts';
import type { Dtype, NamedTensors, Shape, Tensor } from '../tensor/index.ts';
import { storedView } from './encode.ts';

const CODES: Readonly<Partial<Record<Dtype, string>>> = {
  bool: '|b1',
  int8: '|i1',
  int16: '<i2',
  int32: '<i4',
  int64: '<i8',
  uint8: '|u1',
  uint16: '<u2',
  uint32: '<u4',
  uint64: '<u8',
  float16: '<f2',
  float32: '<f4',
  float64: '<f8',
  complex64: '<c8',
  complex128: '<c16',
};

/** True for element types that npy files can name. */
export function isNpyDtype(dtype: Dtype): boolean {
  return dtype === 'string' || CODES[dtype] !== undefined;
}

/** One tensor as an npy file. @throws ParityError TENSOR_NOT_STORABLE for bfloat16, float8 and elements below 8 bits, which npy cannot name */
export function writeNpy(tensor: Tensor, name = 'tensor'): Uint8Array {
  const { dtype, shape } = tensor;
  if (dtype === 'string') return wideStrings(tensor.data, shape, name);
  const code = CODES[dtype];
  if (code === undefined) throw formatError('TENSOR_NOT_STORABLE', { tensor: name, dtype, format: 'npy' });
  return Buffer.concat([npyHeader(code, shape), storedView(dtype, tensor.data)]);
}

/** Tensors as an uncompressed npz archive with a fixed date: equal input gives equal bytes. */
export function writeNpz(tensors: NamedTensors): Uint8Array {
  const local: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, tensor] of tensors) {
    const entryName = Buffer.from(`${name}.npy`);
    const data = writeNpy(tensor, name);
    if (offset + data.byteLength > LARGEST)
      throw formatError('TENSOR_FILE_TOO_LARGE', { path: name, problem: 'an npz beyond 4 GiB' });
    const common = commonFields(entryName, data);
    local.push(Buffer.concat([LOCAL_SIGNATURE, common, entryName]), data);
    directory.push(centralRecord(common, offset), entryName);
    offset += 30 + entryName.length + data.byteLength;
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([...local, central, endRecord(tensors.size, central.length, offset)]);
}

const LARGEST = 2 ** 32 - 2 ** 20;
const LOCAL_SIGNATURE = Buffer.from('PK\x03\x04', 'latin1');

// Version 2.0, UTF-8 names, stored, 1 January 1980.
function commonFields(name: Uint8Array, data: Uint8Array): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(0x800, 2);
  fields.writeUInt16LE(0x21, 8);
  fields.writeUInt32LE(crc32(data), 10);
  fields.writeUInt32LE(data.byteLength, 14);
  fields.writeUInt32LE(data.byteLength, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function centralRecord(common: Uint8Array, offset: number): Buffer {
  const record = Buffer.alloc(46);
  record.write('PK\x01\x02', 0, 'latin1');
  record.writeUInt16LE(20, 4);
  record.set(common, 6);
  record.writeUInt32LE(offset, 42);
  return record;
}

function endRecord(count: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(22);
  record.write('PK\x05\x06', 0, 'latin1');
  record.writeUInt16LE(count, 8);
  record.writeUInt16LE(count, 10);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(offset, 16);
  return record;
}

// NumPy pads the header so that the data begins at a multiple of 64, after leaving room for the first axis to grow to 21 digits.
function npyHeader(code: string, shape: Shape): Buffer {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const room = shape.length === 0 ? 0 : 21 - String(shape[0]).length;
  const dict = `{'descr': '${code}', 'fortran_order': False, 'shape': (${axes}), }${' '.repeat(room)}`;
  const length = Math.ceil((10 + dict.length + 1) / 64) * 64;
  const header = Buffer.alloc(length, ' ');
  header.write('\x93NUMPY\x01\x00', 0, 'latin1');
  header.writeUInt16LE(length - 10, 8);
  header.write(dict, 10, 'latin1');
  header.write('\n', length - 1, 'latin1');
  return header;
}

function wideStrings(data: readonly string[], shape: Shape, name: string): Uint8Array {
  const points = data.map((text) => Array.from(text, (character) => character.codePointAt(0)!));
  // NUL at the end is NumPy's padding and would be lost.
  if (points.some((text) => text.at(-1) === 0)) {
    throw formatError('TENSOR_NOT_STORABLE', {
      tensor: name,
      dtype: 'a string that ends with NUL',
      format: 'npy',
    });
  }
  const width = points.reduce((longest, text) => Math.max(longest, text.length), 1);
  const bytes = Buffer.alloc(data.length * width * 4);
  for (const [i, text] of points.entries()) {
    for (const [at, point] of text.entries()) bytes.writeUInt32LE(point, (i * width + at) * 4);
  }
  return Buffer.concat([npyHeader(`<U${width}`, shape), bytes]);
}
