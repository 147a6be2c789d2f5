/** The parts of @tensorflow/tfjs-node 4.22.0 that are used, also those that its types hide; pinned by package.json. */
import { createRequire } from 'node:module';
import { SourceRefusal } from './refusal.ts';

/** A tensor of the native side. `dtype` is a number of tensorflow.DataType. */
export interface BindingTensor {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: number;
}

export interface Binding {
  readonly TF_Version: string;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  createTensor(shape: number[], dtype: number, data: unknown): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): unknown;
  executeOp(
    name: string,
    attributes: readonly object[],
    inputs: readonly number[],
    outputs: number,
  ): BindingTensor[];
  loadSavedModel(folder: string, tags: string): number;
  runSavedModel(
    id: number,
    inputs: readonly number[],
    inputNodes: string,
    outputNodes: string,
  ): BindingTensor[];
}

/** A tensor of tfjs. */
export interface TfjsTensor {
  readonly shape: number[];
  readonly dtype: string;
  dataSync(): ArrayLike<number> | string[];
}

interface TfjsNode {
  readonly version: Readonly<Record<string, string>>;
  backend(): { readonly binding: Binding };
  tensor(values: unknown, shape: number[], dtype: string): TfjsTensor;
  loadLayersModel(url: string): Promise<LayersModel>;
  loadGraphModel(url: string): Promise<GraphModel>;
}

interface ModelValue {
  readonly name: string;
  readonly shape?: readonly (number | null)[];
  readonly dtype: string;
}

export interface LayersModel {
  readonly inputs: readonly ModelValue[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  predict(inputs: TfjsTensor[]): TfjsTensor | TfjsTensor[];
}

export interface GraphModel {
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  executeAsync(inputs: Record<string, TfjsTensor>, outputs: string[]): Promise<TfjsTensor | TfjsTensor[]>;
  readonly modelStructuredOutputKeys?: readonly string[];
}

export interface SavedModelProto {
  getMetaGraphsList(): {
    getMetaInfoDef(): { getTagsList(): string[] };
    getSignatureDefMap(): ProtoMap<{
      getInputsMap(): ProtoMap<TensorInfo>;
      getOutputsMap(): ProtoMap<TensorInfo>;
    }>;
  }[];
}

export interface ProtoMap<V> {
  forEach(visit: (value: V, key: string) => void): void;
}

export interface TensorInfo {
  getName(): string;
  getDtype(): number;
  getTensorShape():
    | {
        getUnknownRank(): boolean;
        getDimList(): { getSize?: () => number; readonly array?: readonly number[] }[];
      }
    | undefined;
}

export interface Tfjs {
  readonly tf: TfjsNode;
  readonly binding: Binding;
  readSavedModel(folder: string): Promise<SavedModelProto>;
}

/** Loads the package. @throws SourceRefusal `unavailable` where it or its native library is missing. */
export function loadTfjs(): Tfjs {
  const require = createRequire(import.meta.url);
  try {
    const tf = require('@tensorflow/tfjs-node') as TfjsNode;
    const inner = require('@tensorflow/tfjs-node/dist/saved_model.js') as {
      readSavedModelProto(folder: string): Promise<SavedModelProto>;
    };
    return {
      tf,
      binding: tf.backend().binding,
      readSavedModel: (folder) => inner.readSavedModelProto(folder),
    };
  } catch (error) {
    throw new SourceRefusal('unavailable', explain(error), '@tensorflow/tfjs-node');
  }
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'MODULE_NOT_FOUND' && message.includes("'@tensorflow/tfjs-node'")) {
    return '@tensorflow/tfjs-node is not installed';
  }
  const line = message.split('\n')[0] ?? '';
  return `the native library of @tensorflow/tfjs-node is missing or does not load (${line.slice(0, 200)})`;
}
