import type { MetricDefinition } from './definition.ts';
import { errorOf, NON_FINITE_POLICY, notString } from './definition.ts';

export const MAX_REL: MetricDefinition = {
  name: 'maxRel',
  title: 'Largest relative error',
  formula: 'max |actual − expected| ÷ |expected|, with 0 ÷ 0 = 0',
  source: 'numpy.testing.assert_allclose (max relative difference)',
  unit: 'none',
  smallerIsBetter: true,
  policy: `${NON_FINITE_POLICY} Infinity. An error where 0 is expected gives Infinity.`,
  ofNorms: true,
  set: 'full',
  appliesTo: notString,
  of: errorOf(({ maxRelative }) => maxRelative),
};
