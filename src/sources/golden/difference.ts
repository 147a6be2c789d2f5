import { compareTensors } from '../../compare/index.ts';
import type { Metrics } from '../../result/index.ts';
import type { Tensor } from '../../tensor/index.ts';

/** The metrics of two tensors; `null` where dtype or shape differ. */
export function differenceOf(expected: Tensor, actual: Tensor): Metrics | null {
  if (expected.dtype !== actual.dtype || expected.shape.join() !== actual.shape.join()) return null;
  const request = { expected, actual, layers: [], policy: {}, metrics: 'full', evidence: 'none' } as const;
  return compareTensors(request).metrics;
}
