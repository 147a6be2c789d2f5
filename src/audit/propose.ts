/** A bound that the history would have passed, with room, and how often a healthy run would still exceed it. */
import { marginalSpread, median, moderatedSpread } from '../history/index.ts';
import type { DeclaredBound, Proposal } from './types.ts';

/** Times the worst that was ever seen. */
const MARGIN = 2;
/** Spreads above the median, as for regressions. */
const Z = 6;

/**
 * From the worst utilisation of each run. Two bounds, the wider one counts: twice the largest of n runs, which a further
 * run exceeds with a chance below 1 ÷ (n + 1) whatever the distribution (Wilks 1941, Ann. Math. Statist. 12); and six
 * spreads above the median of the logarithm. `least` is a floor as utilisation: the reference's own noise.
 */
export function propose(
  bound: DeclaredBound,
  worstPerRun: readonly number[],
  checks: number,
  least: number,
): Proposal | null {
  if (bound.expression === null && bound.limit === null && bound.atol === null && bound.rtol === null)
    return null;
  const worst = worstPerRun.filter((value) => Number.isFinite(value) && value > 0);
  // Errors that were always zero say nothing about how tight a bound may be; below the noise it will fail once they are not.
  if (worst.length === 0)
    return least > 1 && worstPerRun.every((value) => value === 0)
      ? fromNoise(bound, least, worstPerRun.length)
      : null;
  const logs = worst.map((value) => Math.log(value));
  const [centre, spread] = [median(logs), moderatedSpread(marginalSpread(logs), logs.length - 1)];
  const factor = roundedUp(Math.max(MARGIN * Math.max(...worst), Math.exp(centre + Z * spread), least));
  const z = (Math.log(factor) - centre) / spread;
  return {
    ...scaledBound(bound, factor),
    falseAlarmPerRun: Math.min(1 / (worst.length + 1), Math.max(upperTail(z), 1e-12)),
    basis: `worst of ${worst.length} runs over ${checks} checks: a further run exceeds even that with a chance below 1 in ${worst.length + 1}; for log-normal errors about ${upperTail(z).toExponential(0)}`,
  };
}

function fromNoise(bound: DeclaredBound, least: number, runs: number): Proposal {
  return {
    ...scaledBound(bound, roundedUp(least)),
    falseAlarmPerRun: 1 / (runs + 1),
    basis: `none of ${runs} runs had an error: four times the noise of two correct computations`,
  };
}

function scaledBound(
  bound: DeclaredBound,
  factor: number,
): Pick<Proposal, 'factor' | 'limit' | 'atol' | 'rtol'> {
  const isBudget = bound.metric === 'mismatches' || bound.metric === 'mismatchShare';
  return {
    factor,
    limit: isBudget ? bound.limit : scaledLimit(bound, factor),
    atol: scaled(bound.atol, factor),
    rtol: scaled(bound.rtol, factor),
  };
}

/** The limit that allows `factor` times the error. What a lower limit allows is its distance from perfect, or 20·log₁₀ in dB. */
function scaledLimit({ metric, limit }: DeclaredBound, factor: number): number | null {
  if (limit === null) return null;
  if (metric.endsWith('Db')) return Math.floor((limit - 20 * Math.log10(factor)) * 10) / 10;
  // Beyond 1e-12 the cosine of doubles is noise itself.
  if (DISTANCE_FROM_ONE.has(metric)) return 1 - Math.max(1e-12, roundedUp((1 - limit) * factor));
  return roundedUp(limit * factor);
}

const DISTANCE_FROM_ONE: ReadonlySet<string> = new Set(['cosine', 'topK']);

function scaled(value: number | null, factor: number): number | null {
  return value === null ? null : roundedUp(value * factor);
}

/** Up to the next of 1, 2, 5 × 10ⁿ: bounds are read by people. */
export function roundedUp(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return value;
  const power = Math.floor(Math.log10(value));
  for (const digit of [1, 2, 5, 10]) {
    const candidate = Number(`${digit}e${power}`);
    if (candidate >= value * (1 - 1e-9)) return candidate;
  }
  return Number(`1e${power + 1}`);
}

/** 1 − Φ(z) for z ≥ 0, within 8e-8 (Abramowitz & Stegun 1964, 26.2.17). */
export function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
