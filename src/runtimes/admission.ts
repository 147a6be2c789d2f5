import { ParityError } from '../errors/index.ts';
import type { DeclaredValue } from '../onnx/types.ts';
import type { Dtype } from '../tensor/index.ts';
import { failures } from './reason-texts.ts';

/** What is known of a model without a runtime, as far as loading it needs to know. */
export interface ModelFacts {
  readonly inputs: readonly DeclaredValue[];
  readonly outputs: readonly DeclaredValue[];
  /** Nodes of the main graph, before any optimisation. */
  readonly nodes: number;
  /** Files with weights: `path` as the model names it, `file` where it lies. */
  readonly externalData: readonly { readonly path: string; readonly file: string }[];
}

/** What one runtime's binding can carry as an input or output. */
export interface Carrier {
  readonly runtime: string;
  readonly carries: (dtype: Dtype) => boolean;
}

/** Reads the facts of a model file. @throws RuntimeFailure MODEL_UNREADABLE */
export async function readFacts(modelPath: string): Promise<ModelFacts> {
  return asModelProblem(() => factsOfFile(modelPath));
}

/** The facts of a model file. @throws ParityError for a file that is no model and for external data that is refused */
export async function factsOfFile(modelPath: string): Promise<ModelFacts> {
  const { readOutline } = await import('../onnx/outline.ts');
  const outline = readOutline(modelPath);
  if (outline !== null) return { ...outline, externalData: [] };
  const { checkExternalData, declaredTypes, readModel } = await import('../onnx/index.ts');
  const model = readModel(modelPath);
  const externalData = checkExternalData(model, modelPath).map(({ location, path }) => ({
    path: location,
    file: path,
  }));
  return { ...declaredTypes(model), nodes: model.graph.node.length, externalData };
}

/** Refuses, before the runtime sees it, a model with an input or output that the binding cannot carry. */
export function admit(facts: ModelFacts, carrier: Carrier): void {
  for (const value of facts.inputs) admitValue(value, 'input', carrier);
  for (const value of facts.outputs) admitValue(value, 'output', carrier);
}

function admitValue(value: DeclaredValue, side: 'input' | 'output', { runtime, carries }: Carrier): void {
  if (value.kind === 'undeclared') return;
  if (value.kind !== 'tensor') throw failures.typeUnsupported(runtime, side, value.name, value.type);
  if (value.dtype === null) throw failures.dtypeUnsupported(runtime, side, value.name, value.type);
  if (!carries(value.dtype)) throw failures.dtypeUnsupported(runtime, side, value.name, value.dtype);
}

async function asModelProblem<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ParityError) throw failures.modelUnreadable(error.message, error.hint);
    throw error;
  }
}
