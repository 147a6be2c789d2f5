import type { Pair } from '../pair.ts';
import { CHUNK } from '../chunk-source.ts';
import { newChunk, readChunk } from '../pair.ts';

/** Calls `visit` with both sides of each row over the last axis; a scalar is one row of one. The arrays are reused. */
export function eachRow(pair: Pair, visit: (expected: Float64Array, actual: Float64Array) => void): void {
  const length = pair.shape.at(-1) ?? 1;
  if (pair.elements === 0) return;
  const expected = new Float64Array(length);
  const actual = new Float64Array(length);
  const chunk = newChunk();
  for (let start = 0; start < pair.elements; start += length) {
    for (let done = 0; done < length; done += CHUNK) {
      const count = Math.min(CHUNK, length - done);
      readChunk(pair, start + done, count, chunk);
      expected.set(chunk.expected.subarray(0, count), done);
      actual.set(chunk.actual.subarray(0, count), done);
    }
    visit(expected, actual);
  }
}

/** All values of both sides as doubles. */
export function bothSides(pair: Pair): { readonly expected: Float64Array; readonly actual: Float64Array } {
  const expected = new Float64Array(pair.elements);
  const actual = new Float64Array(pair.elements);
  const chunk = newChunk();
  for (let start = 0; start < pair.elements; start += CHUNK) {
    const count = Math.min(CHUNK, pair.elements - start);
    readChunk(pair, start, count, chunk);
    expected.set(chunk.expected.subarray(0, count), start);
    actual.set(chunk.actual.subarray(0, count), start);
  }
  return { expected, actual };
}
