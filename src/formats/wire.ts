/** Walks the fields of a protobuf message without a schema. Source: protobuf.dev, "Encoding". */

/** A wire field: `start`…`end` bounds the payload; `value` is set for varints (as unsigned 64 bits in two halves). */
export interface WireField {
  readonly number: number;
  readonly type: 0 | 1 | 2 | 5;
  readonly start: number;
  readonly end: number;
}

/** Thrown where bytes are no protobuf message; the caller turns it into a ParityError. */
export class WireProblem extends Error {}

/** The fields of the message in `bytes[start, end)`. @throws WireProblem */
export function* wireFields(bytes: Uint8Array, start = 0, end = bytes.length): Generator<WireField> {
  let at = start;
  while (at < end) {
    const tag = readVarint(bytes, at, end);
    const number = Math.floor(tag.value / 8);
    const type = tag.value % 8;
    if (number < 1 || number > 0x1fffffff) throw new WireProblem(`field number ${number} at byte ${at}`);
    const payload = payloadOf(bytes, tag.next, end, type);
    yield { number, type: type as WireField['type'], ...payload };
    at = payload.end;
  }
}

function payloadOf(
  bytes: Uint8Array,
  at: number,
  end: number,
  type: number,
): { readonly start: number; readonly end: number } {
  let start = at;
  let length: number;
  if (type === 0) {
    length = readVarint(bytes, at, end).next - at;
  } else if (type === 1) {
    length = 8;
  } else if (type === 5) {
    length = 4;
  } else if (type === 2) {
    const prefix = readVarint(bytes, at, end);
    start = prefix.next;
    length = prefix.value;
  } else {
    throw new WireProblem(`wire type ${type} at byte ${at}`);
  }
  if (start + length > end)
    throw new WireProblem(`a field of ${length} bytes at byte ${at} goes beyond the end`);
  return { start, end: start + length };
}

/** A varint as a double: exact up to 2^53, which is beyond every length that can be true. */
export function readVarint(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly value: number; readonly next: number } {
  let value = 0;
  let scale = 1;
  for (let at = start; at < end && at < start + 10; at++) {
    const byte = bytes[at]!;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return { value, next: at + 1 };
    scale *= 128;
  }
  throw new WireProblem(`a varint at byte ${start} does not end`);
}

/** A varint as 64 unsigned bits. */
export function readVarint64(bytes: Uint8Array, start: number, end: number): bigint {
  const { value, next } = readVarint(bytes, start, end);
  if (value <= Number.MAX_SAFE_INTEGER) return BigInt(value);
  let exact = 0n;
  for (let at = next - 1; at >= start; at--) exact = (exact << 7n) | BigInt(bytes[at]! & 0x7f);
  return BigInt.asUintN(64, exact);
}
