/** A tensor that lies in a file: its header now, its elements when asked. */
import {
  allocate,
  bytesPerPart,
  DTYPES,
  elementCount,
  makeTensor,
  partsOf,
  viewAs,
} from '../tensor/index.ts';
import type { DataOf, Dtype, NumericDtype, Shape, Tensor, TensorData } from '../tensor/index.ts';
import { readRange } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';

export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: Shape;
  readonly elements: number;
  /** True where chunks are read straight from the file; otherwise the first chunk loads the whole tensor. */
  readonly streamed: boolean;
  /** The whole tensor, in memory of its own. */
  read(): Tensor;
  /** Copies elements from `first` on into `target` (of the dtype's array type) and gives their number: as many as fit or are left. */
  readChunk(first: number, target: TensorData): number;
}

/** Where and how the elements of a numeric tensor lie in a source. */
export interface StoredLayout {
  readonly name: string;
  readonly dtype: NumericDtype;
  readonly shape: Shape;
  readonly source: ByteSource;
  readonly offset: number;
  readonly bigEndian?: boolean;
  /** First axis fastest (Fortran order). */
  readonly columnMajor?: boolean;
  /** Called once before the first element is read; throws where the bytes are not what they should be. */
  readonly verify?: () => void;
}

/** Bytes that the elements of a dtype take in a file; 4- and 2-bit elements are packed, the last byte padded. */
export function storedBytes(dtype: NumericDtype, elements: number): number {
  return Math.ceil((elements * DTYPES[dtype].bits) / 8);
}

/** An entry over plainly stored elements; the range must have been checked against the source. */
export function storedEntry(layout: StoredLayout): TensorEntry {
  const { name, dtype, shape } = layout;
  const elements = elementCount(shape);
  let verified = false;
  const verify = (): void => {
    if (!verified) layout.verify?.();
    verified = true;
  };
  const load = (): Tensor => {
    verify();
    const data = allocate(dtype, elements);
    readElements(layout, 0, data);
    return makeTensor(dtype, shape, layout.columnMajor === true ? toRowMajor(data, shape, dtype) : data);
  };
  if (layout.columnMajor === true && shape.length > 1) return loadedEntry(name, dtype, shape, load);
  return {
    name,
    dtype,
    shape,
    elements,
    streamed: true,
    read: load,
    readChunk(first, target) {
      verify();
      const parts = partsOf(dtype);
      const count = Math.min(Math.floor(target.length / parts), elements - first);
      readElements(layout, first, (target as Uint8Array).subarray(0, count * parts));
      return count;
    },
  };
}

/** An entry whose elements have to be loaded as a whole. */
export function loadedEntry(name: string, dtype: Dtype, shape: Shape, load: () => Tensor): TensorEntry {
  let kept: Tensor | undefined;
  const elements = elementCount(shape);
  return {
    name,
    dtype,
    shape,
    elements,
    streamed: false,
    read: load,
    readChunk(first, target) {
      kept ??= load();
      const parts = partsOf(dtype);
      const count = Math.min(Math.floor(target.length / parts), elements - first);
      for (let i = 0; i < count * parts; i++) target[i] = kept.data[first * parts + i]!;
      return count;
    },
  };
}

function readElements(layout: StoredLayout, first: number, data: TensorData): void {
  const { dtype, source, offset } = layout;
  const { bits, kind } = DTYPES[dtype];
  const target = data as Uint8Array;
  if (bits < 8) {
    unpack(readPacked(layout, first, target.length), (first * bits) % 8, bits, kind === 'int', target);
    return;
  }
  const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  source.readInto(offset + (first * bits) / 8, bytes);
  if (layout.bigEndian === true) swapBytes(bytes, bytesPerPart(dtype));
  if (kind === 'bool') for (let i = 0; i < bytes.length; i++) bytes[i] = bytes[i] === 0 ? 0 : 1;
}

function readPacked({ dtype, source, offset }: StoredLayout, first: number, count: number): Uint8Array {
  const { bits } = DTYPES[dtype];
  const start = Math.floor((first * bits) / 8);
  const end = Math.ceil(((first + count) * bits) / 8);
  return readRange(source, offset + start, end - start);
}

/** Spreads 4- or 2-bit elements to one a byte; the first element lies in the lowest bits, signed ones are sign-extended. */
export function unpack(
  packed: Uint8Array,
  skipBits: number,
  bits: number,
  signed: boolean,
  target: Uint8Array | Int8Array,
): void {
  const mask = 2 ** bits - 1;
  const sign = signed ? 2 ** (bits - 1) : 0;
  for (let i = 0; i < target.length; i++) {
    const at = skipBits + i * bits;
    const value = (packed[at >>> 3]! >>> (at & 7)) & mask;
    target[i] = (value ^ sign) - sign;
  }
}

/** Reverses the bytes of each part in place. */
export function swapBytes(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}

// Walks the row-major indices and steps through the column-major source by its strides.
function toRowMajor<D extends NumericDtype>(data: DataOf[D], shape: Shape, dtype: D): TensorData {
  const parts = partsOf(dtype);
  const target = allocate(dtype, data.length / parts) as Uint8Array;
  const strides = shape.map((_, axis) => elementCount(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < target.length; to += parts) {
    for (let part = 0; part < parts; part++) target[to + part] = data[from * parts + part] as number;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return target;
}

/** Little-endian bytes of stored elements as the dtype's array, without copying where the alignment allows. */
export function elementsFromBytes(dtype: NumericDtype, bytes: Uint8Array, elements: number): TensorData {
  const { bits, kind } = DTYPES[dtype];
  if (bits < 8) {
    const target = allocate(dtype, elements) as Uint8Array;
    unpack(bytes, 0, bits, kind === 'int', target);
    return target;
  }
  if (kind === 'bool') return bytes.map((byte) => (byte === 0 ? 0 : 1));
  const aligned = bytes.byteOffset % bytesPerPart(dtype) === 0 ? bytes : new Uint8Array(bytes);
  return viewAs(dtype, aligned.buffer, aligned.byteOffset, elements);
}
