/** The median of the finite non-zero |values|, exactly: the mean of the two middle ones for an even count (NumPy's rule). 0 where there is none. */
import { elementCount } from '../tensor/index.ts';
import { bracketRanks } from './bracket.ts';
import type { ChunkSource } from './chunk-source.ts';
import { CHUNK } from './chunk-source.ts';
import { isSmallFloat, SMALL_FORMATS, valueTable } from './dtypes/small-floats.ts';
import { meanOf, readMagnitudes } from './magnitudes.ts';
import { nth } from './nth.ts';
import { selectRanks } from './select.ts';

/** From here on a sample is worth taking. */
const BRACKET_FROM = 8192;

export function medianMagnitude(source: ChunkSource): number {
  const elements = elementCount(source.shape);
  if (isSmallFloat(source.dtype) && elements >= BRACKET_FROM) return medianOfCodes(source, elements);
  if (elements < BRACKET_FROM) return medianOfFew(source, elements);
  return bracketRanks(source, elements, middle) ?? medianByRadix(source);
}

/** The ranks whose mean is the median of `total` values. */
function middle(total: number): readonly [number, number] {
  const upper = Math.floor(total / 2);
  return [total % 2 === 1 ? upper : upper - 1, upper];
}

function medianOfFew(source: ChunkSource, elements: number): number {
  const values = new Float64Array(elements);
  const total = readMagnitudes(source, 0, elements, values);
  if (total === 0) return 0;
  const kept = values.subarray(0, total);
  const [lower, upper] = middle(total);
  const high = nth(kept, upper);
  return lower === upper
    ? high
    : meanOf(
        kept.subarray(0, upper).reduce((a, b) => Math.max(a, b)),
        high,
      );
}

/** Formats of at most 16 bits: every code is counted, and the magnitudes of codes rise with them. */
function medianOfCodes(source: ChunkSource, elements: number): number {
  const dtype = source.dtype as keyof typeof SMALL_FORMATS;
  const { bits, signed } = SMALL_FORMATS[dtype];
  const counts = countCodes(source, elements, 2 ** bits);
  const half = signed ? 2 ** (bits - 1) : 2 ** bits;
  const table = valueTable(dtype);
  let total = 0;
  for (let code = 0; code < half; code++) {
    const magnitude = table[code]!;
    if (signed) counts[code]! += counts[code + half]!;
    // Zero, NaN (also where −0 would be) and infinities do not count.
    if (magnitude > 0 && magnitude < Infinity) total += counts[code]!;
    else counts[code] = 0;
  }
  if (total === 0) return 0;
  const [lower, upper] = middle(total);
  return meanOf(table[codeAt(counts, lower)]!, table[codeAt(counts, upper)]!);
}

function codeAt(counts: Uint32Array, rank: number): number {
  let code = 0;
  for (let before = counts[0]!; before <= rank; before += counts[++code]!);
  return code;
}

/** Neighbours are counted in tables of their own, so that equal codes in a row do not wait for each other. */
function countCodes(source: ChunkSource, elements: number, codes: number): Uint32Array {
  const even = new Uint32Array(codes);
  const odd = new Uint32Array(codes);
  for (let start = 0; start < elements; start += CHUNK) {
    const count = Math.min(CHUNK, elements - start);
    const data = source.read(start, count) as Uint16Array;
    let i = 0;
    for (; i + 1 < count; i += 2) {
      even[data[i]!]!++;
      odd[data[i + 1]!]!++;
    }
    if (i < count) even[data[i]!]!++;
  }
  for (let code = 0; code < codes; code++) even[code]! += odd[code]!;
  return even;
}

function medianByRadix(source: ChunkSource): number {
  const stream = (visit: (values: Float64Array, count: number) => void) => eachMagnitudeChunk(source, visit);
  let total = 0;
  stream((_, count) => (total += count));
  if (total === 0) return 0;
  const [low, high] = selectRanks(stream, total, middle(total)) as [number, number];
  return meanOf(low, high);
}

function eachMagnitudeChunk(source: ChunkSource, visit: (values: Float64Array, count: number) => void): void {
  const elements = elementCount(source.shape);
  const values = new Float64Array(Math.min(CHUNK, elements));
  for (let start = 0; start < elements; start += CHUNK) {
    visit(values, readMagnitudes(source, start, Math.min(CHUNK, elements - start), values));
  }
}
