/** Models in TensorFlow.js's own format: layers models and graph models. Their dtypes are float32, int32, bool, string. */
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ParityError } from '../../errors/index.ts';
import { resolveExternalData } from '../../formats/index.ts';
import { castTensor, makeTensor } from '../../tensor/index.ts';
import type { Dtype, NamedTensors, Tensor } from '../../tensor/index.ts';
import type { GraphModel, LayersModel, Tfjs, TfjsTensor } from './binding.ts';
import { SourceRefusal } from './refusal.ts';
import type { Program } from './saved-model.ts';
import { fitInputs } from './signature.ts';
import type { DeclaredValue } from './signature.ts';

export async function loadJsonModel(tfjs: Tfjs, file: string): Promise<Program> {
  const url = pathToFileURL(file).href;
  const model = JSON.parse(await readFile(file, 'utf8')) as ModelJson;
  const format = formatOf(model, file);
  holdToFolder(model, file);
  if (format === 'layers-model') return layersProgram(tfjs, await tfjs.tf.loadLayersModel(url));
  return graphProgram(tfjs, await tfjs.tf.loadGraphModel(url));
}

/** What is looked at before TensorFlow.js reads the file; every part of it may be anything. */
interface ModelJson {
  readonly format?: unknown;
  readonly modelTopology?: object;
  readonly weightsManifest?: readonly { readonly paths?: readonly unknown[] }[];
}

function formatOf({ format, modelTopology }: ModelJson, file: string): 'layers-model' | 'graph-model' {
  if (format === 'graph-model' || format === 'layers-model') return format;
  if (modelTopology === undefined) throw new SourceRefusal('error', `${file} is not a TensorFlow.js model`);
  return 'node' in modelTopology ? 'graph-model' : 'layers-model';
}

/** TensorFlow.js reads whatever file the manifest names. */
function holdToFolder({ weightsManifest }: ModelJson, file: string): void {
  const groups = Array.isArray(weightsManifest) ? weightsManifest : [];
  for (const path of groups.flatMap((group) => group?.paths ?? [])) {
    try {
      resolveExternalData(dirname(file), String(path), { path: file, tensor: 'weightsManifest' });
    } catch (error) {
      if (!(error instanceof ParityError)) throw error;
      throw new SourceRefusal('error', `${error.code}: ${error.message}`);
    }
  }
}

function layersProgram(tfjs: Tfjs, model: LayersModel): Program {
  const declared = model.inputs.map((input, index) =>
    declare({ ...input, name: model.inputNames[index] ?? input.name }),
  );
  return async (inputs) => {
    const tensors = fitInputs(declared, inputs).map(({ tensor }) => toTfjs(tfjs, tensor));
    const result = model.predict(tensors);
    return collect(model.outputNames, Array.isArray(result) ? result : [result]);
  };
}

function graphProgram(tfjs: Tfjs, model: GraphModel): Program {
  const declared = model.inputs.map(declare);
  const names = model.outputs.map(({ name }) => name);
  return async (inputs) => {
    const fitted = fitInputs(declared, inputs).map(
      ({ value, tensor }) => [value.node, toTfjs(tfjs, tensor)] as const,
    );
    const result = await model.executeAsync(Object.fromEntries(fitted), names);
    const shown = model.modelStructuredOutputKeys ?? names.map((name) => name.replace(/:0$/, ''));
    return collect(shown, Array.isArray(result) ? result : [result]);
  };
}

function declare(value: { name: string; dtype: string; shape?: readonly (number | null)[] }): DeclaredValue {
  const known = ['float32', 'int32', 'bool', 'string'].includes(value.dtype);
  return {
    name: value.name.replace(/:0$/, ''),
    node: value.name,
    tensorflowDtype: 0,
    dtype: known ? (value.dtype as Dtype) : null,
    shape: value.shape?.map((length) => length ?? -1) ?? null,
  };
}

function toTfjs(tfjs: Tfjs, tensor: Tensor): TfjsTensor {
  return tfjs.tf.tensor(tensor.data.slice(), [...tensor.shape], tensor.dtype);
}

function collect(names: readonly string[], results: readonly TfjsTensor[]): NamedTensors {
  return new Map(
    results.map((result, index) => {
      const name = names[index] ?? `output_${index}`;
      return [name, fromTfjs(result)];
    }),
  );
}

function fromTfjs(result: TfjsTensor): Tensor {
  const data = result.dataSync();
  const shape = [...result.shape];
  if (result.dtype === 'string') return { dtype: 'string', shape, data: [...(data as string[])] };
  const values = Float64Array.from(data as ArrayLike<number>);
  return castTensor(makeTensor('float64', shape, values), result.dtype as 'float32' | 'int32' | 'bool');
}
