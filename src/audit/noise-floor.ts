import { unitInLastPlace } from '../history/index.ts';
import type { Observed } from './types.ts';

/** An error that two correct computations may differ by at a typical element, as L∞; `null` where nothing is known. */
export function noiseOf({
  scale,
  dtype,
  referenceNoise,
}: Pick<Observed, 'scale' | 'dtype' | 'referenceNoise'>): number | null {
  const ulp = scale === null ? null : unitInLastPlace(scale, dtype);
  if (ulp === null && referenceNoise === null) return null;
  return Math.max(ulp ?? 0, referenceNoise ?? 0);
}

/** The same as a limit of the bound's own metric; `null` where the metric has no such relation. */
export function noiseAsLimit(metric: string, noise: number, scale: number | null): number | null {
  switch (metric) {
    case 'linf':
    case 'mismatches':
    case 'mismatchShare':
      return noise;
    // An error that is even over ±u/2 has the variance u²/12.
    case 'rmse':
    case 'meanAbs':
      return noise / Math.sqrt(12);
    case 'mse':
      return noise ** 2 / 12;
    case 'maxRel':
      return scale === null || scale === 0 ? null : noise / scale;
    case 'maxUlp':
      return 1;
    default:
      return null;
  }
}

/** What a bound allows at a typical element, in the metric's unit. */
export function allowedAt({
  metric,
  limit,
  atol,
  rtol,
  scale,
}: Pick<Observed, 'metric' | 'limit' | 'atol' | 'rtol' | 'scale'>): number | null {
  if (metric !== 'mismatches' && metric !== 'mismatchShare') return limit;
  if (atol === null && rtol === null) return null;
  return (atol ?? 0) + (rtol ?? 0) * (scale ?? 0);
}

/** The bound as a share of the typical |expected|; `null` for metrics that are no error in its unit. */
export function shareOfSize(
  of: Pick<Observed, 'metric' | 'limit' | 'atol' | 'rtol' | 'scale'>,
): number | null {
  const allowed = allowedAt(of);
  if (allowed === null || of.scale === null || of.scale === 0) return null;
  if (of.metric === 'mse') return Math.sqrt(allowed) / of.scale;
  return ['linf', 'rmse', 'meanAbs', 'mismatches', 'mismatchShare'].includes(of.metric)
    ? allowed / of.scale
    : null;
}
