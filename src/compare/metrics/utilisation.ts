import type { MetricDefinition } from './definition.ts';
import { everyDtype } from './definition.ts';

export const UTILISATION: MetricDefinition = {
  name: 'utilisation',
  title: 'Utilisation',
  formula:
    'max over all bounds of error ÷ allowed; mismatches: max |d| ÷ (atol + rtol·|expected|), or count ÷ allowed count with a budget; cosine, topK and shares: (1 − value) ÷ (1 − limit); dB: 10^((limit − value) ÷ 20)',
  source: 'onnx-parity',
  unit: 'none',
  smallerIsBetter: true,
  policy: '0 ÷ 0 is 0; a non-finite mismatch gives Infinity; left out where nothing was judged.',
  set: 'core',
  appliesTo: everyDtype,
};
