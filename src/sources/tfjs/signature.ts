/** Inputs and outputs of a model as it declares them, and whether tensors fit: the native side aborts where they don't. */
import type { Dtype, NamedTensors, Tensor } from '../../tensor/index.ts';
import { SourceRefusal } from './refusal.ts';

export interface DeclaredValue {
  readonly name: string;
  /** Name in the graph, with its index: `serving_default_x:0`. */
  readonly node: string;
  /** Number of tensorflow.DataType. */
  readonly tensorflowDtype: number;
  /** `null` where it cannot be carried. */
  readonly dtype: Dtype | null;
  /** −1 for a length that is not fixed; `null` for an unknown rank. */
  readonly shape: readonly number[] | null;
}

export interface Signature {
  readonly inputs: readonly DeclaredValue[];
  readonly outputs: readonly DeclaredValue[];
}

/** The tensor of each declared input. @throws SourceRefusal where names, dtypes or shapes do not fit. */
export function fitInputs(
  declared: readonly DeclaredValue[],
  given: NamedTensors,
): readonly { readonly value: DeclaredValue; readonly tensor: Tensor }[] {
  const named = matchNames(
    declared.map(({ name }) => name),
    given,
  );
  return declared.map((value) => {
    const tensor = named.get(value.name);
    if (tensor === undefined) throw new SourceRefusal('error', `the input ${value.name} is missing`);
    checkFit(value, tensor);
    return { value, tensor };
  });
}

/** Tensors by declared names; exporters may have added `:0` or `serving_default_`. A single one needs no name. */
function matchNames(names: readonly string[], given: NamedTensors): NamedTensors {
  const plain = new Map([...given].map(([name, tensor]) => [plainName(name), tensor]));
  for (const candidate of [given, plain]) {
    if (candidate.size === names.length && names.every((name) => candidate.has(name))) return candidate;
  }
  const [only] = given.values();
  const [name] = names;
  if (names.length === 1 && given.size === 1 && only !== undefined && name !== undefined)
    return new Map([[name, only]]);
  const message = `the model takes ${names.join(', ')}; the case gives ${[...given.keys()].join(', ')}`;
  throw new SourceRefusal('error', message);
}

function plainName(name: string): string {
  return name.replace(/:0$/, '').replace(/^serving_default_/, '');
}

function checkFit({ name, dtype, shape }: DeclaredValue, tensor: Tensor): void {
  if (dtype === null)
    throw new SourceRefusal('unsupported', `tfjs-node cannot carry the dtype of the input ${name}`);
  if (dtype !== tensor.dtype) {
    throw new SourceRefusal('error', `the input ${name} is ${tensor.dtype}, but the model takes ${dtype}`);
  }
  if (shape === null) return;
  const fits =
    shape.length === tensor.shape.length &&
    shape.every((length, axis) => length < 0 || length === tensor.shape[axis]);
  if (fits) return;
  const takes = shape.map((length) => (length < 0 ? '?' : length)).join(', ');
  const message = `the input ${name} has shape [${tensor.shape.join(', ')}], but the model takes [${takes}]`;
  throw new SourceRefusal('error', message);
}

/**
 * Outputs under the names of the ONNX model, where the source has only generated ones: a single output, or all of them
 * `output_0`, `output_1` … as Keras exports them.
 */
export function nameOutputs(outputs: NamedTensors, wanted: readonly string[] | undefined): NamedTensors {
  if (wanted === undefined || wanted.length !== outputs.size) return outputs;
  if (wanted.every((name) => outputs.has(name))) return outputs;
  const generated = wanted.map((_, index) => outputs.get(`output_${index}`));
  const inOrder = outputs.size === 1 ? [...outputs.values()] : generated;
  const renamed = wanted.flatMap((name, index): [string, Tensor][] => {
    const tensor = inOrder[index];
    return tensor === undefined ? [] : [[name, tensor]];
  });
  return renamed.length === wanted.length ? new Map(renamed) : outputs;
}
