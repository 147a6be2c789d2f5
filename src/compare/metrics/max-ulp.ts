import type { MetricDefinition } from './definition.ts';
import { errorOf, NON_FINITE_POLICY } from './definition.ts';
import { hasUlp } from '../dtypes/ulp.ts';

export const MAX_ULP: MetricDefinition = {
  name: 'maxUlp',
  title: 'Largest distance in ULP',
  formula: 'max number of representable values of the expected dtype between expected and actual',
  source: 'WPT WebNN conformance tests; numpy.testing.assert_array_max_ulp',
  unit: 'ULP of the output’s own dtype',
  smallerIsBetter: true,
  policy: `${NON_FINITE_POLICY} Infinity. +0 and −0 are 0 apart; subnormal numbers are counted one by one. Floating dtypes alone.`,
  set: 'full',
  appliesTo: hasUlp,
  of: errorOf(({ ulp }) => ulp.max),
};
