import type { MetricDefinition } from './definition.ts';
import { errorOf, NON_FINITE_POLICY, notString } from './definition.ts';

export const MEAN_ABS: MetricDefinition = {
  name: 'meanAbs',
  title: 'Mean absolute error',
  formula: 'Σ |actual − expected| ÷ n',
  source: 'sklearn.metrics.mean_absolute_error',
  unit: "the output's own unit",
  smallerIsBetter: true,
  policy: `${NON_FINITE_POLICY} Infinity. Subnormal numbers count as they are; −0 equals +0; empty gives 0.`,
  set: 'core',
  appliesTo: notString,
  of: errorOf(({ sumAbs, finitePairs }) => sumAbs / finitePairs),
};
