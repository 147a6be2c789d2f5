import type { MetricDefinition } from './definition.ts';
import { isFloating } from '../../tensor/index.ts';

export const KL: MetricDefinition = {
  name: 'kl',
  title: 'Kullback–Leibler divergence',
  formula: 'max over rows (last axis) of Σ expected·ln(expected ÷ actual)',
  source: 'scipy.stats.entropy',
  unit: 'nat',
  smallerIsBetter: true,
  policy:
    'Given where the expected rows are non-negative and sum to 1 within 1e-2; 0·ln(0 ÷ x) is 0; an actual entry of 0 or less where more is expected gives Infinity; so does a NaN.',
  set: 'all',
  appliesTo: isFloating,
};
