import type { MetricDefinition } from './definition.ts';
import { errorOf, isReal, NON_FINITE_POLICY } from './definition.ts';

export const BIAS: MetricDefinition = {
  name: 'bias',
  title: 'Bias, signed mean error',
  formula: 'Σ (actual − expected) ÷ n; a bound limits its magnitude',
  source: 'mean(actual − expected)',
  unit: "the output's own unit",
  smallerIsBetter: true,
  policy: `${NON_FINITE_POLICY} Infinity. Subnormal numbers count as they are; −0 equals +0; empty gives 0.`,
  set: 'full',
  appliesTo: isReal,
  of: errorOf(({ sumSigned, finitePairs }) => sumSigned / finitePairs),
};
