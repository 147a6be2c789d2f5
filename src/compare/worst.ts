import type { WireValue, WorstElement } from '../result/index.ts';
import { toWire } from '../result/index.ts';
import { DTYPES, isFloating } from '../tensor/index.ts';
import type { TensorData } from '../tensor/index.ts';
import type { ChunkSource } from './chunk-source.ts';
import { CHUNK } from './chunk-source.ts';
import { decode } from './dtypes/decode.ts';
import type { MeasureOptions } from './measured.ts';
import { matchesOdd } from './measured.ts';
import type { Measured } from './measured.ts';
import type { Pair } from './pair.ts';
import { newChunk, readChunk } from './pair.ts';
import { unravel } from './unravel.ts';

interface Found {
  readonly offset: number;
  /** Infinity for a non-finite mismatch. */
  readonly error: number;
}

/** The `limit` worst elements: non-finite mismatches first, then by error; for integers and strings the first that differ. */
export function worstElements(
  pair: Pair,
  measured: Measured,
  options: MeasureOptions,
  limit: number,
): readonly WorstElement[] {
  if (limit <= 0 || pair.elements === 0) return [];
  if (pair.dtype === 'string') return firstStrings(pair, limit);
  const found = isFloating(pair.dtype)
    ? largest(pair, measured, options, limit)
    : first(pair, measured, limit);
  return found.map(({ offset, error }) => ({
    index: unravel(offset, pair.shape),
    expected: elementOf(pair.expected, offset),
    actual: elementOf(pair.actual, offset),
    error: toWire(error),
  }));
}

/** Chunks by their largest error: only those that can hold one of the worst are read again. */
function largest(pair: Pair, measured: Measured, options: MeasureOptions, limit: number): readonly Found[] {
  const { chunkMax, chunkOdd } = measured;
  const odd: Found[] = [];
  for (let index = 0; index < chunkOdd.length && odd.length < limit; index++) {
    if (chunkOdd[index] === 1) collectOdd(pair, index, options, odd, limit);
  }
  const worst: Found[] = [];
  const room = limit - odd.length;
  if (room === 0) return odd;
  const passed = new Uint8Array(chunkMax.length);
  for (;;) {
    const index = nextChunk(chunkMax, passed);
    if (index < 0 || chunkMax[index] === 0) break;
    if (worst.length === room && chunkMax[index]! <= worst[room - 1]!.error) break;
    passed[index] = 1;
    collectLargest(pair, index, worst, room);
  }
  return [...odd, ...worst];
}

function nextChunk(chunkMax: Float64Array, passed: Uint8Array): number {
  let best = -1;
  for (let index = 0; index < chunkMax.length; index++) {
    if (passed[index] === 0 && (best < 0 || chunkMax[index]! > chunkMax[best]!)) best = index;
  }
  return best;
}

const chunk = newChunk();

function readAgain(pair: Pair, index: number): number {
  const start = index * CHUNK;
  const count = Math.min(CHUNK, pair.elements - start);
  readChunk(pair, start, count, chunk);
  return count;
}

function collectOdd(pair: Pair, index: number, options: MeasureOptions, odd: Found[], limit: number): void {
  const count = readAgain(pair, index);
  for (let i = 0; i < count && odd.length < limit; i++) {
    const e = chunk.expected[i]!;
    const a = chunk.actual[i]!;
    if ((e - e !== 0 || a - a !== 0) && !matchesOdd(e, a, options)) {
      odd.push({ offset: index * CHUNK + i, error: Infinity });
    }
  }
}

/** Keeps `worst` sorted, largest first; of equal errors the earlier element stays. */
function collectLargest(pair: Pair, index: number, worst: Found[], room: number): void {
  const count = readAgain(pair, index);
  for (let i = 0; i < count; i++) {
    const error = Math.abs(chunk.difference[i]!);
    const bar = worst.length === room ? worst[room - 1]!.error : 0;
    if (!(error > bar) || !isFinitePair(i)) continue;
    let place = worst.length;
    while (place > 0 && worst[place - 1]!.error < error) place--;
    worst.splice(place, 0, { offset: index * CHUNK + i, error });
    if (worst.length > room) worst.pop();
  }
}

function isFinitePair(i: number): boolean {
  return Number.isFinite(chunk.expected[i]!) && Number.isFinite(chunk.actual[i]!);
}

function first(pair: Pair, { chunkMax }: Measured, limit: number): readonly Found[] {
  const found: Found[] = [];
  for (let index = 0; index < chunkMax.length && found.length < limit; index++) {
    if (chunkMax[index] === 0) continue;
    const count = readAgain(pair, index);
    for (let i = 0; i < count && found.length < limit; i++) {
      const d = chunk.difference[i]!;
      if (d !== 0) found.push({ offset: index * CHUNK + i, error: Math.abs(d) });
    }
  }
  return found;
}

function firstStrings(pair: Pair, limit: number): readonly WorstElement[] {
  const found: WorstElement[] = [];
  for (let start = 0; start < pair.elements && found.length < limit; start += CHUNK) {
    const count = Math.min(CHUNK, pair.elements - start);
    const expected = pair.expected.read(start, count) as string[];
    const actual = pair.actual.read(start, count) as string[];
    for (let i = 0; i < count && found.length < limit; i++) {
      if (expected[i] === actual[i]) continue;
      found.push({ index: unravel(start + i, pair.shape), expected: expected[i]!, actual: actual[i]! });
    }
  }
  return found;
}

/** One element as it stands in a document. */
function elementOf(source: ChunkSource, offset: number): WireValue {
  const data = source.read(offset, 1);
  const { kind } = DTYPES[source.dtype];
  if (Array.isArray(data)) return data[0]!;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return String(data[0]!);
  if (kind === 'bool') return data[0] !== 0;
  if (kind === 'complex') return complexText(data);
  const value = new Float64Array(1);
  decode(source.dtype, data, 1, value);
  return toWire(value[0]!);
}

function complexText(data: TensorData): string {
  const [re, im] = data as Float64Array;
  const imaginary = String(toWire(im!));
  return `${toWire(re!)}${imaginary.startsWith('-') ? '' : '+'}${imaginary}j`;
}
