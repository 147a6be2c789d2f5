import { CHUNK } from './chunk-source.ts';
import type { Measured } from './measured.ts';
import { newMeasured } from './measured.ts';
import type { Pair } from './pair.ts';

/** Strings are equal or not, code unit by code unit. */
export function measureStrings(pair: Pair): Measured {
  const measured = newMeasured(pair.elements, Math.ceil(pair.elements / CHUNK));
  for (let start = 0; start < pair.elements; start += CHUNK) {
    const count = Math.min(CHUNK, pair.elements - start);
    const expected = pair.expected.read(start, count) as string[];
    const actual = pair.actual.read(start, count) as string[];
    for (let i = 0; i < count; i++) {
      if (expected[i] === actual[i]) measured.equal++;
      else measured.outside++;
    }
  }
  measured.maxRatio = measured.outside > 0 ? Infinity : 0;
  return measured;
}
