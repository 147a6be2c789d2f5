import { create, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { ParityError } from '../../src/errors/index.ts';
import { readModelBytes } from '../../src/onnx/index.ts';
import type { Model } from '../../src/onnx/index.ts';
import { AttributeProtoSchema, ModelProtoSchema } from '../../src/onnx/onnx_pb.gen.ts';
import type {
  GraphProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from '../../src/onnx/onnx_pb.gen.ts';
import { DTYPES } from '../../src/tensor/index.ts';
import type { Dtype } from '../../src/tensor/index.ts';

type NodeInit = MessageInitShape<typeof NodeProtoSchema>;
type TensorInit = MessageInitShape<typeof TensorProtoSchema>;
type GraphInit = MessageInitShape<typeof GraphProtoSchema>;
type ValueInit = MessageInitShape<typeof ValueInfoProtoSchema>;

export interface ModelParts {
  readonly nodes?: readonly NodeInit[];
  readonly inputs?: readonly ValueInit[];
  readonly outputs?: readonly ValueInit[];
  readonly initializers?: readonly TensorInit[];
  readonly values?: readonly ValueInit[];
  readonly opset?: number;
  readonly irVersion?: number;
}

/** A serialized model: float32 x[n, 4] → y[n, 4] through Relu, with the given parts in place of these. */
export function createModelBytes(parts: ModelParts = {}): Uint8Array {
  const graph: GraphInit = {
    name: 'graph',
    node: [...(parts.nodes ?? [node('Relu', ['x'], ['y'])])],
    input: [...(parts.inputs ?? [value('x', 'float32', ['n', 4])])],
    output: [...(parts.outputs ?? [value('y', 'float32', ['n', 4])])],
    initializer: [...(parts.initializers ?? [])],
    valueInfo: [...(parts.values ?? [])],
  };
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(parts.irVersion ?? 9),
    producerName: 'test',
    producerVersion: '1',
    opsetImport: [{ domain: '', version: BigInt(parts.opset ?? 17) }],
    graph,
  });
  return toBinary(ModelProtoSchema, model);
}

export function createModel(parts: ModelParts = {}): Model {
  return readModelBytes(createModelBytes(parts), 'model.onnx');
}

type Attribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly tensor: TensorInit }
  | { readonly graph: GraphInit };

/** A node; integers, texts and lists of integers become attributes of these types. */
export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
): NodeInit {
  const attribute = Object.entries(attributes).map(([name, item]) =>
    create(AttributeProtoSchema, attributeOf(name, item)),
  );
  return { opType, name: `${opType}_node`, input: [...input], output: [...output], attribute };
}

function attributeOf(name: string, item: Attribute): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof item === 'number') return { name, type: 2, i: BigInt(item) };
  if (typeof item === 'string') return { name, type: 3, s: Buffer.from(item) };
  if ('float' in item) return { name, type: 1, f: item.float };
  if ('tensor' in item) return { name, type: 4, t: item.tensor };
  if ('graph' in item) return { name, type: 5, g: item.graph };
  return { name, type: 7, ints: item.map(BigInt) };
}

export function value(name: string, dtype: Dtype, shape: readonly (number | string)[]): ValueInit {
  const dim = shape.map(
    (length): { value: { case: 'dimParam'; value: string } | { case: 'dimValue'; value: bigint } } => ({
      value:
        typeof length === 'string'
          ? { case: 'dimParam', value: length }
          : { case: 'dimValue', value: BigInt(length) },
    }),
  );
  return {
    name,
    type: { value: { case: 'tensorType', value: { elemType: DTYPES[dtype].onnx, shape: { dim } } } },
  };
}

export function int64s(name: string, ...values: readonly number[]): TensorInit {
  return { name, dataType: 7, dims: [BigInt(values.length)], int64Data: values.map(BigInt) };
}

export function raw(name: string, dtype: Dtype, shape: readonly number[], data: ArrayBufferView): TensorInit {
  const rawData = new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
  return { name, dataType: DTYPES[dtype].onnx, dims: shape.map(BigInt), rawData };
}

export function external(
  name: string,
  shape: readonly number[],
  entries: Readonly<Record<string, string>>,
): TensorInit {
  const externalData = Object.entries(entries).map(([key, item]) => ({ key, value: item }));
  return { name, dataType: 1, dims: shape.map(BigInt), dataLocation: 1, externalData };
}

/** Code and message of the ParityError that an action throws. */
export function refusal(action: () => unknown): [string, string] {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ParityError)) throw error;
    return [error.code, error.message];
  }
  throw new Error('nothing was thrown');
}
