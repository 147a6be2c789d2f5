/**
 * onnxruntime-web computes with int4 and uint4 but cannot return them. Such an output is read through an appended
 * Cast to float32, which holds all sixteen values exactly, and is given back as what the model declares.
 */
import { ParityError } from '../../errors/index.ts';
import type { Dtype } from '../../tensor/index.ts';
import type { OrtValueMetadata } from '../ort/binding.ts';
import type { SessionOutput } from '../ort/session.ts';
import { isFourBit } from '../ort/tensors.ts';
import { valueInfoOf } from '../ort/values.ts';

interface FourBitModel {
  readonly bytes: Uint8Array;
  readonly readAs: ReadonlyMap<string, string>;
}

/** The model to load, and for each of the four-bit outputs the name of the one that it is read from. */
export async function withFourBitOutputs(bytes: Uint8Array, names: readonly string[]): Promise<FourBitModel> {
  if (names.length === 0) return { bytes, readAs: new Map() };
  // Loaded on demand: decoding models costs every worker process some start-up time.
  const { exposeOutputs } = await import('../../onnx/index.ts');
  try {
    const exposed = exposeOutputs(bytes, names, new Set(names));
    return { bytes: exposed.bytes, readAs: exposed.outputs };
  } catch (error) {
    // An output that is an input or a constant has no node to read it from: the runtime then refuses to return it.
    if (error instanceof ParityError) return { bytes, readAs: new Map() };
    throw error;
  }
}

/** Names of those that are int4 or uint4. */
export function fourBitNames(
  outputs: readonly { readonly name: string; readonly dtype: Dtype | null }[],
): readonly string[] {
  return outputs.filter(({ dtype }) => dtype !== null && isFourBit(dtype)).map(({ name }) => name);
}

/** The model's own outputs, without those that were added. */
export function outputsOf(
  metadata: readonly OrtValueMetadata[],
  readAs: ReadonlyMap<string, string>,
): readonly SessionOutput[] {
  const added = new Set(readAs.values());
  return metadata
    .filter(({ name }) => !added.has(name))
    .map((value) => ({
      name: value.name,
      from: readAs.get(value.name) ?? value.name,
      info: valueInfoOf(value),
    }));
}
