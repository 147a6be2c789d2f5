/**
 * How TensorFlow's dtypes pass through tfjs-node, whose binding has arrays for few of them: exactly, by an eager
 * Bitcast of the same width or a Cast that loses nothing. Its own API would drop the upper half of int64 inputs.
 */
import { castTensor, elementCount, makeTensor, viewAs } from '../../tensor/index.ts';
import type { Dtype, Shape, Tensor, TensorData } from '../../tensor/index.ts';
import type { Binding, BindingTensor } from './binding.ts';

interface Carrier {
  readonly dtype: Dtype;
  /** The dtype that the binding has an array for. */
  readonly by: 'float32' | 'int32' | 'int64' | 'bool' | 'string';
  /** `none` where they are the same. */
  readonly op: 'none' | 'Bitcast' | 'Cast';
}

// By number of tensorflow.DataType, see tensorflow/core/framework/types.proto.
const CARRIERS: Readonly<Record<number, Carrier>> = {
  1: { dtype: 'float32', by: 'float32', op: 'none' },
  2: { dtype: 'float64', by: 'int64', op: 'Bitcast' },
  3: { dtype: 'int32', by: 'int32', op: 'none' },
  4: { dtype: 'uint8', by: 'int32', op: 'Cast' },
  5: { dtype: 'int16', by: 'int32', op: 'Cast' },
  6: { dtype: 'int8', by: 'int32', op: 'Cast' },
  7: { dtype: 'string', by: 'string', op: 'none' },
  8: { dtype: 'complex64', by: 'int64', op: 'Bitcast' },
  9: { dtype: 'int64', by: 'int64', op: 'none' },
  10: { dtype: 'bool', by: 'bool', op: 'none' },
  14: { dtype: 'bfloat16', by: 'float32', op: 'Cast' },
  17: { dtype: 'uint16', by: 'int32', op: 'Cast' },
  19: { dtype: 'float16', by: 'float32', op: 'Cast' },
  22: { dtype: 'uint32', by: 'int32', op: 'Bitcast' },
  23: { dtype: 'uint64', by: 'int64', op: 'Bitcast' },
};

const NUMBER_OF = { float32: 1, int32: 3, string: 7, int64: 9, bool: 10 } as const;

/** Our dtype of a tensorflow.DataType number; `null` where it cannot be carried. */
export function dtypeOfTensorflow(number: number): Dtype | null {
  return CARRIERS[number]?.dtype ?? null;
}

/** Makes a tensor of the binding from one of ours; the caller deletes it. */
export function toBinding(binding: Binding, tensor: Tensor, tensorflowDtype: number): number {
  const carrier = carrierOf(tensorflowDtype);
  const id = binding.createTensor([...tensor.shape], NUMBER_OF[carrier.by], arrayFor(tensor, carrier));
  if (carrier.op === 'none') return id;
  try {
    return convert(binding, id, NUMBER_OF[carrier.by], tensorflowDtype, carrier.op).id;
  } finally {
    binding.deleteTensor(id);
  }
}

/** The inverse of {@link toBinding}; deletes what it reads. */
export function fromBinding(binding: Binding, { id, shape, dtype }: BindingTensor): Tensor {
  const carrier = carrierOf(dtype);
  const held = [id];
  try {
    if (carrier.op !== 'none') held.push(convert(binding, id, dtype, NUMBER_OF[carrier.by], carrier.op).id);
    const data = binding.tensorDataSync(held.at(-1) ?? id);
    return tensorFrom(data, [...shape], carrier);
  } finally {
    for (const each of held) binding.deleteTensor(each);
  }
}

function carrierOf(number: number): Carrier {
  const carrier = CARRIERS[number];
  if (carrier === undefined) throw new Error(`tensors of TensorFlow's DataType ${number} cannot be carried`);
  return carrier;
}

function convert(
  binding: Binding,
  id: number,
  from: number,
  to: number,
  op: 'Bitcast' | 'Cast',
): BindingTensor {
  const type = binding.TF_ATTR_TYPE;
  const attributes =
    op === 'Bitcast'
      ? [
          { name: 'T', type, value: from },
          { name: 'type', type, value: to },
        ]
      : [
          { name: 'SrcT', type, value: from },
          { name: 'DstT', type, value: to },
          { name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false },
        ];
  const [result] = binding.executeOp(op, attributes, [id], 1);
  if (result === undefined) throw new Error(`${op} gave no tensor`);
  return result;
}

function arrayFor(tensor: Tensor, carrier: Carrier): unknown {
  if (tensor.dtype === 'string') return tensor.data.map((text) => Buffer.from(text));
  if (carrier.op === 'Cast') return castTensor(tensor, carrier.by).data;
  const { buffer, byteOffset, byteLength } = tensor.data;
  // The binding takes int64 as pairs of int32, and shares the memory that it is given: so it gets a copy.
  const copy = buffer.slice(byteOffset, byteOffset + byteLength);
  if (carrier.by === 'float32') return new Float32Array(copy);
  return carrier.by === 'bool' ? new Uint8Array(copy) : new Int32Array(copy);
}

function tensorFrom(data: unknown, shape: Shape, carrier: Carrier): Tensor {
  const { dtype, by, op } = carrier;
  if (dtype === 'string') {
    const values = data as readonly (Uint8Array | string)[];
    return { dtype, shape, data: values.map((value) => Buffer.from(value as Uint8Array).toString('utf8')) };
  }
  const array = data as Float32Array | Int32Array | Uint8Array | BigInt64Array;
  if (op === 'Cast') return castTensor(makeTensor(by, shape, array as TensorData), dtype);
  const copy = array.slice();
  const elements = elementCount(shape);
  return makeTensor(dtype, shape, viewAs(dtype, copy.buffer, copy.byteOffset, elements));
}
