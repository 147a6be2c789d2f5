/** The Thrift compact protocol, as far as Parquet's headers need it: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md */

/** One field of a struct: its id and its value; structs are lists of fields in ascending order of id. */
export type ThriftField = readonly [id: number, value: ThriftValue];

export type ThriftValue =
  | { readonly i32: number }
  | { readonly i64: number }
  | { readonly text: string }
  | { readonly bool: boolean }
  | { readonly list: readonly ThriftValue[] }
  | { readonly struct: readonly ThriftField[] };

/** The bytes of a struct. */
export function thriftStruct(fields: readonly ThriftField[]): Buffer {
  const bytes: number[] = [];
  writeStruct(bytes, fields);
  return Buffer.from(bytes);
}

const TRUE = 1;
const FALSE = 2;
const I32 = 5;
const I64 = 6;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

function writeStruct(bytes: number[], fields: readonly ThriftField[]): void {
  let before = 0;
  for (const [id, value] of fields) {
    bytes.push(((id - before) << 4) | typeOf(value));
    before = id;
    if (!('bool' in value)) writeValue(bytes, value);
  }
  bytes.push(0);
}

function typeOf(value: ThriftValue): number {
  if ('i32' in value) return I32;
  if ('i64' in value) return I64;
  if ('text' in value) return BINARY;
  if ('bool' in value) return value.bool ? TRUE : FALSE;
  return 'list' in value ? LIST : STRUCT;
}

function writeValue(bytes: number[], value: ThriftValue): void {
  if ('i32' in value) writeVarint(bytes, zigzag(value.i32));
  else if ('i64' in value) writeVarint(bytes, zigzag(value.i64));
  else if ('text' in value) writeText(bytes, value.text);
  else if ('struct' in value) writeStruct(bytes, value.struct);
  else if ('list' in value) writeList(bytes, value.list);
}

function writeText(bytes: number[], text: string): void {
  const encoded = Buffer.from(text, 'utf8');
  writeVarint(bytes, encoded.length);
  for (const byte of encoded) bytes.push(byte);
}

function writeList(bytes: number[], items: readonly ThriftValue[]): void {
  const [first] = items;
  const type = first === undefined ? STRUCT : typeOf(first);
  if (items.length < 15) bytes.push((items.length << 4) | type);
  else {
    bytes.push(0xf0 | type);
    writeVarint(bytes, items.length);
  }
  for (const item of items) writeValue(bytes, item);
}

function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

/** Little-endian base 128; doubles carry every length and offset that a file can have. */
export function writeVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}
