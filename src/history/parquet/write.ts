/**
 * Writes a flat table as one Parquet file with one row group: https://parquet.apache.org/docs/file-format/.
 * Loading DuckDB only to write costs a run 0.2 s and more; a few thousand rows take this writer a few milliseconds.
 */
import { gzipSync } from 'node:zlib';
import { hybrid, plainBooleans, plainDoubles, plainIntegers, plainTexts, widthFor } from './encode.ts';
import { thriftStruct, type ThriftField, type ThriftValue } from './thrift.ts';

/** A column; every column may hold `null`. Times are milliseconds since 1970, kept as microseconds in UTC. */
export type ParquetColumn = { readonly name: string } & (
  | { readonly kind: 'text'; readonly values: readonly (string | null)[] }
  | { readonly kind: 'double' | 'integer' | 'time'; readonly values: readonly (number | null)[] }
  | { readonly kind: 'boolean'; readonly values: readonly (boolean | null)[] }
);

/** The file's bytes. All columns must have the same length. */
export function parquetFile(columns: readonly ParquetColumn[], createdBy: string): Buffer {
  const rows = columns[0]?.values.length ?? 0;
  const parts: Buffer[] = [MAGIC];
  let offset = MAGIC.length;
  const chunks = columns.map((column) => {
    const chunk = columnChunk(column);
    const dictionaryAt = offset;
    const dataAt = offset + chunk.dictionary.length;
    parts.push(chunk.dictionary, chunk.data);
    offset = dataAt + chunk.data.length;
    return chunkMetadata(column, chunk, rows, dictionaryAt, dataAt);
  });
  const footer = thriftStruct(fileMetadata(columns, chunks, rows, offset - MAGIC.length, createdBy));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([...parts, footer, length, MAGIC]);
}

const MAGIC = Buffer.from('PAR1', 'latin1');
const TYPES = { boolean: 0, integer: 2, time: 2, double: 5, text: 6 } as const;
const PLAIN = 0;
const RLE = 3;
const RLE_DICTIONARY = 8;
const UNCOMPRESSED = 0;
const GZIP = 2;
const OPTIONAL = 1;
const UTF8 = 0;

interface Chunk {
  readonly dictionary: Buffer;
  readonly data: Buffer;
  readonly uncompressed: number;
  readonly codec: typeof UNCOMPRESSED | typeof GZIP;
}

/** Bytes: below this, setting a compressor up costs more than it saves. */
const WORTH_COMPRESSING = 4096;

/** Texts, and numbers that repeat, go through a dictionary; other numbers stay as they are: their mantissas hardly compress. */
function columnChunk(column: ParquetColumn): Chunk {
  const levels = definitionLevels(column.values);
  const dictionary = column.kind === 'boolean' ? null : dictionaryOf(column);
  if (dictionary === null)
    return plainChunk(Buffer.concat([levels, plainValues(column)]), column.values.length);
  const { entries, count, indices } = dictionary;
  const width = widthFor(count);
  const body = Buffer.concat([levels, Buffer.from([width]), hybrid(indices, width)]);
  const compress = body.length + entries.length >= WORTH_COMPRESSING;
  const first = page(
    2,
    entries,
    [
      [
        7,
        {
          struct: [
            [1, { i32: count }],
            [2, { i32: PLAIN }],
          ],
        },
      ],
    ],
    compress,
  );
  const data = page(0, body, [[5, dataHeader(column.values.length, RLE_DICTIONARY)]], compress);
  return {
    dictionary: first.bytes,
    data: data.bytes,
    uncompressed: first.uncompressed + data.uncompressed,
    codec: compress ? GZIP : UNCOMPRESSED,
  };
}

interface Dictionary {
  readonly entries: Buffer;
  readonly count: number;
  readonly indices: Uint32Array;
}

/** `null` where plain values are smaller. NaN is one entry, and so are 0 and −0: their difference is lost where they repeat. */
function dictionaryOf(column: Exclude<ParquetColumn, { kind: 'boolean' }>): Dictionary | null {
  const ids = new Map<string | number, number>();
  const indices = new Uint32Array(column.values.length);
  const most = column.kind === 'text' ? Infinity : column.values.length / 4;
  let present = 0;
  for (const value of column.values) {
    if (value === null) continue;
    let id = ids.get(value);
    if (id === undefined) ids.set(value, (id = ids.size));
    if (ids.size > most) return null;
    indices[present++] = id;
  }
  const distinct = [...ids.keys()];
  const entries =
    column.kind === 'text'
      ? plainTexts(distinct.map(String))
      : plainNumbers(column.kind, distinct.map(Number));
  return { entries, count: ids.size, indices: indices.subarray(0, present) };
}

function plainNumbers(kind: 'double' | 'integer' | 'time', values: readonly number[]): Buffer {
  if (kind === 'double') return plainDoubles(values);
  return plainIntegers(kind === 'time' ? values.map((ms) => ms * 1000) : values);
}

function plainChunk(body: Buffer, count: number): Chunk {
  const { bytes, uncompressed } = page(0, body, [[5, dataHeader(count, PLAIN)]], false);
  return { dictionary: Buffer.alloc(0), data: bytes, uncompressed, codec: UNCOMPRESSED };
}

function plainValues(column: ParquetColumn): Buffer {
  if (column.kind === 'text') return plainTexts(column.values.filter((value) => value !== null));
  if (column.kind === 'boolean') return plainBooleans(column.values.filter((value) => value !== null));
  return plainNumbers(
    column.kind,
    column.values.filter((value) => value !== null),
  );
}

function definitionLevels(values: readonly unknown[]): Buffer {
  const levels = hybrid(
    Uint32Array.from(values, (value) => (value === null ? 0 : 1)),
    1,
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(levels.length);
  return Buffer.concat([length, levels]);
}

function dataHeader(count: number, encoding: number): ThriftValue {
  return {
    struct: [
      [1, { i32: count }],
      [2, { i32: encoding }],
      [3, { i32: RLE }],
      [4, { i32: RLE }],
    ],
  };
}

function page(
  type: number,
  body: Buffer,
  header: readonly ThriftField[],
  compress: boolean,
): { readonly bytes: Buffer; readonly uncompressed: number } {
  const stored = compress ? gzipSync(body, { level: 1 }) : body;
  const head = thriftStruct([
    [1, { i32: type }],
    [2, { i32: body.length }],
    [3, { i32: stored.length }],
    ...header,
  ]);
  return { bytes: Buffer.concat([head, stored]), uncompressed: head.length + body.length };
}

function chunkMetadata(
  column: ParquetColumn,
  chunk: Chunk,
  rows: number,
  dictionaryAt: number,
  dataAt: number,
): ThriftValue {
  const hasDictionary = chunk.dictionary.length > 0;
  const encodings = hasDictionary ? [PLAIN, RLE, RLE_DICTIONARY] : [PLAIN, RLE];
  const metadata: ThriftField[] = [
    [1, { i32: TYPES[column.kind] }],
    [2, { list: encodings.map((encoding) => ({ i32: encoding })) }],
    [3, { list: [{ text: column.name }] }],
    [4, { i32: chunk.codec }],
    [5, { i64: rows }],
    [6, { i64: chunk.uncompressed }],
    [7, { i64: chunk.dictionary.length + chunk.data.length }],
    [9, { i64: dataAt }],
  ];
  if (hasDictionary) metadata.push([11, { i64: dictionaryAt }]);
  return {
    struct: [
      [2, { i64: hasDictionary ? dictionaryAt : dataAt }],
      [3, { struct: metadata }],
    ],
  };
}

function fileMetadata(
  columns: readonly ParquetColumn[],
  chunks: readonly ThriftValue[],
  rows: number,
  bytes: number,
  createdBy: string,
): ThriftField[] {
  const root: ThriftValue = {
    struct: [
      [4, { text: 'checks' }],
      [5, { i32: columns.length }],
    ],
  };
  const group: ThriftValue = {
    struct: [
      [1, { list: chunks }],
      [2, { i64: bytes }],
      [3, { i64: rows }],
    ],
  };
  return [
    [1, { i32: 1 }],
    [2, { list: [root, ...columns.map((column) => schemaElement(column))] }],
    [3, { i64: rows }],
    [4, { list: [group] }],
    [6, { text: createdBy }],
  ];
}

function schemaElement({ name, kind }: ParquetColumn): ThriftValue {
  const fields: ThriftField[] = [
    [1, { i32: TYPES[kind] }],
    [3, { i32: OPTIONAL }],
    [4, { text: name }],
  ];
  if (kind === 'text') fields.push([6, { i32: UTF8 }]);
  if (kind === 'time')
    fields.push([
      10,
      {
        struct: [
          [
            8,
            {
              struct: [
                [1, { bool: false }],
                [2, MICROSECONDS],
              ],
            },
          ],
        ],
      },
    ]);
  return { struct: fields };
}

const MICROSECONDS: ThriftValue = { struct: [[2, { struct: [] }]] };
