import type { MetricDefinition } from './definition.ts';
import { isReal } from './definition.ts';

export const SPEARMAN: MetricDefinition = {
  name: 'spearman',
  title: 'Spearman’s rank correlation',
  formula: 'Pearson correlation of the ranks of all elements, ties given their mean rank',
  source: 'scipy.stats.spearmanr',
  unit: 'none',
  smallerIsBetter: false,
  policy: 'Left out where a value is not finite, one side is constant, or there are more than 2^24 elements.',
  set: 'all',
  appliesTo: isReal,
};
