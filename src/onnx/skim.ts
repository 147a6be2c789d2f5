/** Reads a model of any size without its weights: long payloads are skipped on disk and replaced by a marker. */
import { readRange, type ByteSource } from '../formats/byte-source.ts';
import { readVarint, WireProblem } from '../formats/wire.ts';

/** Payloads up to so many bytes stay in the message: shapes, scalars, small constants. */
export const INLINE_BYTES = 4096;

/** Long attribute lists and texts are kept up to here; tree ensembles hold megabytes in attributes. */
const LARGEST_OTHER = 64 * 2 ** 20;

/** Deepest nesting of subgraphs in messages that are opened. */
const MAX_DEPTH = 200;

/** Number of the marker field that stands in a TensorProto for a payload left in the file; its value is the key of the payload. */
export const MARKER_FIELD = 536_870_000;

/** Elements of a tensor that stayed in the file. */
export interface Payload {
  /** Number of the TensorProto field, e.g. 9 for raw_data. */
  readonly field: number;
  readonly offset: number;
  readonly length: number;
}

export interface Skimmed {
  /** A ModelProto with markers in place of long payloads. */
  readonly bytes: Uint8Array;
  readonly payloads: ReadonlyMap<number, Payload>;
}

/** Messages through which a tensor can be reached. */
export type Kind = 'model' | 'graph' | 'node' | 'attribute' | 'tensor' | 'sparse' | 'function' | 'training';

// Fields through which a weight can be reached. Source: onnx.proto.
export const NESTED: Readonly<Record<Kind, Readonly<Record<number, Kind>>>> = {
  model: { 7: 'graph', 20: 'training', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  tensor: {},
  sparse: { 1: 'tensor', 2: 'tensor' },
  function: { 7: 'node', 11: 'attribute' },
  training: { 1: 'graph', 2: 'graph' },
};

/** Fields of a TensorProto that hold elements, and its string_data. */
const PAYLOAD_FIELDS = new Set([4, 5, 6, 7, 9, 10, 11]);

/** Skims a file. @throws WireProblem where it is no protobuf message */
export function skimModel(source: ByteSource): Skimmed {
  const skimmer = new Skimmer(source);
  const parts = skimmer.message('model', { start: 0, end: source.size }, 0);
  return { bytes: Buffer.concat(parts), payloads: skimmer.payloads };
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

class Skimmer {
  readonly payloads = new Map<number, Payload>();
  private readonly window: Window;
  // Markers are numbered from a random number on, so that a file cannot bring a valid one along.
  private nextMarker = Math.floor(Math.random() * 2 ** 48);

  constructor(source: ByteSource) {
    this.window = new Window(source);
  }

  /** The skimmed message in pieces; short fields that follow each other are copied in one. */
  message(kind: Kind, range: Range, depth: number): Uint8Array[] {
    if (depth > MAX_DEPTH) throw new WireProblem(`messages nested deeper than ${MAX_DEPTH}`);
    const parts: Uint8Array[] = [];
    let copyFrom = range.start;
    for (let at = range.start; at < range.end;) {
      const field = this.window.field(at, range.end);
      if (field.type === 2 && field.end - field.start > INLINE_BYTES) {
        const replacement = this.long(kind, field, depth);
        if (replacement !== undefined) {
          if (at > copyFrom) parts.push(this.window.copy(copyFrom, at));
          for (const part of replacement) parts.push(part);
          copyFrom = field.end;
        }
      }
      at = field.end;
    }
    if (range.end > copyFrom) parts.push(this.window.copy(copyFrom, range.end));
    return parts;
  }

  /** What stands for a long field; `undefined` where it is copied as it is. */
  private long(
    kind: Kind,
    field: Range & { readonly number: number },
    depth: number,
  ): Uint8Array[] | undefined {
    const length = field.end - field.start;
    const inner = NESTED[kind][field.number];
    if (inner !== undefined) {
      const parts = this.message(inner, field, depth + 1);
      const size = parts.reduce((sum, part) => sum + part.length, 0);
      parts.unshift(varint(field.number * 8 + 2), varint(size));
      return parts;
    }
    if (kind === 'tensor' && PAYLOAD_FIELDS.has(field.number)) {
      const marker = this.nextMarker++;
      this.payloads.set(marker, { field: field.number, offset: field.start, length });
      return [varint(MARKER_FIELD * 8), varint(marker)];
    }
    return length > LARGEST_OTHER ? [] : undefined;
  }
}

/** A varint's bytes. */
export function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

const WINDOW = 2 ** 18;

/** A moving view of the file, so that headers are read in few calls and payloads not at all. */
export class Window {
  private readonly source: ByteSource;
  private start = 0;
  private bytes: Uint8Array = new Uint8Array(0);

  constructor(source: ByteSource) {
    this.source = source;
  }

  copy(start: number, end: number): Uint8Array {
    const at = start - this.start;
    if (at >= 0 && end - this.start <= this.bytes.length) return this.bytes.slice(at, end - this.start);
    return readRange(this.source, start, end - start);
  }

  field(at: number, limit: number): { number: number; type: number; start: number; end: number } {
    this.hold(at, Math.min(limit, at + 20));
    const held = Math.min(this.bytes.length, limit - this.start);
    const tag = readVarint(this.bytes, at - this.start, held);
    const number = Math.floor(tag.value / 8);
    const type = tag.value % 8;
    let start = tag.next + this.start;
    let length = type === 1 ? 8 : 4;
    if (type === 0) length = readVarint(this.bytes, tag.next, held).next - tag.next;
    if (type === 2) {
      const prefix = readVarint(this.bytes, tag.next, held);
      start = prefix.next + this.start;
      length = prefix.value;
    }
    if (number < 1 || number > 0x1fffffff || ![0, 1, 2, 5].includes(type)) {
      throw new WireProblem(`byte ${at} begins no field`);
    }
    if (start + length > limit) {
      throw new WireProblem(`a field at byte ${at} claims ${length} bytes, but ${limit - start} are left`);
    }
    return { number, type, start, end: start + length };
  }

  private hold(start: number, end: number): void {
    if (start >= this.start && end <= this.start + this.bytes.length) return;
    this.start = start;
    this.bytes = readRange(this.source, start, Math.min(WINDOW, this.source.size - start));
  }
}
