import type { MetricDefinition } from './definition.ts';
import { NON_FINITE_POLICY, notString } from './definition.ts';
import type { Measured } from '../measured.ts';
import { nonFiniteMismatches } from '../measured.ts';

export const SNR: MetricDefinition = {
  name: 'snrDb',
  title: 'Signal-to-noise ratio',
  formula: '10·log10(Σ expected² ÷ Σ (actual − expected)²)',
  source: 'Polygraphy; onnxruntime accuracy_tool',
  unit: 'dB',
  smallerIsBetter: false,
  policy: `${NON_FINITE_POLICY} −Infinity. No error gives Infinity; an error against zeros alone gives −Infinity.`,
  ofNorms: true,
  set: 'full',
  appliesTo: notString,
  of: snrOf,
};

function snrOf(measured: Measured): number {
  if (nonFiniteMismatches(measured) > 0) return -Infinity;
  if (measured.sumSquares === 0) return Infinity;
  return 10 * (Math.log10(measured.sumExpectedSquares) - Math.log10(measured.sumSquares));
}
