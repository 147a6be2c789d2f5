import type { MetricDefinition } from './definition.ts';
import { isFloating } from '../../tensor/index.ts';

export const INF_MISMATCHES: MetricDefinition = {
  name: 'infMismatches',
  title: 'Infinities that do not match',
  formula: 'number of pairs of an infinity and a finite number or the other infinity',
  source: 'XLA literal_comparison',
  unit: 'elements',
  smallerIsBetter: true,
  policy:
    'Pairs of the same infinity count where `infEqual: false` says so. Any of them fails the check whatever the bounds.',
  set: 'core',
  appliesTo: isFloating,
  of: ({ infMismatches }) => infMismatches,
};
