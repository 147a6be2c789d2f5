/** Goldens that keep only some elements of an output: the same elements of the actual one, and what is known of the rest. */
import type { Reason } from '../result/index.ts';
import { sampleOf, summariseTensor, type Sample } from '../sources/golden/sample.ts';
import { sameShape, type NamedTensors, type Tensor } from '../tensor/index.ts';
import { runReason } from './reason-texts.ts';

/** Outputs with the elements that the golden kept. One of another shape stays whole, and so fails by its shape. */
export function sampledLike(
  outputs: NamedTensors,
  samples: ReadonlyMap<string, Sample>,
): { readonly outputs: NamedTensors; readonly reasons: ReadonlyMap<string, readonly Reason[]> } {
  if (samples.size === 0) return { outputs, reasons: new Map() };
  const kept = new Map<string, Tensor>();
  const reasons = new Map<string, readonly Reason[]>();
  for (const [name, tensor] of outputs) {
    const sample = samples.get(name);
    const fits = sample !== undefined && sameShape(tensor.shape, sample.shape);
    kept.set(name, fits ? sampleOf(tensor, sample) : tensor);
    if (fits) reasons.set(name, outsideSample(name, tensor, sample));
  }
  return { outputs: kept, reasons };
}

/** NaN and infinities beyond the sample: the golden knows how many there are in all. */
function outsideSample(name: string, tensor: Tensor, { summary }: Sample): readonly Reason[] {
  const { nan, posInf, negInf } = summariseTensor(tensor);
  const reasons: Reason[] = [];
  if (nan !== summary.nan) reasons.push(runReason.sampledNan(name, summary.nan, nan));
  if (posInf !== summary.posInf || negInf !== summary.negInf) {
    reasons.push(runReason.sampledInf(name, summary.posInf + summary.negInf, posInf + negInf));
  }
  return reasons;
}
