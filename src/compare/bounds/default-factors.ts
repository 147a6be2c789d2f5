import type { Dtype } from '../../tensor/index.ts';
import { isFloating } from '../../tensor/index.ts';

/**
 * f of the default bounds `|d| ≤ f·(s + |expected|)` and `mse ≤ f²·mean(expected²)`.
 * Healthy float32 exports need at most 2.4e-6, faulty ones at least 1.8e-4 (30 exports).
 * The 8- and 4-bit formats allow one step of their own spacing (2^-mantissaBits); float8e8m0 holds scales, which must be equal.
 */
export const DEFAULT_FACTORS: Readonly<Partial<Record<Dtype, number>>> = {
  float64: 1e-7,
  complex128: 1e-7,
  float32: 1e-4,
  complex64: 1e-4,
  float16: 2e-3,
  bfloat16: 2e-2,
  float8e4m3fn: 0.125,
  float8e4m3fnuz: 0.125,
  float8e5m2: 0.25,
  float8e5m2fnuz: 0.25,
  float8e8m0: 0,
  float4e2m1: 0.5,
};

/** The coarser of both sides: a widened output can be no better than the dtype that it was computed in. */
export function defaultFactor(
  expected: Dtype,
  actual: Dtype,
  factors: Readonly<Partial<Record<Dtype, number>>> = DEFAULT_FACTORS,
): number {
  const own = factors[expected] ?? 0;
  return isFloating(actual) ? Math.max(own, factors[actual] ?? 0) : own;
}
