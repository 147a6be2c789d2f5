import type { MetricDefinition } from './definition.ts';
import { isReal } from './definition.ts';

export const TOP_K: MetricDefinition = {
  name: 'topK',
  title: 'Top-k agreement',
  formula: 'share of rows over the last axis whose k largest entries are the same set',
  source: 'classification practice (top-1, top-5 agreement)',
  unit: 'share, 0…1',
  smallerIsBetter: false,
  policy:
    'Entries that tie in the expected output are interchangeable; NaN ranks last; k beyond the row is the whole row; a scalar is one row.',
  set: 'all',
  appliesTo: isReal,
};
