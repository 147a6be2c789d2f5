/** A model as the rest of this folder sees it: decoded, without the weights. */
import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto } from './onnx_pb.gen.ts';
import type { Payload } from './skim.ts';

export interface Model {
  /** As the user gave it. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly proto: ModelProto;
  readonly graph: GraphProto;
  /** Elements that stayed in the file; see weights.ts. */
  readonly payloads: ReadonlyMap<number, Payload>;
}

/** A node and where it stands. */
export interface PlacedNode {
  readonly node: NodeProto;
  /** The graph that holds it; `null` in a function. */
  readonly graph: GraphProto | null;
  /** Name of the node, else its first output; subgraphs and functions are named before it, as `loop/body/node`. */
  readonly name: string;
}

/** All nodes in order: the main graph with its subgraphs, then the functions. */
export function* walkNodes(model: Model): Generator<PlacedNode> {
  yield* walk(model.graph.node, model.graph, '');
  for (const fn of model.proto.functions) yield* walk(fn.node, null, `${fn.name}/`);
}

/** All tensors that carry data: initializers, sparse ones, and those in attributes, also in subgraphs and functions. */
export function* walkTensors(model: Model): Generator<TensorProto> {
  yield* graphTensors(model.graph);
  for (const info of model.proto.trainingInfo) {
    for (const graph of [info.initialization, info.algorithm]) {
      if (graph === undefined) continue;
      yield* graphTensors(graph);
      for (const node of walk(graph.node, graph, '')) yield* attributeTensors(node.node.attribute);
    }
  }
  for (const { node } of walkNodes(model)) yield* attributeTensors(node.attribute);
  for (const fn of model.proto.functions) yield* attributeTensors(fn.attributeProto);
}

/** Version of an operator set that the model imports; `''` and `ai.onnx` are the same. */
export function opsetOf(model: Model, domain = ''): number | undefined {
  const wanted = domain === 'ai.onnx' ? '' : domain;
  const found = model.proto.opsetImport.find(
    (set) => (set.domain === 'ai.onnx' ? '' : set.domain) === wanted,
  );
  return found === undefined ? undefined : Number(found.version);
}

export function attributeOf(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute.find((attribute) => attribute.name === name);
}

export function intAttribute(node: NodeProto, name: string): number | undefined {
  const attribute = attributeOf(node, name);
  return attribute === undefined ? undefined : Number(attribute.i);
}

export function intsAttribute(node: NodeProto, name: string): number[] | undefined {
  return attributeOf(node, name)?.ints.map(Number);
}

export function textAttribute(node: NodeProto, name: string): string | undefined {
  const attribute = attributeOf(node, name);
  return attribute === undefined ? undefined : Buffer.from(attribute.s).toString('utf8');
}

/** True for operators of ONNX itself, not of another domain. */
export function isOnnxOp(node: NodeProto, ...types: readonly string[]): boolean {
  return (node.domain === '' || node.domain === 'ai.onnx') && types.includes(node.opType);
}

function* walk(nodes: readonly NodeProto[], graph: GraphProto | null, prefix: string): Generator<PlacedNode> {
  for (const node of nodes) {
    const own = node.name !== '' ? node.name : (node.output.find((output) => output !== '') ?? node.opType);
    const name = prefix + own;
    yield { node, graph, name };
    for (const attribute of node.attribute) {
      for (const inner of graphsOf(attribute)) yield* walk(inner.node, inner, `${name}/${attribute.name}/`);
    }
  }
}

function graphsOf(attribute: AttributeProto): GraphProto[] {
  return attribute.g === undefined ? attribute.graphs : [attribute.g, ...attribute.graphs];
}

function* graphTensors(graph: GraphProto): Generator<TensorProto> {
  yield* graph.initializer;
  for (const sparse of graph.sparseInitializer) {
    if (sparse.values !== undefined) yield sparse.values;
    if (sparse.indices !== undefined) yield sparse.indices;
  }
}

function* attributeTensors(attributes: readonly AttributeProto[]): Generator<TensorProto> {
  for (const attribute of attributes) {
    if (attribute.t !== undefined) yield attribute.t;
    yield* attribute.tensors;
    for (const sparse of [attribute.sparseTensor, ...attribute.sparseTensors]) {
      if (sparse?.values !== undefined) yield sparse.values;
      if (sparse?.indices !== undefined) yield sparse.indices;
    }
    for (const graph of graphsOf(attribute)) yield* graphTensors(graph);
  }
}
