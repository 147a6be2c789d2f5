import type { MetricDefinition } from './definition.ts';
import { NON_FINITE_POLICY, notString } from './definition.ts';
import type { Measured } from '../measured.ts';
import { nonFiniteMismatches } from '../measured.ts';

export const COSINE: MetricDefinition = {
  name: 'cosine',
  title: 'Cosine similarity',
  formula: '1 − (Σd² − (‖actual‖ − ‖expected‖)²) ÷ (2·‖actual‖·‖expected‖), which keeps its digits near 1',
  source: 'scipy.spatial.distance.cosine',
  unit: 'none',
  smallerIsBetter: false,
  policy: `${NON_FINITE_POLICY} no value. Two zero vectors give 1, one of them 0.`,
  set: 'full',
  appliesTo: notString,
  of: cosineOf,
};

function cosineOf(measured: Measured): number | undefined {
  return nonFiniteMismatches(measured) > 0 ? undefined : 1 - cosineDistance(measured);
}

/** 1 − cosine, with its own full precision. */
export function cosineDistance({ sumSquares, sumActualSquares, sumExpectedSquares }: Measured): number {
  const actual = Math.sqrt(sumActualSquares);
  const expected = Math.sqrt(sumExpectedSquares);
  if (actual === 0 || expected === 0) return actual === expected ? 0 : 1;
  const lengths = actual - expected;
  const distance = (sumSquares - lengths * lengths) / (2 * actual * expected);
  return Math.min(2, Math.max(0, distance));
}
