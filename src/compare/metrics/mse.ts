import type { MetricDefinition } from './definition.ts';
import { errorOf, NON_FINITE_POLICY, notString } from './definition.ts';

export const MSE: MetricDefinition = {
  name: 'mse',
  title: 'Mean squared error',
  formula: 'Σ (actual − expected)² ÷ n',
  source: 'sklearn.metrics.mean_squared_error',
  unit: "the output's own unit, squared",
  smallerIsBetter: true,
  policy: `${NON_FINITE_POLICY} Infinity. Subnormal numbers count as they are; −0 equals +0; empty gives 0.`,
  set: 'core',
  appliesTo: notString,
  of: errorOf(({ sumSquares, finitePairs }) => sumSquares / finitePairs),
};
