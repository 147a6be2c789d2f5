import type { MetricDefinition } from './definition.ts';
import { isFloating } from '../../tensor/index.ts';

export const NAN_ACTUAL: MetricDefinition = {
  name: 'nanActual',
  title: 'NaN in the actual output alone',
  formula: 'number of elements that are NaN in actual and not in expected',
  source: 'XLA literal_comparison',
  unit: 'elements',
  smallerIsBetter: true,
  policy:
    'Pairs of two NaN count on both sides where `nanEqual: false` says so. Any of them fails the check whatever the bounds.',
  set: 'core',
  appliesTo: isFloating,
  of: ({ nanActual, nanBoth }) => nanActual + nanBoth,
};
