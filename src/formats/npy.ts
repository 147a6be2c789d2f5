/** NumPy's npy format, versions 1 to 3. Source: numpy.lib.format. Pickled arrays are refused, never loaded. */
import { formatError } from '../errors/catalogue/formats.ts';
import type { ParityError } from '../errors/index.ts';
import { elementCount, makeTensor } from '../tensor/index.ts';
import type { NumericDtype, Shape, Tensor } from '../tensor/index.ts';
import { readRange } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';
import { loadedEntry, storedBytes, storedEntry, swapBytes } from './entry.ts';
import type { TensorEntry } from './entry.ts';
import { MAX_AXES, MAX_NPY_HEADER } from './limits.ts';
import { parsePythonLiteral } from './python-literal.ts';
import type { PythonValue } from './python-literal.ts';
import { decodeUtf8 } from './text.ts';

export const NPY_MAGIC = '\x93NUMPY';

const DTYPES_BY_CODE: Readonly<Record<string, NumericDtype>> = {
  b1: 'bool',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
  c8: 'complex64',
  c16: 'complex128',
};

interface Header {
  readonly descr: PythonValue;
  readonly columnMajor: boolean;
  readonly shape: Shape;
  readonly dataOffset: number;
}

/** The tensor of an npy file, or of an entry of an npz archive. `verify` is called before its elements are read. */
export function npyEntry(source: ByteSource, name: string, verify?: () => void): TensorEntry {
  const header = readHeader(source);
  const { descr, shape, columnMajor, dataOffset } = header;
  const { path } = source;
  if (descr === 'O' || descr === '|O' || (typeof descr === 'string' && /^[<>=|]?O\d*$/.test(descr))) {
    throw formatError('TENSOR_NEEDS_PICKLE', { path, tensor: name });
  }
  const [, order, code] = (typeof descr === 'string' ? /^([<>=|]?)(\w+)$/.exec(descr) : null) ?? [];
  const dtype = code === undefined ? undefined : DTYPES_BY_CODE[code];
  if (code !== undefined && /^[SaU]\d+$/.test(code)) {
    const reading = { source, name, shape, dataOffset, code, bigEndian: order === '>', columnMajor, verify };
    return stringEntry(reading);
  }
  if (dtype === undefined || !Object.hasOwn(DTYPES_BY_CODE, code!)) {
    throw formatError('TENSOR_DTYPE_UNSUPPORTED', { path, tensor: name, dtype: describe(descr) });
  }
  checkSize(source, dataOffset, storedBytes(dtype, elementCount(shape)));
  return storedEntry({
    name,
    dtype,
    shape,
    source,
    offset: dataOffset,
    bigEndian: order === '>',
    columnMajor,
    ...(verify === undefined ? {} : { verify }),
  });
}

function readHeader(source: ByteSource): Header {
  if (source.size < 10) throw malformed(source, 'its header is cut off');
  const start = readRange(source, 0, Math.min(12, source.size));
  const view = new DataView(start.buffer);
  const major = start[6]!;
  if (Buffer.from(start.subarray(0, 6)).toString('latin1') !== NPY_MAGIC || major < 1 || major > 3) {
    throw malformed(source, `it does not begin with the npy signature of version 1, 2 or 3`);
  }
  const prefix = major === 1 ? 10 : 12;
  if (source.size < prefix) throw malformed(source, 'its header is cut off');
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_NPY_HEADER) throw malformed(source, `its header claims ${length} bytes`);
  if (prefix + length > source.size) throw malformed(source, 'its header is cut off');
  const bytes = readRange(source, prefix, length);
  const text = major === 3 ? decodeUtf8(bytes) : Buffer.from(bytes).toString('latin1');
  if (text === undefined) throw malformed(source, 'its header is not UTF-8');
  return { ...parseHeader(source, text), dataOffset: prefix + length };
}

function parseHeader(source: ByteSource, text: string): Omit<Header, 'dataOffset'> {
  let dict: PythonValue;
  try {
    dict = parsePythonLiteral(text);
  } catch (error) {
    throw malformed(source, `its header cannot be read: ${(error as Error).message}`);
  }
  if (!(dict instanceof Map) || dict.size !== 3) throw malformed(source, 'its header lacks a key');
  const descr = dict.get('descr');
  const columnMajor = dict.get('fortran_order');
  const shape = dict.get('shape');
  if (descr === undefined || typeof columnMajor !== 'boolean' || !Array.isArray(shape)) {
    throw malformed(source, 'its header lacks a key');
  }
  if (shape.length > MAX_AXES || !shape.every((n) => Number.isSafeInteger(n) && (n as number) >= 0)) {
    throw malformed(source, `its shape ${describe(shape)} is impossible`);
  }
  return { descr, columnMajor, shape: shape as number[] };
}

/** The data must fill the rest of the file: fewer bytes are a cut, more are a second array that would be ignored. */
function checkSize(source: ByteSource, dataOffset: number, needed: number): void {
  const present = source.size - dataOffset;
  if (needed !== present) {
    throw malformed(source, `its header asks for ${needed} bytes of data, but ${present} follow`);
  }
}

interface StringReading {
  readonly source: ByteSource;
  readonly name: string;
  readonly shape: Shape;
  readonly dataOffset: number;
  readonly code: string;
  readonly bigEndian: boolean;
  readonly columnMajor: boolean;
  readonly verify: (() => void) | undefined;
}

/** `S`: bytes, read as UTF-8; `U`: four bytes a character. Both are padded with NUL, which is cut off, as NumPy does. */
function stringEntry(reading: StringReading): TensorEntry {
  const { source, name, shape, dataOffset, code } = reading;
  const wide = code.startsWith('U');
  const width = Number(code.slice(1)) * (wide ? 4 : 1);
  const count = elementCount(shape);
  // A width of 0 would let a file of a hundred bytes ask for any number of empty strings.
  if (width === 0 && count > source.size) throw malformed(source, `${count} strings of no length`);
  checkSize(source, dataOffset, count * width);
  if (reading.columnMajor && shape.length > 1) {
    throw formatError('TENSOR_DTYPE_UNSUPPORTED', {
      path: source.path,
      tensor: name,
      dtype: `${code} in Fortran order`,
    });
  }
  return loadedEntry(name, 'string', shape, (): Tensor => {
    reading.verify?.();
    const bytes = readRange(source, dataOffset, count * width);
    if (wide && reading.bigEndian) swapBytes(bytes, 4);
    const decode = wide ? decodeWide : decodeUtf8;
    const strings = Array.from({ length: count }, (_, i) => {
      const text = decode(bytes.subarray(i * width, (i + 1) * width));
      if (text === undefined) throw malformed(source, `the string at ${i} is not valid text`);
      return text.replace(/\0+$/, '');
    });
    return makeTensor('string', shape, strings);
  });
}

function decodeWide(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at < bytes.byteLength; at += 4) {
    const point = view.getUint32(at, true);
    if (point > 0x10ffff) return undefined;
    text += String.fromCodePoint(point);
  }
  return text;
}

function describe(value: PythonValue): string {
  const text = JSON.stringify(value instanceof Map ? [...value] : value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function malformed(source: ByteSource, problem: string): ParityError {
  return formatError('TENSOR_FILE_MALFORMED', { path: source.path, format: 'npy', problem });
}
