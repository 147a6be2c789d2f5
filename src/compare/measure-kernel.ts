/** The pass of measure.ts through WebAssembly: the same numbers (sums to within rounding), many times faster. */
import { CHUNK, valuesPerElement } from './chunk-source.ts';
import { addUlps, hasUlp } from './dtypes/ulp.ts';
import type { Kernel } from './kernels/kernel.ts';
import { CAPACITY, FLAGS, theKernel, TOTALS } from './kernels/kernel.ts';
import type { MeasureOptions } from './measured.ts';
import type { Measured } from './measured.ts';
import { newMeasured } from './measured.ts';
import type { Chunk, Pair } from './pair.ts';
import { readChunk } from './pair.ts';

/** Below this plain JavaScript wins: a call and its copies cost about as much as a thousand elements. */
export const KERNEL_FROM = 1024;

/** Numbers by which measure.c knows how to take ULP from float32 values. */
const ULP_KIND = { float32: 0, float16: 1, bfloat16: 2 } as const;

type Narrow = keyof typeof ULP_KIND;

export function measureByKernel(pair: Pair, options: MeasureOptions): Measured {
  const kernel = theKernel();
  const measured = newMeasured(pair.elements, Math.ceil(pair.elements / CHUNK));
  const narrow = pair.actual.dtype === pair.dtype && Object.hasOwn(ULP_KIND, pair.dtype);
  const flags = flagsOf(options, pair);
  let complexProducts = 0;
  kernel.reset();
  for (let start = 0; start < pair.elements; start += CAPACITY) {
    const count = Math.min(CAPACITY, pair.elements - start);
    if (narrow) measureNarrow(kernel, pair, start, count, flags, options);
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

/** Formats that float32 holds exactly: copied in as they are. */
function measureNarrow(
  kernel: Kernel,
  pair: Pair,
  start: number,
  count: number,
  flags: number,
  { atol, rtol }: MeasureOptions,
): void {
  const dtype = pair.dtype as Narrow;
  const expected = pair.expected.read(start, count);
  if (dtype === 'float32') kernel.expected32.set(expected as Float32Array);
  else kernel.expected16.set(expected as Uint16Array);
  const actual = pair.actual.read(start, count);
  if (dtype === 'float32') kernel.actual32.set(actual as Float32Array);
  else {
    kernel.actual16.set(actual as Uint16Array);
    kernel.widen16(count, dtype === 'bfloat16' ? 1 : 0, 1);
  }
  kernel.measure_f32(count, flags, ULP_KIND[dtype], atol, rtol);
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

function takeTotals({ totals, decades }: Kernel, measured: Measured): void {
  const of = Object.fromEntries(TOTALS.map((name, i) => [name, totals[i]!])) as Record<
    (typeof TOTALS)[number],
    number
  >;
  Object.assign(measured, {
    finitePairs: of.finitePairs,
    sumAbs: of.sumAbs,
    sumSigned: of.sumSigned,
    sumSquares: of.sumSquares,
    sumExpectedSquares: of.sumExpectedSquares,
    sumActualSquares: of.sumActualSquares,
    sumProducts: of.sumProducts,
    maxAbs: of.maxAbs,
    maxRelative: of.maxRelative,
    maxRatio: of.maxRatio,
    outside: of.outside,
    equal: of.equal,
    nanActual: of.nanActual,
    nanExpected: of.nanExpected,
    nanBoth: of.nanBoth,
    infMismatches: of.infMismatches,
  } satisfies Partial<Measured>);
  measured.ulp.max = Math.max(measured.ulp.max, of.maxUlp);
  measured.ulp.sum += of.sumUlp;
  Object.assign(measured.expected, {
    finite: of.expectedFinite,
    min: of.expectedMin,
    max: of.expectedMax,
    sum: of.expectedSum,
    sumSquares: of.expectedSumSquares,
    nan: of.expectedNan,
    posInf: of.expectedPosInf,
    negInf: of.expectedNegInf,
    zeros: of.expectedZeros,
  });
  Object.assign(measured.actual, {
    finite: of.actualFinite,
    min: of.actualMin,
    max: of.actualMax,
    sum: of.actualSum,
    sumSquares: of.actualSumSquares,
    nan: of.actualNan,
    posInf: of.actualPosInf,
    negInf: of.actualNegInf,
    zeros: of.actualZeros,
  });
  measured.decades.set(decades);
}
