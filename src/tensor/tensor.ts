import type { DataOf, Dtype } from './dtype.ts';

/** Lengths of the axes; `[]` is a scalar, a zero anywhere means no elements. */
export type Shape = readonly number[];

/** A dense tensor in row-major (C) order; `data` is held as {@link DataOf} says for its dtype. */
export interface TensorOf<D extends Dtype> {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: DataOf[D];
}

/** A tensor of any dtype: narrow on `dtype` to get the type of `data`. */
export type Tensor = { [D in Dtype]: TensorOf<D> }[Dtype];

/** Tensors by name. A Map, because names come from models and may be `__proto__`. */
export type NamedTensors = ReadonlyMap<string, Tensor>;

/** The number of elements of a shape: 1 for `[]`. */
export function elementCount(shape: Shape): number {
  let count = 1;
  for (const length of shape) count *= length;
  return count;
}

/** Whether two shapes have the same rank and the same length along every axis. */
export function sameShape(expected: Shape, actual: Shape): boolean {
  return expected.length === actual.length && expected.every((length, axis) => length === actual[axis]);
}
