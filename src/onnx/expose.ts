/** Makes intermediate values outputs by appending to the serialized model: protobuf merges what follows, so nothing is re-encoded. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { onnxError } from '../errors/catalogue/onnx.ts';
import { DTYPES } from '../tensor/index.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  ValueInfoProtoSchema,
} from './onnx_pb.gen.ts';
import type { GraphProto, NodeProto } from './onnx_pb.gen.ts';

export interface ExposedModel {
  readonly bytes: Uint8Array;
  /** Value → name of the output that carries it; another name only where a Cast was added. Constants are left out. */
  readonly outputs: ReadonlyMap<string, string>;
}

/**
 * Appends outputs for values of the main graph; `casts` names those that a runtime cannot return (bfloat16, float8, 4 bits)
 * and that are cast to float32 first. Adding outputs can change fusions and so the numbers: compare the untouched run too.
 * @throws ParityError VALUE_NOT_IN_GRAPH
 */
export function exposeOutputs(
  bytes: Uint8Array,
  names: readonly string[],
  casts: ReadonlySet<string> = new Set(),
): ExposedModel {
  const graph = fromBinary(ModelProtoSchema, bytes).graph ?? create(GraphProtoSchema);
  const computed = new Set(graph.node.flatMap((node) => node.output));
  const constants = new Set(
    graph.node.filter(({ opType }) => opType === 'Constant').flatMap((node) => node.output),
  );
  const taken = namesIn(graph);
  const existing = new Set(graph.output.map(({ name }) => name));
  const outputs = new Map<string, string>();
  const added: string[] = [];
  const nodes: NodeProto[] = [];
  for (const name of new Set(names)) {
    if (!computed.has(name)) throw unknownValue(name, computed);
    if (constants.has(name)) continue;
    const output = casts.has(name) ? unusedName(`${name}_as_float32`, taken) : name;
    outputs.set(name, output);
    if (output !== name) nodes.push(castToFloat(name, output));
    if (!existing.has(output)) added.push(output);
  }
  const delta = create(ModelProtoSchema, {
    graph: create(GraphProtoSchema, {
      node: nodes,
      output: added.map((name) => create(ValueInfoProtoSchema, { name })),
    }),
  });
  return { bytes: Buffer.concat([bytes, toBinary(ModelProtoSchema, delta)]), outputs };
}

function castToFloat(input: string, output: string): NodeProto {
  const to = create(AttributeProtoSchema, {
    name: 'to',
    type: AttributeProto_AttributeType.INT,
    i: BigInt(DTYPES.float32.onnx),
  });
  return create(NodeProtoSchema, {
    opType: 'Cast',
    name: output,
    input: [input],
    output: [output],
    attribute: [to],
  });
}

function namesIn(graph: GraphProto): Set<string> {
  const nodes = graph.node.flatMap((node) => [node.name, ...node.output]);
  return new Set([
    ...nodes,
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
  ]);
}

function unusedName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`;
  taken.add(name);
  return name;
}

function unknownValue(value: string, computed: ReadonlySet<string>): Error {
  const near = [...computed].find((name) => name.includes(value) || value.includes(name));
  const suggestion =
    near === undefined
      ? 'Values inside If, Loop, Scan and functions cannot be exposed; the graph inputs need no exposing.'
      : `Did you mean "${near}"?`;
  return onnxError('VALUE_NOT_IN_GRAPH', { value, suggestion });
}
