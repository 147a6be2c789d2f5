import type { MetricDefinition } from './definition.ts';
import { NON_FINITE_POLICY, notString } from './definition.ts';
import type { Measured } from '../measured.ts';
import { nonFiniteMismatches } from '../measured.ts';

export const COSINE: MetricDefinition = {
  name: 'cosine',
  title: 'Cosine similarity',
  formula:
    '1 − (Σd² − (‖actual‖ − ‖expected‖)²) ÷ (2·‖actual‖·‖expected‖), which keeps its digits near 1; Σ actual·expected ÷ (‖actual‖·‖expected‖) where one norm is over twice the other',
  source: 'scipy.spatial.distance.cosine',
  unit: 'none',
  smallerIsBetter: false,
  policy: `${NON_FINITE_POLICY} no value. Two zero vectors give 1, one of them 0. Norms whose squares leave the range of doubles are not rescued.`,
  ofNorms: true,
  set: 'full',
  appliesTo: notString,
  of: cosineOf,
};

function cosineOf(measured: Measured): number | undefined {
  return nonFiniteMismatches(measured) > 0 ? undefined : 1 - cosineDistance(measured);
}

/** 1 − cosine, with its own full precision near 0; vectors of very different length are better served by their product. */
export function cosineDistance(measured: Measured): number {
  const { sumSquares, sumActualSquares, sumExpectedSquares, sumProducts } = measured;
  const actual = Math.sqrt(sumActualSquares);
  const expected = Math.sqrt(sumExpectedSquares);
  if (actual === 0 || expected === 0) return actual === expected ? 0 : 1;
  const lengths = actual - expected;
  const alike = 2 * Math.abs(lengths) <= Math.max(actual, expected);
  const distance = alike
    ? (sumSquares - lengths * lengths) / (2 * actual * expected)
    : 1 - sumProducts / (actual * expected);
  return Math.min(2, Math.max(0, distance));
}
