import { CHUNK, valuesPerElement } from './chunk-source.ts';
import { addDecades } from './decades.ts';
import { isInt64 } from './metrics/definition.ts';
import { addUlps, hasUlp } from './dtypes/ulp.ts';
import { KERNEL_FROM, measureByKernel } from './measure-kernel.ts';
import type { Measured, MeasureOptions, SideSums } from './measured.ts';
import { matchesOdd, newMeasured } from './measured.ts';
import type { Chunk, Pair } from './pair.ts';
import { eachChunk } from './pair.ts';

/** One pass over both sides in double precision. Sums are kept per chunk of 4,096, which holds their error near 1e-13. */
export function measure(pair: Pair, options: MeasureOptions): Measured {
  return pair.elements < KERNEL_FROM ? measureInScript(pair, options) : measureByKernel(pair, options);
}

/** The pass in plain JavaScript: what the kernel is held against, and faster for small tensors. */
export function measureInScript(pair: Pair, options: MeasureOptions): Measured {
  const measured = newMeasured(pair.elements, Math.ceil(pair.elements / CHUNK));
  let complexProducts = 0;
  const withUlp = options.full && hasUlp(pair.dtype);
  eachChunk(pair, (chunk, count, start) => {
    const index = start / CHUNK;
    addSide(chunk.expected, count, measured.expected);
    addSide(chunk.actual, count, measured.actual);
    const finite = allFinite(chunk.difference, count)
      ? count
      : setOddAside(chunk, count, measured, options, index);
    measured.finitePairs += finite;
    measured.chunkMax[index] = addErrors(chunk, finite, measured);
    addMismatches(chunk, finite, measured, options);
    if (options.full || isInt64(pair.dtype)) addDecades(chunk.difference, finite, measured.decades);
    if (!options.full) return;
    addRelative(chunk, finite, measured);
    addNorms(chunk, finite, measured);
    complexProducts += chunk.products ?? 0;
    if (withUlp) addUlps(pair.dtype, chunk.expected, chunk.actual, finite, measured.ulp);
  });
  if (valuesPerElement(pair.dtype) === 2) measured.sumProducts = complexProducts;
  return measured;
}

/** x − x is 0 for finite numbers and NaN for all others. */
function allFinite(difference: Float64Array, count: number): boolean {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const d = difference[i]!;
    sum += d - d;
  }
  return sum === 0;
}

/** Judges the non-finite pairs of a chunk and moves the finite ones to its front; returns how many these are. */
function setOddAside(
  chunk: Chunk,
  count: number,
  measured: Measured,
  options: MeasureOptions,
  index: number,
): number {
  const { expected, actual, difference } = chunk;
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const e = expected[i]!;
    const a = actual[i]!;
    if (e - e === 0 && a - a === 0) {
      expected[kept] = e;
      actual[kept] = a;
      difference[kept++] = difference[i]!;
    } else if (matchesOdd(e, a, options)) measured.equal++;
    else {
      measured.chunkOdd[index] = 1;
      countOdd(e, a, measured);
    }
  }
  return kept;
}

function countOdd(expected: number, actual: number, measured: Measured): void {
  if (Number.isNaN(expected)) {
    if (Number.isNaN(actual)) measured.nanBoth++;
    else measured.nanExpected++;
  } else if (Number.isNaN(actual)) measured.nanActual++;
  else measured.infMismatches++;
}

function addSide(values: Float64Array, count: number, side: SideSums): void {
  let { min, max } = side;
  let sum = 0;
  let squares = 0;
  let zeros = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    sum += value;
    squares += value * value;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) zeros++;
  }
  if (sum - sum !== 0) return addOddSide(values, count, side);
  side.finite += count;
  side.min = min;
  side.max = max;
  side.sum += sum;
  side.sumSquares += squares;
  side.zeros += zeros;
}

function addOddSide(values: Float64Array, count: number, side: SideSums): void {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const value = values[i]!;
    if (value - value !== 0) {
      if (value === Infinity) side.posInf++;
      else if (value === -Infinity) side.negInf++;
      else side.nan++;
      continue;
    }
    side.finite++;
    sum += value;
    squares += value * value;
    if (value < side.min) side.min = value;
    if (value > side.max) side.max = value;
    if (value === 0) side.zeros++;
  }
  side.sum += sum;
  side.sumSquares += squares;
}

/** Returns the largest |d| of the chunk. */
function addErrors({ difference }: Chunk, count: number, measured: Measured): number {
  let max = 0;
  let sumAbs = 0;
  let sum = 0;
  let squares = 0;
  let zeros = 0;
  for (let i = 0; i < count; i++) {
    const d = difference[i]!;
    const magnitude = d < 0 ? -d : d;
    sum += d;
    sumAbs += magnitude;
    squares += d * d;
    if (magnitude > max) max = magnitude;
    if (d === 0) zeros++;
  }
  measured.equal += zeros;
  measured.sumAbs += sumAbs;
  measured.sumSigned += sum;
  measured.sumSquares += squares;
  if (max > measured.maxAbs) measured.maxAbs = max;
  return max;
}

function addMismatches(
  { expected, difference }: Chunk,
  count: number,
  measured: Measured,
  options: MeasureOptions,
): void {
  const { atol, rtol } = options;
  let outside = 0;
  let maxRatio = measured.maxRatio;
  for (let i = 0; i < count; i++) {
    const magnitude = Math.abs(difference[i]!);
    const allowed = atol + rtol * Math.abs(expected[i]!);
    if (!(magnitude <= allowed)) outside++;
    const ratio = magnitude / allowed;
    if (ratio > maxRatio) maxRatio = ratio;
  }
  measured.outside += outside;
  measured.maxRatio = maxRatio;
}

function addRelative({ expected, difference }: Chunk, count: number, measured: Measured): void {
  let max = measured.maxRelative;
  for (let i = 0; i < count; i++) {
    const relative = Math.abs(difference[i]!) / Math.abs(expected[i]!);
    if (relative > max) max = relative;
  }
  measured.maxRelative = max;
}

function addNorms({ expected, actual }: Chunk, count: number, measured: Measured): void {
  let expectedSquares = 0;
  let actualSquares = 0;
  let products = 0;
  for (let i = 0; i < count; i++) {
    expectedSquares += expected[i]! * expected[i]!;
    actualSquares += actual[i]! * actual[i]!;
    products += expected[i]! * actual[i]!;
  }
  measured.sumExpectedSquares += expectedSquares;
  measured.sumActualSquares += actualSquares;
  measured.sumProducts += products;
}
