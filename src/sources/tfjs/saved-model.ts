import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedTensors } from '../../tensor/index.ts';
import type { ProtoMap, SavedModelProto, TensorInfo, Tfjs } from './binding.ts';
import { dtypeOfTensorflow, fromBinding, toBinding } from './carriers.ts';
import { SourceRefusal } from './refusal.ts';
import { fitInputs } from './signature.ts';
import type { DeclaredValue, Signature } from './signature.ts';

/** A loaded program: takes inputs by name, gives outputs by name. */
export type Program = (inputs: NamedTensors) => Promise<NamedTensors>;

/** A SavedModel folder with one of its signatures. */
export async function loadSavedModel(tfjs: Tfjs, folder: string, signatureName: string): Promise<Program> {
  if (!existsSync(join(folder, 'saved_model.pb'))) {
    throw new SourceRefusal('error', `${folder} has no saved_model.pb`);
  }
  const signature = readSignature(await tfjs.readSavedModel(folder), signatureName);
  const unsupported = [...signature.inputs, ...signature.outputs].filter(({ dtype }) => dtype === null);
  if (unsupported.length > 0) {
    const names = unsupported.map(({ name, tensorflowDtype }) => `${name} (DataType ${tensorflowDtype})`);
    throw new SourceRefusal('unsupported', `tfjs-node cannot carry ${names.join(', ')}`);
  }
  const { binding } = tfjs;
  const id = binding.loadSavedModel(folder, 'serve');
  return async (inputs) => {
    const fitted = fitInputs(signature.inputs, inputs);
    const tensors = fitted.map(({ value, tensor }) => toBinding(binding, tensor, value.tensorflowDtype));
    try {
      const nodes = (values: readonly DeclaredValue[]) => values.map(({ node }) => node).join(',');
      const results = explained(() =>
        binding.runSavedModel(id, tensors, nodes(signature.inputs), nodes(signature.outputs)),
      );
      return new Map(
        signature.outputs.map(({ name }, index) => {
          const result = results[index];
          if (result === undefined) throw new SourceRefusal('error', `the output ${name} was not given`);
          return [name, fromBinding(binding, result)];
        }),
      );
    } finally {
      for (const tensor of tensors) binding.deleteTensor(tensor);
    }
  };
}

// Python restores what the object graph tracks; the C API restores what the saver lists.
function explained<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { message } = error as Error;
    const variable = /Could not find variable ([^\s.]+)/.exec(message)?.[1];
    if (variable === undefined) throw error;
    throw new SourceRefusal(
      'error',
      `the SavedModel does not restore its variable ${variable}; save it by keras' model.export, or track the tf.Variables (weight.value), not Keras' wrappers`,
    );
  }
}

function readSignature(proto: SavedModelProto, wanted: string): Signature {
  const graph = proto
    .getMetaGraphsList()
    .find((each) => each.getMetaInfoDef().getTagsList().includes('serve'));
  if (graph === undefined) throw new SourceRefusal('error', 'the SavedModel has no graph with the tag serve');
  const found = new Map<string, Signature>();
  graph.getSignatureDefMap().forEach((definition, name) => {
    if (name === '__saved_model_init_op') return;
    found.set(name, {
      inputs: valuesOf(definition.getInputsMap()),
      outputs: valuesOf(definition.getOutputsMap()),
    });
  });
  const signature = found.get(wanted);
  if (signature !== undefined) return signature;
  const names = [...found.keys()].join(', ') || 'none';
  throw new SourceRefusal('error', `the SavedModel has no signature ${wanted}; it has: ${names}`);
}

function valuesOf(map: ProtoMap<TensorInfo>): readonly DeclaredValue[] {
  const values: DeclaredValue[] = [];
  map.forEach((info, name) => {
    const shape = info.getTensorShape();
    const known = shape === undefined || shape.getUnknownRank() ? null : shape.getDimList();
    values.push({
      name,
      node: info.getName(),
      tensorflowDtype: info.getDtype(),
      dtype: dtypeOfTensorflow(info.getDtype()),
      shape: known?.map((length) => length.getSize?.() ?? length.array?.[0] ?? -1) ?? null,
    });
  });
  return values;
}
