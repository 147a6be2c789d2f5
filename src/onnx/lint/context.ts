/** What rules need to know about a graph: who makes and uses each value, of which type and shape, and the small constants. */
import { dtypeOfOnnx, toFloat64Array } from '../../tensor/index.ts';
import type { Dtype } from '../../tensor/index.ts';
import { ParityError } from '../../errors/index.ts';
import { attributeOf, intAttribute, isOnnxOp, opsetOf, walkNodes } from '../model.ts';
import type { Model, PlacedNode } from '../model.ts';
import type { NodeProto, TensorProto } from '../onnx_pb.gen.ts';
import { declare, declaredTypes } from '../types.ts';
import type { DeclaredLength, DeclaredTypes } from '../types.ts';
import { dtypeOfWeight, isInline, readWeight, weightElements } from '../weights.ts';
import type { RuntimeLimits } from './rule.ts';

export interface LintContext {
  readonly model: Model;
  readonly runtime: RuntimeLimits;
  /** Version of the default operator set; 1 where none is imported. */
  readonly opset: number;
  readonly io: DeclaredTypes;
  readonly nodes: readonly PlacedNode[];
  readonly producers: ReadonlyMap<string, NodeProto>;
  readonly consumers: ReadonlyMap<string, readonly NodeProto[]>;
  readonly initializers: ReadonlyMap<string, TensorProto>;
  /** Element type of a value, declared or carried through simple operators. */
  readonly dtypeOf: (value: string | undefined) => Dtype | undefined;
  /** Shape of a value as declared, or carried through operators that keep it. */
  readonly shapeOf: (value: string | undefined) => readonly DeclaredLength[] | null;
  /** Elements of a small constant as doubles; `undefined` for computed, large and text values. */
  readonly constantOf: (value: string | undefined) => Float64Array | undefined;
}

/** Gathers the facts once for all rules. */
export function createContext(model: Model, runtime: RuntimeLimits): LintContext {
  const nodes = [...walkNodes(model)];
  const producers = new Map<string, NodeProto>();
  const consumers = new Map<string, NodeProto[]>();
  for (const { node } of nodes) {
    for (const output of node.output) producers.set(output, node);
    for (const input of node.input) {
      const list = consumers.get(input);
      if (list === undefined) consumers.set(input, [node]);
      else list.push(node);
    }
  }
  const initializers = new Map<string, TensorProto>();
  for (const graph of new Set([model.graph, ...nodes.map((placed) => placed.graph)])) {
    for (const tensor of graph?.initializer ?? []) initializers.set(tensor.name, tensor);
  }
  const opset = opsetOf(model) ?? 1;
  const facts = { model, nodes, producers, initializers };
  const declared = declaredValues(facts);
  const dtypes = inferDtypes(facts, declared);
  return {
    ...facts,
    runtime,
    opset,
    io: declaredTypes(model),
    consumers,
    dtypeOf: (value) => (value === undefined ? undefined : dtypes.get(value)),
    shapeOf: (value) => carriedShape(value, facts, declared),
    constantOf: (value) => constantOf(value, facts),
  };
}

type Facts = Pick<LintContext, 'model' | 'nodes' | 'producers' | 'initializers'>;
type Declared = ReadonlyMap<
  string,
  { readonly dtype: Dtype | null; readonly shape: readonly DeclaredLength[] | null }
>;

function declaredValues({ model, nodes }: Facts): Declared {
  const graphs = new Set([model.graph, ...nodes.map((placed) => placed.graph)]);
  const declared = new Map<string, { dtype: Dtype | null; shape: readonly DeclaredLength[] | null }>();
  for (const graph of graphs) {
    if (graph === null) continue;
    for (const info of [...graph.valueInfo, ...graph.input, ...graph.output]) {
      const { dtype, shape } = declare(info);
      declared.set(info.name, { dtype, shape });
    }
  }
  return declared;
}

// Operators whose output type is fixed, whatever comes in.
const FIXED_DTYPE = new Map<string, Dtype>([
  ...['Shape', 'Size', 'NonZero', 'ArgMax', 'ArgMin', 'NonMaxSuppression'].map(
    (op) => [op, 'int64'] as const,
  ),
  ...['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual'].map((op) => [op, 'bool'] as const),
  ...['And', 'Or', 'Xor', 'Not', 'IsNaN', 'IsInf'].map((op) => [op, 'bool'] as const),
  ...['MatMulInteger', 'ConvInteger'].map((op) => [op, 'int32'] as const),
]);

function inferDtypes({ nodes, initializers }: Facts, declared: Declared): ReadonlyMap<string, Dtype> {
  const dtypes = new Map<string, Dtype>();
  for (const [name, { dtype }] of declared) if (dtype !== null) dtypes.set(name, dtype);
  for (const [name, tensor] of initializers) {
    const dtype = dtypeOfWeight(tensor);
    if (dtype !== undefined) dtypes.set(name, dtype);
  }
  for (const { node } of nodes) {
    for (const [i, output] of node.output.entries()) {
      const dtype = dtypes.get(output) ?? outputDtype(node, i, dtypes);
      if (output !== '' && dtype !== undefined) dtypes.set(output, dtype);
    }
  }
  return dtypes;
}

function outputDtype(node: NodeProto, index: number, dtypes: ReadonlyMap<string, Dtype>): Dtype | undefined {
  const input = (at: number): Dtype | undefined => dtypes.get(node.input[at] ?? '');
  switch (node.opType) {
    case 'Cast':
      return dtypeOfOnnx(intAttribute(node, 'to') ?? 0);
    case 'Constant':
      return dtypeOfOnnx(attributeOf(node, 'value')?.t?.dataType ?? 0);
    case 'ConstantOfShape':
      return dtypeOfOnnx(attributeOf(node, 'value')?.t?.dataType ?? 1);
    case 'QuantizeLinear':
      return input(2) ?? 'uint8';
    case 'DequantizeLinear':
    case 'Where':
    case 'CastLike':
      return input(1);
    case 'TopK':
    case 'MaxPool':
      return index === 0 ? input(0) : 'int64';
    case 'If':
    case 'Loop':
    case 'Scan':
      return undefined;
    default:
      return FIXED_DTYPE.get(node.opType) ?? input(0);
  }
}

const SHAPE_KEEPING = [
  'Identity',
  'Cast',
  'Relu',
  'Sigmoid',
  'Tanh',
  'Erf',
  'Exp',
  'Sqrt',
  'Neg',
  'Dropout',
  'Clip',
  'Softmax',
];
const MAX_STEPS = 32;

function carriedShape(
  value: string | undefined,
  facts: Facts,
  declared: Declared,
): readonly DeclaredLength[] | null {
  let name = value ?? '';
  for (let step = 0; step < MAX_STEPS; step++) {
    const shape = declared.get(name)?.shape ?? facts.initializers.get(name)?.dims.map(Number);
    if (shape !== undefined && shape !== null) return shape;
    const producer = facts.producers.get(name);
    if (producer === undefined || !isOnnxOp(producer, ...SHAPE_KEEPING)) return null;
    name = producer.input[0] ?? '';
  }
  return null;
}

function constantOf(
  value: string | undefined,
  { model, initializers, producers }: Facts,
): Float64Array | undefined {
  if (value === undefined || value === '') return undefined;
  const producer = producers.get(value);
  const tensor = initializers.get(value) ?? (producer === undefined ? undefined : constantTensor(producer));
  if (tensor !== undefined) return smallValues(model, tensor);
  if (producer === undefined || !isOnnxOp(producer, 'Constant')) return undefined;
  const [attribute] = producer.attribute;
  if (attribute?.name === 'value_int') return Float64Array.of(Number(attribute.i));
  if (attribute?.name === 'value_ints') return Float64Array.from(attribute.ints, Number);
  if (attribute?.name === 'value_float') return Float64Array.of(attribute.f);
  if (attribute?.name === 'value_floats') return Float64Array.from(attribute.floats);
  return undefined;
}

function constantTensor(producer: NodeProto): TensorProto | undefined {
  return isOnnxOp(producer, 'Constant') ? attributeOf(producer, 'value')?.t : undefined;
}

const SMALL = 4096;

function smallValues(model: Model, tensor: TensorProto): Float64Array | undefined {
  if (!isInline(model, tensor) || !(weightElements(tensor) <= SMALL)) return undefined;
  if (dtypeOfWeight(tensor) === 'string') return undefined;
  try {
    return toFloat64Array(readWeight(model, tensor));
  } catch (error) {
    // A weight that cannot be decoded is the checker's business, not the lint's.
    if (error instanceof ParityError) return undefined;
    throw error;
  }
}
