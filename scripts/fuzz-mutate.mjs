// Mutants of models: of their bytes, and of their structure, so that they still are protobuf.
import { fromBinary, toBinary, create } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorShapeProto_DimensionSchema,
} from '../dist/onnx/onnx_pb.gen.js';

const MAGIC_BYTES = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x12, 0x08];

/** One to four edits; most keep the length, so that what follows stays readable: set, flip, count; insert, remove, repeat, move, cut. */
export function mutateBytes(bytes, random) {
  let mutant = [...bytes];
  const edits = 1 + random.below(4);
  for (let i = 0; i < edits && mutant.length > 0; i += 1) {
    const at = random.below(mutant.length);
    const length = 1 + random.below(8);
    const kind = random.below(16);
    if (kind === 0) mutant[at] = random.below(256);
    else if (kind === 1) mutant[at] ^= 1 << random.below(8);
    else if (kind === 2) mutant[at] = random.pick(MAGIC_BYTES);
    else if (kind === 3) mutant.splice(at, 0, ...Array.from({ length }, () => random.below(256)));
    else if (kind === 4) mutant.splice(at, length);
    else if (kind === 5) mutant.splice(random.below(mutant.length), 0, ...mutant.slice(at, at + length));
    else if (kind === 6) mutant.splice(random.below(mutant.length), 0, ...mutant.splice(at, length));
    else if (kind === 7) mutant = mutant.slice(0, at);
    else if (kind < 12) mutant[at] = (mutant[at] + 1) & 255;
    else mutant[at] = (mutant[at] + 255) & 255;
  }
  return Uint8Array.from(mutant);
}

const INTEGERS = [
  0n,
  1n,
  -1n,
  2n,
  3n,
  7n,
  -2n,
  100n,
  2n ** 31n - 1n,
  2n ** 31n,
  -(2n ** 31n),
  2n ** 32n,
  2n ** 40n,
  2n ** 62n,
  -(2n ** 63n),
];
const FLOATS = [0, -1, 1e-30, 1e30, Number.NaN, Infinity, -0.5];
const OPS =
  'Abs Add ArgMax AveragePool Cast Ceil Clip Concat Conv ConvTranspose CumSum DFT Div Einsum Elu Erf Expand EyeLike Flatten Gather GatherElements GatherND Gemm GlobalMaxPool GRU Identity InstanceNormalization LRN LSTM MatMul Max MaxPool MaxUnpool Mod Mul NonZero OneHot Pad Pow Range ReduceMax ReduceSum Relu Reshape Resize ReverseSequence RNN ScatterElements ScatterND Shape Slice Softmax SpaceToDepth Split Squeeze Sub Sum Tile TopK Transpose Unique Unsqueeze Upsample Where'.split(
    ' ',
  );

/** One to three edits of nodes, attributes, edges, types, shapes, weights and opsets. */
export function mutateStructure(bytes, random) {
  // A copy: weights are views of what is decoded.
  const model = fromBinary(ModelProtoSchema, Uint8Array.from(bytes));
  const edits = 1 + random.below(3);
  for (let i = 0; i < edits; i += 1) random.pick(STRUCTURE)(model, random);
  return toBinary(ModelProtoSchema, model);
}

function graphsOf(model) {
  const graphs = [model.graph];
  for (const graph of graphs) {
    for (const node of graph.node) for (const { g } of node.attribute) if (g !== undefined) graphs.push(g);
  }
  return graphs;
}

function anyGraph(model, random) {
  return random.pick(graphsOf(model));
}

function anyNode(model, random) {
  return random.pick(anyGraph(model, random).node);
}

function anyName(model, random) {
  const graph = anyGraph(model, random);
  const names = [
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
    ...graph.node.flatMap(({ output }) => output),
  ];
  return names.length === 0 ? '' : random.pick(names);
}

const STRUCTURE = [
  function replaceInput(model, random) {
    const node = anyNode(model, random);
    if (node?.input.length)
      node.input[random.below(node.input.length)] = random.below(4) === 0 ? '' : anyName(model, random);
  },
  function dropInput(model, random) {
    const node = anyNode(model, random);
    if (node?.input.length) node.input.splice(random.below(node.input.length), 1);
  },
  function addInput(model, random) {
    anyNode(model, random)?.input.push(anyName(model, random));
  },
  function addOutput(model, random) {
    anyNode(model, random)?.output.push(`extra_${random.below(1000)}`);
  },
  function replaceOp(model, random) {
    const node = anyNode(model, random);
    if (node !== undefined) node.opType = random.pick(OPS);
  },
  function insertNode(model, random) {
    const graph = anyGraph(model, random);
    const name = `made_${random.below(1e6)}`;
    const input = Array.from({ length: 1 + random.below(3) }, () => anyName(model, random));
    graph.node.push(create(NodeProtoSchema, { opType: random.pick(OPS), input, output: [name] }));
    if (random.below(2) === 0 && graph.output[0] !== undefined) graph.output[0].name = name;
  },
  function dropNode(model, random) {
    const graph = anyGraph(model, random);
    if (graph.node.length > 1) graph.node.splice(random.below(graph.node.length), 1);
  },
  function swapNodes(model, random) {
    const { node } = anyGraph(model, random);
    if (node.length > 1) node.push(...node.splice(random.below(node.length), 1));
  },
  function mutateAttribute(model, random) {
    const attribute = random.pick(anyNode(model, random)?.attribute ?? []);
    if (attribute === undefined) return;
    const kind = random.below(7);
    if (kind === 0) attribute.i = random.pick(INTEGERS);
    else if (kind === 1) attribute.f = random.pick(FLOATS);
    else if (kind === 2 && attribute.ints.length > 0)
      attribute.ints[random.below(attribute.ints.length)] = random.pick(INTEGERS);
    else if (kind === 3) attribute.ints.push(random.pick(INTEGERS));
    else if (kind === 4) attribute.ints.pop();
    else if (kind === 5) attribute.type = random.below(15);
    else
      attribute.s = new TextEncoder().encode(random.pick(['', 'nonsense', 'linear', 'SAME_UPPER', 'cubic']));
  },
  mutateInteger,
  mutateInteger,
  function addAttribute(model, random) {
    const name = random.pick([
      'axis',
      'axes',
      'keepdims',
      'group',
      'pads',
      'strides',
      'hidden_size',
      'mode',
      'to',
      'direction',
      'blocksize',
    ]);
    const value =
      random.below(2) === 0
        ? { type: 2, i: random.pick(INTEGERS) }
        : { type: 7, ints: [random.pick(INTEGERS)] };
    anyNode(model, random)?.attribute.push(create(AttributeProtoSchema, { name, ...value }));
  },
  function dropAttribute(model, random) {
    const node = anyNode(model, random);
    if (node?.attribute.length) node.attribute.splice(random.below(node.attribute.length), 1);
  },
  function mutateWeightShape(model, random) {
    const weight = random.pick(anyGraph(model, random).initializer);
    if (weight === undefined) return;
    const kind = random.below(4);
    if (kind === 0) weight.dims.push(1n);
    else if (kind === 1) weight.dims.pop();
    else if (kind === 2) weight.dims.reverse();
    else if (weight.dims.length > 0) weight.dims[random.below(weight.dims.length)] = random.pick(INTEGERS);
  },
  function mutateWeightType(model, random) {
    const weight = random.pick(anyGraph(model, random).initializer);
    if (weight !== undefined) weight.dataType = random.below(24);
  },
  function mutateWeightValue(model, random) {
    const weight = random.pick(anyGraph(model, random).initializer);
    if (weight === undefined || weight.rawData.length < 8) return;
    const view = new DataView(weight.rawData.buffer, weight.rawData.byteOffset, weight.rawData.byteLength);
    const at = 8 * random.below(Math.floor(weight.rawData.length / 8));
    if (weight.dataType === 7) view.setBigInt64(at, random.pick(INTEGERS), true);
    else view.setFloat32(at, random.pick(FLOATS), true);
  },
  function mutateDeclaredShape(model, random) {
    const { input, output } = model.graph;
    const value = random.pick([...input, ...output])?.type?.value;
    if (value?.case !== 'tensorType') return;
    const kind = random.below(5);
    const dims = value.value.shape?.dim ?? [];
    if (kind === 0) value.value.shape = undefined;
    else if (kind === 1) dims.pop();
    else if (kind === 2)
      dims.push(create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value: 1n } }));
    else if (kind === 3 && dims.length > 0)
      dims[random.below(dims.length)].value = { case: 'dimValue', value: random.pick(INTEGERS) };
    else if (dims.length > 0) dims[random.below(dims.length)].value = { case: 'dimParam', value: 'any' };
  },
  function mutateDeclaredType(model, random) {
    const { input, output } = model.graph;
    const value = random.pick([...input, ...output])?.type?.value;
    if (value?.case === 'tensorType') value.value.elemType = random.below(24);
  },
  function exposeInner(model, random) {
    const name = anyName(model, random);
    const output = random.pick(model.graph.output);
    if (output !== undefined) output.name = name;
  },
  function mutateOpset(model, random) {
    const opset = model.opsetImport[0];
    if (opset !== undefined) opset.version = BigInt(1 + random.below(26));
  },
];

/** A whole number somewhere: of an attribute where there is one. */
function mutateInteger(model, random) {
  const attributes = graphsOf(model).flatMap(({ node }) => node.flatMap(({ attribute }) => attribute));
  const attribute = random.pick(attributes.filter(({ type }) => type === 2 || type === 7));
  if (attribute === undefined) return;
  if (attribute.type === 2) attribute.i = random.pick(INTEGERS);
  else if (attribute.ints.length > 0)
    attribute.ints[random.below(attribute.ints.length)] = random.pick(INTEGERS);
}
