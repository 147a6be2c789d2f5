import type { Evidence } from '../../result/index.ts';
import { isFloating } from '../../tensor/index.ts';
import type { MeasureOptions } from '../measured.ts';
import type { Measured } from '../measured.ts';
import type { Pair } from '../pair.ts';
import { medianMagnitude } from '../scale.ts';
import { factsOf } from './facts.ts';
import { histogramOf } from './histogram.ts';
import { errorMaps } from './maps.ts';

/** What shows why a check stands as it does. The costly part reads the tensors again. */
export function gatherEvidence(
  pair: Pair,
  measured: Measured,
  options: MeasureOptions,
  how: { readonly costly: boolean; readonly scale: number | undefined },
): Evidence {
  const numeric = pair.dtype !== 'string';
  const withScale = how.costly && numeric;
  const expectedScale = how.scale ?? (withScale ? medianMagnitude(pair.expected) : undefined);
  const actualScale = withScale ? medianMagnitude(pair.actual) : undefined;
  return {
    expected: factsOf(pair.elements, measured.expected, expectedScale),
    actual: factsOf(pair.elements, measured.actual, actualScale),
    ...(numeric ? { histogram: histogramOf(measured) } : {}),
    ...(how.costly && numeric && pair.elements > 0 ? withoutMapsOfScalars(pair, options) : {}),
  };
}

function withoutMapsOfScalars(pair: Pair, options: MeasureOptions): Partial<Evidence> {
  const maps = errorMaps(pair, options);
  if (isFloating(pair.dtype)) return maps;
  const { magnitude: _, ...rest } = maps;
  return rest;
}
