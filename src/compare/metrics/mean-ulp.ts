import type { MetricDefinition } from './definition.ts';
import { errorOf, NON_FINITE_POLICY } from './definition.ts';
import { hasUlp } from '../dtypes/ulp.ts';

export const MEAN_ULP: MetricDefinition = {
  name: 'meanUlp',
  title: 'Mean distance in ULP',
  formula: 'Σ distance in ULP ÷ n',
  source: 'as maxUlp',
  unit: 'ULP of the output’s own dtype',
  smallerIsBetter: true,
  policy: `${NON_FINITE_POLICY} Infinity. +0 and −0 are 0 apart; subnormal numbers are counted one by one. Floating dtypes alone.`,
  set: 'full',
  appliesTo: hasUlp,
  of: errorOf(({ ulp, finitePairs }) => ulp.sum / finitePairs),
};
