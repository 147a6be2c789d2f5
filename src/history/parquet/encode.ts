/** Parquet's encodings of values and levels: https://parquet.apache.org/docs/file-format/data-pages/encodings/ */
import { writeVarint } from './thrift.ts';

/** The RLE/bit-packed hybrid: as runs where values repeat, else as one packed run. */
export function hybrid(values: Uint32Array, bitWidth: number): Buffer {
  let runs = 0;
  for (let at = 0; at < values.length; at++) if (at === 0 || values[at] !== values[at - 1]) runs++;
  const runBytes = runs * (2 + Math.ceil(bitWidth / 8));
  return runBytes <= (values.length * bitWidth) / 8 ? runLengths(values, bitWidth) : packed(values, bitWidth);
}

function runLengths(values: Uint32Array, bitWidth: number): Buffer {
  const bytes: number[] = [];
  const width = Math.ceil(bitWidth / 8);
  for (let from = 0; from < values.length;) {
    const value = values[from] ?? 0;
    let to = from + 1;
    while (to < values.length && values[to] === value) to++;
    writeVarint(bytes, (to - from) * 2);
    for (let byte = 0; byte < width; byte++) bytes.push((value >>> (8 * byte)) & 255);
    from = to;
  }
  return Buffer.from(bytes);
}

function packed(values: Uint32Array, bitWidth: number): Buffer {
  const groups = Math.ceil(values.length / 8);
  const head: number[] = [];
  writeVarint(head, groups * 2 + 1);
  const body = Buffer.alloc(groups * bitWidth);
  let bit = 0;
  for (const value of values) {
    for (let at = 0; at < bitWidth; at++, bit++) {
      if ((value >>> at) & 1) body[bit >>> 3] = (body[bit >>> 3] ?? 0) | (1 << (bit & 7));
    }
  }
  return Buffer.concat([Buffer.from(head), body]);
}

/** Bits that hold every index below `count`. */
export function widthFor(count: number): number {
  return count <= 1 ? 1 : 32 - Math.clz32(count - 1);
}

/** Byte arrays with their length before them. */
export function plainTexts(texts: readonly string[]): Buffer {
  return Buffer.concat(
    texts.flatMap((text) => {
      const bytes = Buffer.from(text, 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}

export function plainDoubles(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (let at = 0; at < values.length; at++) bytes.writeDoubleLE(values[at] ?? 0, at * 8);
  return bytes;
}

/** 64-bit integers from doubles: counts and times in microseconds are exact up to 2^53. */
export function plainIntegers(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (let at = 0; at < values.length; at++)
    bytes.writeBigInt64LE(BigInt(Math.trunc(values[at] ?? 0)), at * 8);
  return bytes;
}

export function plainBooleans(values: readonly boolean[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(values.length / 8));
  for (const [at, value] of values.entries())
    if (value) bytes[at >>> 3] = (bytes[at >>> 3] ?? 0) | (1 << (at & 7));
  return bytes;
}
