/** Large outputs kept as a seeded sample of their elements, with exact statistics of the whole. */
import { toWire } from '../../result/index.ts';
import { elementCount, makeTensor, partsOf, toFloat64Array } from '../../tensor/index.ts';
import type { Tensor, TensorData } from '../../tensor/index.ts';
import { hashTensor } from './blob.ts';
import type { ProvenanceOutput } from './provenance.ts';

/** Which elements of an output were kept, and what is known of the whole. */
export interface Sample extends NonNullable<ProvenanceOutput['sample']> {
  /** Of the whole output. */
  readonly shape: readonly number[];
}

/** Keeps at most `elements` of a tensor; `null` where it has no more than that. */
export function takeSample(
  tensor: Tensor,
  elements: number,
  seed: number,
): { readonly kept: Tensor; readonly sample: Sample } | null {
  const of = elementCount(tensor.shape);
  if (of <= elements) return null;
  const sample = { seed, elements, of, summary: summariseTensor(tensor), shape: tensor.shape };
  return { kept: sampleOf(tensor, sample), sample };
}

/** The elements of a whole tensor that a sample kept, as one axis: makes an actual output comparable with the golden. */
export function sampleOf(tensor: Tensor, sample: Pick<Sample, 'seed' | 'elements' | 'of'>): Tensor {
  const parts = partsOf(tensor.dtype);
  const indices = sampleIndices(sample);
  if (tensor.dtype === 'string') {
    return {
      dtype: 'string',
      shape: [indices.length],
      data: indices.map((index) => tensor.data[index] ?? ''),
    };
  }
  const data = tensor.data.slice(0, indices.length * parts);
  for (const [at, index] of indices.entries()) {
    for (let part = 0; part < parts; part++) data[at * parts + part] = tensor.data[index * parts + part]!;
  }
  return makeTensor(tensor.dtype, [indices.length], data as TensorData);
}

/** One element from each of `elements` equal strata of the flat index: ascending and without repeats. */
export function sampleIndices({ seed, elements, of }: Pick<Sample, 'seed' | 'elements' | 'of'>): number[] {
  const random = mulberry32(seed);
  return Array.from({ length: elements }, (_, stratum) => {
    const first = Math.floor((stratum * of) / elements);
    const next = Math.floor(((stratum + 1) * of) / elements);
    return first + Math.floor(random() * (next - first));
  });
}

// Mulberry32 by Tommy Ettinger (public domain): fixed for ever, because goldens depend on it.
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Exact statistics of a whole tensor; minimum, maximum and mean over its finite elements. */
export function summariseTensor(tensor: Tensor): Sample['summary'] {
  const values = tensor.dtype === 'string' ? new Float64Array(0) : toFloat64Array(tensor);
  let [min, max, sum, finite, nan, posInf, negInf] = [Infinity, -Infinity, 0, 0, 0, 0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) nan++;
    else if (value === Infinity) posInf++;
    else if (value === -Infinity) negInf++;
    else {
      finite++;
      sum += value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  const ofFinite = (value: number) => toWire(finite === 0 ? Number.NaN : value);
  return {
    min: ofFinite(min),
    max: ofFinite(max),
    mean: ofFinite(sum / finite),
    nan,
    posInf,
    negInf,
    sha256: hashTensor(tensor),
  };
}
