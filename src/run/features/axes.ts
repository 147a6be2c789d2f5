/** Cuts, joins and pads tensors along one axis. */
import {
  allocate,
  elementCount,
  makeTensor,
  partsOf,
  type Tensor,
  type TensorData,
} from '../../tensor/index.ts';

/** The entries of an axis at these places, in this order; the axis stays. */
export function take(tensor: Tensor, axis: number, places: readonly number[]): Tensor {
  const { outer, length, inner } = stridesOf(tensor, axis);
  const shape = tensor.shape.with(axis, places.length);
  const data = empty(tensor, elementCount(shape));
  for (let block = 0; block < outer; block++) {
    for (const [at, place] of places.entries()) {
      const from = (block * length + place) * inner;
      copy(tensor.data, from, data, (block * places.length + at) * inner, inner);
    }
  }
  return makeTensor(tensor.dtype, shape, data);
}

/** Tensors one after the other along an axis; all of one dtype, and of one shape but for that axis. */
export function join(tensors: readonly Tensor[], axis: number): Tensor {
  const [first] = tensors;
  if (first === undefined) throw new RangeError('nothing to join');
  const total = tensors.reduce((sum, tensor) => sum + tensor.shape[axis]!, 0);
  const shape = first.shape.with(axis, total);
  const data = empty(first, elementCount(shape));
  let start = 0;
  for (const tensor of tensors) {
    const { outer, length, inner } = stridesOf(tensor, axis);
    for (let block = 0; block < outer; block++) {
      const to = (block * total + start) * inner;
      copy(tensor.data, block * length * inner, data, to, length * inner);
    }
    start += length;
  }
  return makeTensor(first.dtype, shape, data);
}

/** `0, 1, … count − 1`, or from `start`. */
export function range(count: number, start = 0): readonly number[] {
  return Array.from({ length: count }, (_, index) => start + index);
}

/** Parts (see `partsOf`) of one entry of the axis, and how many entries there are before it. */
function stridesOf({ shape, dtype }: Tensor, axis: number): { outer: number; length: number; inner: number } {
  return {
    outer: elementCount(shape.slice(0, axis)),
    length: shape[axis]!,
    inner: elementCount(shape.slice(axis + 1)) * partsOf(dtype),
  };
}

function empty(like: Tensor, elements: number): TensorData {
  return like.dtype === 'string'
    ? Array.from<string>({ length: elements }).fill('')
    : allocate(like.dtype, elements);
}

function copy(from: TensorData, at: number, to: TensorData, start: number, count: number): void {
  // Both sides hold the same dtype; the casts stand for "some array".
  const source = from as Float64Array;
  const target = to as Float64Array;
  for (let i = 0; i < count; i++) target[start + i] = source[at + i]!;
}
