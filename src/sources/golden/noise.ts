/** How far a golden is from its own repetitions and from float64, as its provenance tells. */
import { fromWire, type GoldenRef } from '../../result/index.ts';
import type { Provenance } from './provenance.ts';

export type GoldenNoise = NonNullable<GoldenRef['noise']>;

/**
 * L∞ by output: no bound below it means anything. The larger of the spread over repeated runs and the distance to the
 * float64 run; an output of which neither was measured is left out.
 */
export function noiseByOutput({
  spread,
  truth,
}: Pick<Provenance, 'spread' | 'truth'>): ReadonlyMap<string, GoldenNoise> {
  const noise = new Map<string, GoldenNoise>();
  const measures = [
    ['spread', spread?.outputs ?? []],
    ['truth', truth?.outputs ?? []],
  ] as const;
  for (const [of, outputs] of measures) {
    for (const { output, linf } of outputs) {
      if (linf === undefined) continue;
      const known = noise.get(output);
      if (known === undefined || fromWire(linf) > fromWire(known.linf)) noise.set(output, { linf, of });
    }
  }
  return noise;
}
