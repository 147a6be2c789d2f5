/** What one pass over a pair of tensors finds out; metrics are formulas over these sums. */
import type { UlpSums } from './dtypes/ulp.ts';

/** Facts about one side. Means and extremes are over finite values; for complex numbers over their moduli. */
export interface SideSums {
  finite: number;
  min: number;
  max: number;
  sum: number;
  sumSquares: number;
  nan: number;
  posInf: number;
  negInf: number;
  zeros: number;
}

export interface Measured {
  readonly elements: number;
  /** Pairs of two finite numbers: what the sums below run over. */
  finitePairs: number;
  sumAbs: number;
  sumSigned: number;
  sumSquares: number;
  sumExpectedSquares: number;
  sumActualSquares: number;
  /** Σ expected·actual; of complex numbers the real part of expected·conj(actual). */
  sumProducts: number;
  /** Largest |d|, |d| ÷ |expected| and |d| ÷ (atol + rtol·|expected|) over finite pairs. */
  maxAbs: number;
  maxRelative: number;
  maxRatio: number;
  /** Finite pairs outside the mismatch bound. */
  outside: number;
  /** Pairs that are equal, matched NaN and infinities included. */
  equal: number;
  /** Non-finite pairs that do not match. */
  nanActual: number;
  nanExpected: number;
  nanBoth: number;
  infMismatches: number;
  /** Distances of finite pairs in the output's own dtype. */
  readonly ulp: UlpSums;
  readonly expected: SideSums;
  readonly actual: SideSums;
  /** Finite pairs with d ≠ 0 by decade of |d|: entry k counts [10^(k + FIRST_DECADE), 10^(k + 1 + FIRST_DECADE)). */
  readonly decades: Float64Array;
  /** Largest |d| of each chunk, and whether it holds a non-finite mismatch: where to look for the worst elements. */
  readonly chunkMax: Float64Array;
  readonly chunkOdd: Uint8Array;
}

/** What the pass is to gather besides the core sums. */
export interface MeasureOptions {
  /** |d| ≤ atol + rtol·|expected|. */
  readonly atol: number;
  readonly rtol: number;
  readonly nanEqual: boolean;
  readonly infEqual: boolean;
  /** Relative error, share of the allowance, norms, ULP and decades as well. */
  readonly full: boolean;
  /** Σ expected² as well, which the default MSE bound needs. */
  readonly norms: boolean;
  /** Extremes and zeros of the actual side as well, for the evidence. */
  readonly facts: boolean;
}

/** Decade of the smallest subnormal double is −324. */
export const FIRST_DECADE = -324;
export const DECADES = 633;

/** Pairs that do not match because one of them is not finite. */
export function nonFiniteMismatches(measured: Measured): number {
  return measured.nanActual + measured.nanExpected + measured.nanBoth + measured.infMismatches;
}

export function newSideSums(): SideSums {
  return {
    finite: 0,
    min: Infinity,
    max: -Infinity,
    sum: 0,
    sumSquares: 0,
    nan: 0,
    posInf: 0,
    negInf: 0,
    zeros: 0,
  };
}

export function newMeasured(elements: number, chunks: number): Measured {
  return {
    elements,
    finitePairs: 0,
    sumAbs: 0,
    sumSigned: 0,
    sumSquares: 0,
    sumExpectedSquares: 0,
    sumActualSquares: 0,
    sumProducts: 0,
    maxAbs: 0,
    maxRelative: 0,
    maxRatio: 0,
    outside: 0,
    equal: 0,
    nanActual: 0,
    nanExpected: 0,
    nanBoth: 0,
    infMismatches: 0,
    ulp: { max: 0, sum: 0 },
    expected: newSideSums(),
    actual: newSideSums(),
    decades: new Float64Array(DECADES),
    chunkMax: new Float64Array(chunks),
    chunkOdd: new Uint8Array(chunks),
  };
}

/** Whether a pair with a non-finite member counts as equal. */
export function matchesOdd(
  expected: number,
  actual: number,
  { nanEqual, infEqual }: Pick<MeasureOptions, 'nanEqual' | 'infEqual'>,
): boolean {
  if (Number.isNaN(expected)) return nanEqual && Number.isNaN(actual);
  return infEqual && expected === actual;
}
