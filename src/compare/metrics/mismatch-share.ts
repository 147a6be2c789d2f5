import type { MetricDefinition } from './definition.ts';
import { everyDtype } from './definition.ts';
import { nonFiniteMismatches } from '../measured.ts';

export const MISMATCH_SHARE: MetricDefinition = {
  name: 'mismatchShare',
  title: 'Share of mismatches',
  formula: 'mismatches ÷ elements',
  source: 'tract (outlier ratio); Polygraphy',
  unit: 'share, 0…1',
  smallerIsBetter: true,
  policy: 'As mismatches; an empty tensor gives 0.',
  set: 'core',
  appliesTo: everyDtype,
  of: (measured) =>
    measured.elements === 0 ? 0 : (measured.outside + nonFiniteMismatches(measured)) / measured.elements,
};
