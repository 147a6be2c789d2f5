import type { MetricDefinition } from './definition.ts';
import { everyDtype } from './definition.ts';

export const EXACT_SHARE: MetricDefinition = {
  name: 'exactShare',
  title: 'Share of equal elements',
  formula: 'number of equal elements ÷ elements',
  source: 'bit-for-bit comparison but for the sign of zero',
  unit: 'share, 0…1',
  smallerIsBetter: false,
  policy: 'Matched NaN and infinities count as equal, and so do +0 and −0; an empty tensor gives 1.',
  set: 'full',
  appliesTo: everyDtype,
  of: ({ equal, elements }) => (elements === 0 ? 1 : equal / elements),
};
