import type { MetricDefinition } from './definition.ts';
import { errorOf, NON_FINITE_POLICY, notString } from './definition.ts';

export const RMSE: MetricDefinition = {
  name: 'rmse',
  title: 'Root mean squared error',
  formula: '√mse',
  source: 'sklearn.metrics.root_mean_squared_error',
  unit: "the output's own unit",
  smallerIsBetter: true,
  policy: `${NON_FINITE_POLICY} Infinity. Subnormal numbers count as they are; −0 equals +0; empty gives 0.`,
  set: 'full',
  appliesTo: notString,
  of: errorOf(({ sumSquares, finitePairs }) => Math.sqrt(sumSquares / finitePairs)),
};
