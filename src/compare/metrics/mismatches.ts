import type { MetricDefinition } from './definition.ts';
import { everyDtype } from './definition.ts';
import { nonFiniteMismatches } from '../measured.ts';

export const MISMATCHES: MetricDefinition = {
  name: 'mismatches',
  title: 'Mismatches',
  formula: 'number of elements with |actual − expected| > atol + rtol·|expected|',
  source: 'numpy.allclose (NumPy’s rule: the two are added)',
  unit: 'elements',
  smallerIsBetter: true,
  policy:
    'NaN matches NaN and an infinity the same infinity, unless the policy says otherwise; any other non-finite pair is a mismatch. Integers, booleans and strings must be equal unless a bound of their own allows more.',
  set: 'core',
  appliesTo: everyDtype,
  of: (measured) => measured.outside + nonFiniteMismatches(measured),
};
