import type { MetricDefinition } from './definition.ts';
import { isFloating } from '../../tensor/index.ts';

export const NAN_EXPECTED: MetricDefinition = {
  name: 'nanExpected',
  title: 'NaN in the expected output alone',
  formula: 'number of elements that are NaN in expected and not in actual',
  source: 'XLA literal_comparison',
  unit: 'elements',
  smallerIsBetter: true,
  policy:
    'Pairs of two NaN count on both sides where `nanEqual: false` says so. Any of them fails the check whatever the bounds.',
  set: 'core',
  appliesTo: isFloating,
  of: ({ nanExpected, nanBoth }) => nanExpected + nanBoth,
};
