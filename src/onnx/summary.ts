/** What a model is, in numbers and names; JSON-able, and made without a runtime or reading weights. */
import { declaredTypes } from './types.ts';
import type { DeclaredValue } from './types.ts';
import { walkNodes, walkTensors } from './model.ts';
import type { Model } from './model.ts';
import { dtypeOfWeight, externalRange, weightBytes, weightElements } from './weights.ts';

/** Lists instead of objects wherever names come from the model, because a name may be `__proto__`. */
export interface ModelSummary {
  readonly path: string;
  readonly sizeBytes: number;
  readonly graph: string;
  readonly irVersion: number;
  readonly producer: { readonly name: string; readonly version: string };
  readonly domain: string;
  readonly modelVersion: string;
  /** The default domain is written `ai.onnx`. */
  readonly opsets: readonly { readonly domain: string; readonly version: number }[];
  readonly inputs: readonly DeclaredValue[];
  readonly outputs: readonly DeclaredValue[];
  readonly nodes: number;
  /** Most frequent first; operators outside ONNX carry their domain: `com.microsoft.Gelu`. */
  readonly ops: readonly { readonly op: string; readonly count: number }[];
  /** Elements and bytes of all initializers and constants. */
  readonly parameters: { readonly count: number; readonly bytes: number; readonly tensors: number };
  /** Element types of the parameters, most elements first. */
  readonly dtypes: readonly { readonly dtype: string; readonly tensors: number; readonly elements: number }[];
  /** Files beside the model that hold parameters; `bytes` is what the shapes need. */
  readonly externalData: readonly {
    readonly location: string;
    readonly tensors: number;
    readonly bytes: number;
  }[];
  readonly functions: readonly { readonly domain: string; readonly name: string; readonly nodes: number }[];
  readonly metadata: readonly { readonly key: string; readonly value: string }[];
}

/** Summarises a model. */
export function summarise(model: Model): ModelSummary {
  const { proto, graph } = model;
  return {
    path: model.path,
    sizeBytes: model.sizeBytes,
    graph: graph.name,
    irVersion: Number(proto.irVersion),
    producer: { name: proto.producerName, version: proto.producerVersion },
    domain: proto.domain,
    modelVersion: String(proto.modelVersion),
    opsets: proto.opsetImport.map(({ domain, version }) => ({
      domain: domain || 'ai.onnx',
      version: Number(version),
    })),
    ...declaredTypes(model),
    ...countNodes(model),
    ...countParameters(model),
    functions: proto.functions.map(({ domain, name, node }) => ({ domain, name, nodes: node.length })),
    metadata: proto.metadataProps.map(({ key, value }) => ({ key, value })),
  };
}

function countNodes(model: Model): Pick<ModelSummary, 'nodes' | 'ops'> {
  const counts = new Map<string, number>();
  let nodes = 0;
  for (const { node } of walkNodes(model)) {
    const foreign = node.domain !== '' && node.domain !== 'ai.onnx';
    const op = foreign ? `${node.domain}.${node.opType}` : node.opType;
    counts.set(op, (counts.get(op) ?? 0) + 1);
    nodes++;
  }
  const ops = [...counts].map(([op, count]) => ({ op, count }));
  return { nodes, ops: ops.sort((a, b) => b.count - a.count || (a.op < b.op ? -1 : 1)) };
}

function countParameters(model: Model): Pick<ModelSummary, 'parameters' | 'dtypes' | 'externalData'> {
  const parameters = { count: 0, bytes: 0, tensors: 0 };
  const dtypes = new Map<string, { tensors: number; elements: number }>();
  const external = new Map<string, { tensors: number; bytes: number }>();
  for (const tensor of walkTensors(model)) {
    const elements = weightElements(tensor) || 0;
    const bytes = weightBytes(tensor) || 0;
    parameters.count += elements;
    parameters.bytes += bytes;
    parameters.tensors++;
    const dtype = at(dtypes, dtypeOfWeight(tensor) ?? `type ${tensor.dataType}`, { tensors: 0, elements: 0 });
    dtype.tensors++;
    dtype.elements += elements;
    const range = externalRange(tensor);
    if (range === undefined) continue;
    const file = at(external, range.location, { tensors: 0, bytes: 0 });
    file.tensors++;
    file.bytes += bytes;
  }
  return {
    parameters,
    dtypes: [...dtypes]
      .map(([dtype, counted]) => ({ dtype, tensors: counted.tensors, elements: counted.elements }))
      .sort((a, b) => b.elements - a.elements),
    externalData: [...external]
      .map(([location, counted]) => ({ location, tensors: counted.tensors, bytes: counted.bytes }))
      .sort((a, b) => (a.location < b.location ? -1 : 1)),
  };
}

function at<V>(map: Map<string, V>, key: string, initial: V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  map.set(key, initial);
  return initial;
}
