import type { MetricDefinition } from './definition.ts';
import { NON_FINITE_POLICY, notString, rangeOf } from './definition.ts';
import type { Measured } from '../measured.ts';
import { nonFiniteMismatches } from '../measured.ts';

export const PSNR: MetricDefinition = {
  name: 'psnrDb',
  title: 'Peak signal-to-noise ratio',
  formula: '20·log10(range ÷ rmse), range = max expected − min expected, or |expected| where all are alike',
  source: 'skimage.metrics.peak_signal_noise_ratio with data_range',
  unit: 'dB',
  smallerIsBetter: false,
  policy: `${NON_FINITE_POLICY} −Infinity. No error gives Infinity; an error against a range of 0 gives −Infinity.`,
  ofNorms: true,
  set: 'full',
  appliesTo: notString,
  of: psnrOf,
};

function psnrOf(measured: Measured): number {
  if (nonFiniteMismatches(measured) > 0) return -Infinity;
  if (measured.sumSquares === 0) return Infinity;
  return 20 * Math.log10(rangeOf(measured) / Math.sqrt(measured.sumSquares / measured.finitePairs));
}
