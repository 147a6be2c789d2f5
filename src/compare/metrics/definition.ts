import type { Dtype } from '../../tensor/index.ts';
import type { Measured } from '../measured.ts';
import { nonFiniteMismatches } from '../measured.ts';

/** What docs/metrics.md says about a metric, and how it is computed. */
export interface MetricDefinition {
  readonly name: string;
  readonly title: string;
  readonly formula: string;
  readonly source: string;
  readonly unit: string;
  readonly smallerIsBetter: boolean;
  /** NaN, ±Infinity, ±0, subnormal numbers and empty tensors. */
  readonly policy: string;
  /** Made from the norms or the range of both sides: of int64 and uint64 given in the set `all` or where a bound asks. */
  readonly ofNorms?: boolean;
  /** The smallest set that gives it; a bound on it gives it too. */
  readonly set: 'core' | 'full' | 'all';
  /** False where it has no meaning for the dtype: then it is neither given nor judged. */
  readonly appliesTo: (dtype: Dtype) => boolean;
  /** `undefined` where it cannot be said of these values. Metrics that need passes of their own have none. */
  readonly of?: (measured: Measured) => number | undefined;
}

/** The common part of the policies: finite pairs are measured, matched non-finite ones set aside. */
export const NON_FINITE_POLICY =
  'Over the pairs of two finite numbers; NaN against NaN and an infinity against itself are set aside; any other non-finite pair gives';

/** Infinity where a non-finite pair does not match, else what `finite` gives. */
export function errorOf(finite: (measured: Measured) => number): (measured: Measured) => number {
  return (measured) => {
    if (nonFiniteMismatches(measured) > 0) return Infinity;
    return measured.finitePairs === 0 ? 0 : finite(measured);
  };
}

export function notString(dtype: Dtype): boolean {
  return dtype !== 'string';
}

export function isReal(dtype: Dtype): boolean {
  return dtype !== 'string' && dtype !== 'complex64' && dtype !== 'complex128';
}

/** The integers that a double cannot hold: they are judged by their differences, and their norms cost a pass in doubles. */
export function isInt64(dtype: Dtype): boolean {
  return dtype === 'int64' || dtype === 'uint64';
}

export function everyDtype(): boolean {
  return true;
}

/** Extent of the finite expected values, max − min; where all are alike, their magnitude. What relative L∞ and PSNR refer to. */
export function rangeOf({ expected }: Measured): number {
  if (expected.finite === 0) return 0;
  const extent = expected.max - expected.min;
  return extent > 0 ? extent : Math.abs(expected.max);
}
