/** The pass of measure.ts through WebAssembly: the same numbers (sums to within rounding), many times faster. */
import type { TensorData } from '../tensor/index.ts';
import { CHUNK, valuesPerElement } from './chunk-source.ts';
import { isInt64 } from './metrics/definition.ts';
import { addUlps, hasUlp } from './dtypes/ulp.ts';
import type { Kernel } from './kernels/kernel.ts';
import { CAPACITY, FLAGS, theKernel, TOTALS } from './kernels/kernel.ts';
import type { Measured, MeasureOptions, SideSums } from './measured.ts';
import { newMeasured } from './measured.ts';
import type { Chunk, Pair } from './pair.ts';
import { readChunk } from './pair.ts';

/** Below this plain JavaScript wins: a call and its copies cost about as much as some hundred elements. */
export const KERNEL_FROM = 256;

/** Numbers by which measure.c knows how to take ULP from float32 values. */
const ULP_KIND = { float32: 0, float16: 1, bfloat16: 2 } as const;

type Narrow = keyof typeof ULP_KIND;

export function measureByKernel(pair: Pair, options: MeasureOptions): Measured {
  const kernel = theKernel();
  const measured = newMeasured(pair.elements, Math.ceil(pair.elements / CHUNK));
  const narrow = isNarrow(pair);
  const exact = isInt64(pair.dtype) && pair.actual.dtype === pair.dtype && !options.full;
  const flags = flagsOf(isInt64(pair.dtype) ? { ...options, full: true } : options, pair);
  let complexProducts = 0;
  kernel.reset();
  for (let start = 0; start < pair.elements; start += CAPACITY) {
    const count = Math.min(CAPACITY, pair.elements - start);
    if (exact) measureInt64(kernel, pair, start, count, options);
    else if (narrow) measureNarrow(kernel, pair, start, count, flags, options);
    else complexProducts += measureDoubles(kernel, pair, start, count, flags, options, measured);
    const chunks = Math.ceil(count / CHUNK);
    measured.chunkMax.set(kernel.chunkMax.subarray(0, chunks), start / CHUNK);
    measured.chunkOdd.set(kernel.chunkOdd.subarray(0, chunks), start / CHUNK);
  }
  kernel.finish();
  takeTotals(kernel, measured);
  if (valuesPerElement(pair.dtype) === 2) measured.sumProducts = complexProducts;
  return measured;
}

function flagsOf(options: MeasureOptions, pair: Pair): number {
  const ulp = pair.dtype === 'float64' || Object.hasOwn(ULP_KIND, pair.dtype);
  return (
    (options.full ? FLAGS.full : 0) |
    (options.norms ? FLAGS.norms : 0) |
    (options.facts ? FLAGS.factsActual : 0) |
    (options.nanEqual ? FLAGS.nanEqual : 0) |
    (options.infEqual ? FLAGS.infEqual : 0) |
    (ulp ? FLAGS.ulp : 0)
  );
}

/** 64-bit integers without their norms. */
function measureInt64(
  kernel: Kernel,
  pair: Pair,
  start: number,
  count: number,
  { atol, rtol, facts }: MeasureOptions,
): void {
  kernel.expectedInt64.set(signed(pair.expected.read(start, count)));
  kernel.actualInt64.set(signed(pair.actual.read(start, count)));
  kernel.measure_i64(count, pair.dtype === 'uint64' ? 1 : 0, facts ? 1 : 0, atol, rtol);
}

/** The same bytes as int64, so that copying does not convert. */
function signed(data: TensorData): BigInt64Array {
  if (data instanceof BigInt64Array) return data;
  const { buffer, byteOffset, length } = data as BigUint64Array;
  return new BigInt64Array(buffer, byteOffset, length);
}

/** Formats that float32 holds exactly: copied in as they are. */
function measureNarrow(
  kernel: Kernel,
  pair: Pair,
  start: number,
  count: number,
  flags: number,
  { atol, rtol }: MeasureOptions,
): void {
  copyNarrow(kernel, pair, start, count);
  kernel.measure_f32(count, flags, ULP_KIND[pair.dtype as Narrow], atol, rtol);
}

function copyNarrow(kernel: Kernel, pair: Pair, start: number, count: number): void {
  const dtype = pair.dtype as Narrow;
  const expected = pair.expected.read(start, count);
  if (dtype === 'float32') kernel.expected32.set(expected as Float32Array);
  else kernel.expected16.set(expected as Uint16Array);
  const actual = pair.actual.read(start, count);
  if (dtype === 'float32') kernel.actual32.set(actual as Float32Array);
  else kernel.actual16.set(actual as Uint16Array);
}

function isNarrow(pair: Pair): boolean {
  return pair.actual.dtype === pair.dtype && Object.hasOwn(ULP_KIND, pair.dtype);
}

/** Share of the largest error by which rounding may hide a need. */
const HIDDEN = 2 ** -46;

/**
 * For each chunk the largest atol and rtol that a pair outside `atol + rtol·|expected|` asks for, to within rounding;
 * 0 where the chunk clearly asks for less than the neediest one.
 */
export function chunkNeeds(pair: Pair, measured: Measured, atol: number, rtol: number) {
  const kernel = theKernel();
  const chunks = Math.ceil(pair.elements / CHUNK);
  const needs = { atol: new Float64Array(chunks), rtol: new Float64Array(chunks) };
  const { maxAbs, maxRelative } = measured;
  // Without the full set the largest relative error is not known.
  kernel.needs_begin(maxAbs, HIDDEN * maxAbs, maxRelative > 0 ? HIDDEN * maxRelative : Infinity);
  const { chunkMax } = measured;
  const worst = chunkMax.reduce((best, most, index) => (most > chunkMax[best]! ? index : best), 0);
  // The chunk of the largest error goes first, so that most of the others are soon passed by.
  measureNeeds(kernel, pair, worst * CHUNK, Math.min(CHUNK, pair.elements - worst * CHUNK), atol, rtol);
  for (let start = 0; start < pair.elements; start += CAPACITY) {
    const count = Math.min(CAPACITY, pair.elements - start);
    measureNeeds(kernel, pair, start, count, atol, rtol);
    needs.atol.set(kernel.chunkAtol.subarray(0, Math.ceil(count / CHUNK)), start / CHUNK);
    needs.rtol.set(kernel.chunkRtol.subarray(0, Math.ceil(count / CHUNK)), start / CHUNK);
  }
  return needs;
}

function measureNeeds(
  kernel: Kernel,
  pair: Pair,
  start: number,
  count: number,
  atol: number,
  rtol: number,
): void {
  if (isNarrow(pair)) {
    copyNarrow(kernel, pair, start, count);
    if (pair.dtype !== 'float32') kernel.widen16(count, pair.dtype === 'bfloat16' ? 1 : 0, 1);
    kernel.needs_f32(count, atol, rtol);
  } else {
    const { expected64: expected, actual64: actual, difference64: difference } = kernel;
    readChunk(pair, start, count, { expected, actual, difference });
    kernel.needs_f64(count, atol, rtol);
  }
}

/** Everything else is decoded straight into the kernel's memory. Returns the products of complex numbers. */
function measureDoubles(
  kernel: Kernel,
  pair: Pair,
  start: number,
  count: number,
  flags: number,
  { atol, rtol, full }: MeasureOptions,
  measured: Measured,
): number {
  const expected = kernel.expected64;
  const actual = kernel.actual64;
  const difference = kernel.difference64;
  const chunk: Chunk = { expected, actual, difference };
  readChunk(pair, start, count, chunk);
  if (full && pair.dtype !== 'float64' && hasUlp(pair.dtype))
    addUlpsOf(pair, count, expected, actual, measured);
  kernel.measure_f64(count, flags, 0, atol, rtol);
  return chunk.products ?? 0;
}

/** ULP of dtypes that the kernel does not know, over the finite pairs. */
function addUlpsOf(
  pair: Pair,
  count: number,
  expected: Float64Array,
  actual: Float64Array,
  measured: Measured,
): void {
  const e = new Float64Array(count);
  const a = new Float64Array(count);
  let kept = 0;
  for (let i = 0; i < count; i++) {
    if (!Number.isFinite(expected[i]!) || !Number.isFinite(actual[i]!)) continue;
    e[kept] = expected[i]!;
    a[kept++] = actual[i]!;
  }
  addUlps(pair.dtype, e, a, kept, measured.ulp);
}

/** Where each total lies. */
const AT = Object.fromEntries(TOTALS.map((name, i) => [name, i])) as Record<(typeof TOTALS)[number], number>;

const PASS_TOTALS = [
  'finitePairs',
  'sumAbs',
  'sumSigned',
  'sumSquares',
  'sumExpectedSquares',
  'sumActualSquares',
  'sumProducts',
  'maxAbs',
  'maxRelative',
  'maxRatio',
  'outside',
  'equal',
  'nanActual',
  'nanExpected',
  'nanBoth',
  'infMismatches',
] as const;

function takeTotals({ totals, decades }: Kernel, measured: Measured): void {
  for (const name of PASS_TOTALS) measured[name] = totals[AT[name]]!;
  measured.ulp.max = Math.max(measured.ulp.max, totals[AT.maxUlp]!);
  measured.ulp.sum += totals[AT.sumUlp]!;
  takeSide(totals, AT.expectedFinite, AT.expectedSum, measured.expected);
  takeSide(totals, AT.actualFinite, AT.actualSum, measured.actual);
  measured.decades.set(decades);
}

/** Both sides' totals stand in one order. */
function takeSide(totals: Float64Array, counts: number, sums: number, side: SideSums): void {
  side.finite = totals[counts]!;
  side.min = totals[counts + 1]!;
  side.max = totals[counts + 2]!;
  side.nan = totals[counts + 3]!;
  side.posInf = totals[counts + 4]!;
  side.negInf = totals[counts + 5]!;
  side.zeros = totals[counts + 6]!;
  side.sum = totals[sums]!;
  side.sumSquares = totals[sums + 1]!;
}
