/** The actual tensor seen through another order of its axes, without a copy of the whole. */
import type { NdArray } from 'ndarray';
import ndarray from 'ndarray';
import type { Shape, Tensor, TensorData } from '../tensor/index.ts';
import type { ChunkSource } from './chunk-source.ts';
import { valuesPerElement } from './chunk-source.ts';
import { unravel } from './unravel.ts';

/** Loading it compiles every operation that it has: nobody waits for it, the loop below does the same until it is there. */
// oxlint-disable-next-line typescript/consistent-type-imports -- loaded only for views
let ops: typeof import('ndarray-ops').default | null = null;
let loading: Promise<void> | null = null;

async function loadOps(): Promise<void> {
  ops = (await import('ndarray-ops')).default;
}

/** True where `axes` names every axis of `rank` once. */
export function isPermutation(axes: readonly number[], rank: number): boolean {
  return (
    axes.length === rank &&
    axes.every((axis, i) => Number.isInteger(axis) && axis >= 0 && axis < rank && axes.indexOf(axis) === i)
  );
}

/** The tensor with its axes in the order `axes`, as NumPy's transpose; chunks are gathered on reading. */
export function transposed(tensor: Tensor, axes: readonly number[]): ChunkSource {
  loading ??= loadOps();
  const shape = axes.map((axis) => tensor.shape[axis]!);
  const strides = stridesOf(tensor, axes);
  return {
    dtype: tensor.dtype,
    shape,
    read: (start, count) => gather(tensor, shape, strides, start, count),
  };
}

/** Distance between neighbours along each axis of the transposed view, in elements. */
function stridesOf(tensor: Tensor, axes: readonly number[]): readonly number[] {
  const { shape } = tensor;
  const rowMajor = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, length) => product * length, 1),
  );
  const view: NdArray<number[]> = ndarray(tensor.data as unknown as number[], [...shape], rowMajor);
  return view.transpose(...axes).stride;
}

function gather(
  tensor: Tensor,
  shape: Shape,
  strides: readonly number[],
  start: number,
  count: number,
): TensorData {
  const width = valuesPerElement(tensor.dtype);
  const { data } = tensor;
  const slice = shape.slice(1).reduce((product, length) => product * length, 1);
  const whole = shape.length > 0 && start % slice === 0 && count % slice === 0;
  if (ops !== null && whole && !Array.isArray(data) && width === 1) {
    return gatherSlices(ops, data, shape, strides, start / slice, count / slice);
  }
  const into = Array.isArray(data) ? Array.from<string>({ length: count }) : sameKind(data, count * width);
  const index = unravel(start, shape);
  let offset = index.reduce((sum, position, axis) => sum + position * strides[axis]!, 0);
  for (let i = 0; i < count; i++) {
    for (let part = 0; part < width; part++) into[i * width + part] = data[offset * width + part]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      offset += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      offset -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return into as TensorData;
}

/** Whole slices along the first axis: ndarray-ops walks the view in an order that suits its strides. */
function gatherSlices(
  // oxlint-disable-next-line typescript/unbound-method -- a plain function of ndarray-ops
  { assign }: NonNullable<typeof ops>,
  data: Exclude<TensorData, string[]>,
  shape: Shape,
  strides: readonly number[],
  first: number,
  slices: number,
): TensorData {
  const lengths = [slices, ...shape.slice(1)];
  const into = sameKind(
    data,
    lengths.reduce((product, length) => product * length, 1),
  ) as unknown as TensorData;
  // ndarray's types know no bigints; its code treats every array alike.
  const view = (values: TensorData, stride?: number[], offset = 0): NdArray<number[]> =>
    ndarray(values as unknown as number[], lengths, stride, offset);
  assign(view(into), view(data, [...strides], first * strides[0]!));
  return into;
}

function sameKind(data: Exclude<TensorData, string[]>, length: number): Record<number, unknown> {
  const make = data.constructor as new (length: number) => Record<number, unknown>;
  return new make(length);
}
