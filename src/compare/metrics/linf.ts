import type { MetricDefinition } from './definition.ts';
import { errorOf, NON_FINITE_POLICY, notString } from './definition.ts';

export const LINF: MetricDefinition = {
  name: 'linf',
  title: 'L∞, largest absolute error',
  formula: 'max |actual − expected|',
  source: 'numpy.linalg.norm(d, inf)',
  unit: "the output's own unit",
  smallerIsBetter: true,
  policy: `${NON_FINITE_POLICY} Infinity. Subnormal numbers count as they are; −0 equals +0; empty gives 0.`,
  set: 'core',
  appliesTo: notString,
  of: errorOf(({ maxAbs }) => maxAbs),
};
