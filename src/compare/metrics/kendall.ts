import type { MetricDefinition } from './definition.ts';
import { isReal } from './definition.ts';

export const KENDALL: MetricDefinition = {
  name: 'kendall',
  title: 'Kendall’s rank correlation, τ-b',
  formula: '(concordant − discordant pairs) ÷ √((pairs − ties in expected)·(pairs − ties in actual))',
  source: 'scipy.stats.kendalltau',
  unit: 'none',
  smallerIsBetter: false,
  policy: 'Left out where a value is not finite, one side is constant, or there are more than 2^20 elements.',
  set: 'all',
  appliesTo: isReal,
};
