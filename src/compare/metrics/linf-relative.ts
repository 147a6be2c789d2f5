import type { MetricDefinition } from './definition.ts';
import { errorOf, NON_FINITE_POLICY, notString, rangeOf } from './definition.ts';

export const LINF_RELATIVE: MetricDefinition = {
  name: 'linfRelative',
  title: 'L∞ relative to the reference’s range',
  formula: 'linf ÷ (max expected − min expected); ÷ |expected| where all expected values are alike',
  source: 'Polygraphy (normalised error); tract',
  unit: 'none',
  smallerIsBetter: true,
  policy: `${NON_FINITE_POLICY} Infinity. No error gives 0 whatever the range; an error against a range of 0 gives Infinity.`,
  ofNorms: true,
  set: 'full',
  appliesTo: notString,
  of: errorOf((measured) => (measured.maxAbs === 0 ? 0 : measured.maxAbs / rangeOf(measured))),
};
