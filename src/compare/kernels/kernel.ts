/** The WebAssembly kernels with their memory, made on first use. Whole tensors never enter it: chunks are copied in. */
import { DECADE_EDGES, decadeIndex } from '../decades.ts';
import { DECADES } from '../measured.ts';
import { MEASURE_WASM } from './measure.gen.ts';

/** Elements that one call takes. */
export const CAPACITY = 16384;

/** Flags of the measuring calls, as in measure.c. */
export const FLAGS = { full: 1, norms: 2, factsActual: 4, nanEqual: 8, infEqual: 16, ulp: 32 } as const;

/** Entries of `totals`, as in measure.c. */
export const TOTALS = [
  'sumAbs',
  'sumSigned',
  'sumSquares',
  'sumExpectedSquares',
  'sumActualSquares',
  'sumProducts',
  'sumUlp',
  'expectedSum',
  'expectedSumSquares',
  'actualSum',
  'actualSumSquares',
  'finitePairs',
  'maxAbs',
  'maxRelative',
  'maxRatio',
  'outside',
  'equal',
  'nanActual',
  'nanExpected',
  'nanBoth',
  'infMismatches',
  'maxUlp',
  'expectedFinite',
  'expectedMin',
  'expectedMax',
  'expectedNan',
  'expectedPosInf',
  'expectedNegInf',
  'expectedZeros',
  'actualFinite',
  'actualMin',
  'actualMax',
  'actualNan',
  'actualPosInf',
  'actualNegInf',
  'actualZeros',
] as const;

interface Functions {
  readonly memory: { readonly buffer: ArrayBuffer };
  reset(): void;
  finish(): void;
  measure_f32(count: number, flags: number, ulp: number, atol: number, rtol: number): void;
  measure_f64(count: number, flags: number, ulp: number, atol: number, rtol: number): void;
  measure_i64(count: number, unsigned: number, facts: number, atol: number, rtol: number): void;
  needs_begin(maxAbs: number, marginOfAtol: number, marginOfRtol: number): void;
  needs_f32(count: number, atol: number, rtol: number): void;
  needs_f64(count: number, atol: number, rtol: number): void;
  widen16(count: number, bfloat: number, both: number): void;
  bracket_f32(count: number, low: number, high: number): void;
  bracket_f64(count: number, low: number, high: number): void;
}

export interface Kernel extends Functions {
  readonly totals: Float64Array;
  readonly decades: Float64Array;
  readonly chunkMax: Float64Array;
  readonly chunkOdd: Float64Array;
  readonly chunkAtol: Float64Array;
  readonly chunkRtol: Float64Array;
  readonly expected64: Float64Array;
  readonly actual64: Float64Array;
  readonly difference64: Float64Array;
  /** The same memory as `expected64` and `actual64`. */
  readonly expectedInt64: BigInt64Array;
  readonly actualInt64: BigInt64Array;
  readonly expected32: Float32Array;
  readonly actual32: Float32Array;
  readonly expected16: Uint16Array;
  readonly actual16: Uint16Array;
  readonly gathered32: Float32Array;
  /** The same memory as `gathered32`. */
  readonly gatheredPatterns: Uint32Array;
  readonly gathered64: Float64Array;
  readonly bracket: Float64Array;
}

/** The part of the global that is used; its types come with the DOM library alone. */
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
  };
};

let kernel: Kernel | undefined;

export function theKernel(): Kernel {
  kernel ??= newKernel();
  return kernel;
}

function newKernel(): Kernel {
  const bytes = Buffer.from(MEASURE_WASM, 'base64');
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const functions = exports as unknown as Functions;
  const { buffer } = functions.memory;
  const address = (name: string) => (exports[name] as () => number)();
  const doubles = (name: string, length: number) => new Float64Array(buffer, address(name), length);
  const floats = (name: string) => new Float32Array(buffer, address(name), CAPACITY);
  const codes = (name: string) => new Uint16Array(buffer, address(name), CAPACITY);
  fillDecades(doubles('edges', DECADES + 2), new Uint16Array(buffer, address('decade_of'), 2048 + 65));
  return {
    ...functions,
    totals: doubles('totals', TOTALS.length),
    decades: doubles('decades', DECADES),
    chunkMax: doubles('chunk_max', 4),
    chunkOdd: doubles('chunk_odd', 4),
    chunkAtol: doubles('chunk_atol', 4),
    chunkRtol: doubles('chunk_rtol', 4),
    expected64: doubles('e64', CAPACITY),
    actual64: doubles('a64', CAPACITY),
    difference64: doubles('d64', CAPACITY),
    expectedInt64: new BigInt64Array(buffer, address('e64'), CAPACITY),
    actualInt64: new BigInt64Array(buffer, address('a64'), CAPACITY),
    expected32: floats('e32'),
    actual32: floats('a32'),
    expected16: codes('e16'),
    actual16: codes('a16'),
    gathered32: floats('gathered32'),
    gatheredPatterns: new Uint32Array(buffer, address('gathered32'), CAPACITY),
    gathered64: doubles('gathered64', CAPACITY),
    bracket: doubles('bracket', 3),
  };
}

/** Zeros are given the bin beyond the last decade, and so are infinite differences. */
function fillDecades(edges: Float64Array, decadeOf: Uint16Array): void {
  edges.set(DECADE_EDGES);
  edges[DECADES] = Infinity;
  edges[DECADES + 1] = Infinity;
  for (let exponent = 1; exponent < 2047; exponent++)
    decadeOf[exponent] = decadeIndex(2 ** (exponent - 1023));
  decadeOf[2047] = DECADES;
  // A subnormal number with z leading zero bits is at least 2^(63 − z) times the smallest one.
  for (let zeros = 12; zeros < 64; zeros++)
    decadeOf[2048 + zeros] = decadeIndex(2 ** (63 - zeros) * Number.MIN_VALUE);
  decadeOf[2048 + 64] = DECADES;
}
