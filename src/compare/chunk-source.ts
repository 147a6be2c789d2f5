import type { DataOf, Dtype, Shape, Tensor, TensorData } from '../tensor/index.ts';
import { elementCount } from '../tensor/index.ts';

/** Elements that are read and measured at a time: 32 KB of doubles, so that a chunk stays in the first cache. */
export const CHUNK = 4096;

/** A tensor that is read in pieces: from memory, through a strided view, or from a file. */
export interface ChunkSource {
  readonly dtype: Dtype;
  readonly shape: Shape;
  /** Elements [start, start + count) in row-major order, held as `DataOf` says. Valid until the next call. */
  read(start: number, count: number): TensorData;
}

/** Reads a dense tensor in place. */
export function sourceOf(tensor: Tensor): ChunkSource {
  const { dtype, shape, data } = tensor;
  const width = valuesPerElement(dtype);
  if (Array.isArray(data)) {
    return { dtype, shape, read: (start, count) => data.slice(start, start + count) };
  }
  const typed = data as DataOf['float32'];
  const length = elementCount(shape) * width;
  return {
    dtype,
    shape,
    read: (start, count) =>
      start === 0 && count * width === length && typed.length === length
        ? typed
        : typed.subarray(start * width, (start + count) * width),
  };
}

/** Array elements that hold one tensor element: two for complex numbers. */
export function valuesPerElement(dtype: Dtype): 1 | 2 {
  return dtype === 'complex64' || dtype === 'complex128' ? 2 : 1;
}
