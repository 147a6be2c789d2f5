import type { Dtype, Shape } from '../tensor/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { ChunkSource } from './chunk-source.ts';
import { CHUNK } from './chunk-source.ts';
import { decode, subtract64 } from './dtypes/decode.ts';
import { toInt64 } from './dtypes/widening.ts';

/** Two sources of the same length, compared in the value space of `dtype`. */
export interface Pair {
  readonly dtype: Dtype;
  readonly shape: Shape;
  readonly elements: number;
  readonly expected: ChunkSource;
  readonly actual: ChunkSource;
}

/** One decoded chunk: values, or moduli for complex numbers. */
export interface Chunk {
  readonly expected: Float64Array;
  readonly actual: Float64Array;
  /** actual − expected; for complex numbers its modulus, and NaN where a pair does not consist of finite numbers. */
  readonly difference: Float64Array;
  /** Of complex numbers Σ Re(expected·conj(actual)) over the chunk's finite pairs, which moduli cannot give. */
  products?: number;
}

export function pairOf(expected: ChunkSource, actual: ChunkSource): Pair {
  return {
    dtype: expected.dtype,
    shape: expected.shape,
    elements: elementCount(expected.shape),
    expected,
    actual,
  };
}

export function newChunk(): Chunk {
  return {
    expected: new Float64Array(CHUNK),
    actual: new Float64Array(CHUNK),
    difference: new Float64Array(CHUNK),
  };
}

/** Fills `chunk` with `count` elements from `start`. */
export function readChunk(pair: Pair, start: number, count: number, chunk: Chunk): void {
  const { dtype } = pair;
  if (dtype === 'complex64' || dtype === 'complex128') return readComplex(pair, start, count, chunk);
  const e = pair.expected.read(start, count);
  const a = pair.actual.read(start, count);
  decode(dtype, e, count, chunk.expected);
  decode(pair.actual.dtype, a, count, chunk.actual);
  if (dtype === 'int64' || dtype === 'uint64') {
    const same =
      pair.actual.dtype === dtype ? (a as BigInt64Array) : toInt64(pair.actual.dtype, a, count, dtype);
    return subtract64(e as BigInt64Array, same, count, chunk.difference);
  }
  subtract(chunk, count);
}

/** One chunk for all walks: they neither nest nor wait. */
const walked = newChunk();

/** Calls `visit` for every chunk in order; the chunk is reused, and by the next walk too. */
export function eachChunk(pair: Pair, visit: (chunk: Chunk, count: number, start: number) => void): void {
  const chunk = walked;
  for (let start = 0; start < pair.elements; start += CHUNK) {
    const count = Math.min(CHUNK, pair.elements - start);
    readChunk(pair, start, count, chunk);
    visit(chunk, count, start);
  }
}

function subtract({ expected, actual, difference }: Chunk, count: number): void {
  for (let i = 0; i < count; i++) difference[i] = actual[i]! - expected[i]!;
}

/** Moduli; a number with a NaN part becomes NaN, else one with an infinite part Infinity. Infinities in different directions differ: one is negated. */
function readComplex(pair: Pair, start: number, count: number, chunk: Chunk): void {
  const e = pair.expected.read(start, count) as Float64Array;
  const a = pair.actual.read(start, count) as Float64Array;
  let products = 0;
  for (let i = 0; i < count; i++) {
    const eRe = e[2 * i]!;
    const eIm = e[2 * i + 1]!;
    const aRe = a[2 * i]!;
    const aIm = a[2 * i + 1]!;
    const expected = modulus(eRe, eIm);
    let actual = modulus(aRe, aIm);
    if (expected === Infinity && actual === Infinity && (eRe !== aRe || eIm !== aIm)) actual = -Infinity;
    chunk.expected[i] = expected;
    chunk.actual[i] = actual;
    const finite = expected - expected === 0 && actual - actual === 0;
    chunk.difference[i] = finite ? Math.hypot(aRe - eRe, aIm - eIm) : NaN;
    if (finite) products += eRe * aRe + eIm * aIm;
  }
  chunk.products = products;
}

function modulus(re: number, im: number): number {
  return Number.isNaN(re) || Number.isNaN(im) ? NaN : Math.hypot(re, im);
}
