import type {
  DataOf,
  Dtype,
  NumericDtype,
  Shape,
  StoredTensor,
  Tensor,
  TensorData,
} from '../tensor/index.ts';
import { allocate, elementCount, isStored } from '../tensor/index.ts';

/** Elements that are read and measured at a time: 32 KB of doubles, so that a chunk stays in the first cache. */
export const CHUNK = 4096;

/** A tensor that is read in pieces: from memory, through a strided view, or from a file. */
export interface ChunkSource {
  readonly dtype: Dtype;
  readonly shape: Shape;
  /** Elements [start, start + count) in row-major order, held as `DataOf` says. Valid until the next call. */
  read(start: number, count: number): TensorData;
}

/** Reads a dense tensor in place, or in pieces from its file. */
export function sourceOf(tensor: Tensor): ChunkSource {
  if (isStored(tensor)) return readAhead(tensor);
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

/** Elements read ahead where a whole chunk or more is asked for: 128 KB of float32, so that calls do not count. */
const AHEAD = 2 ** 15;

function readAhead(tensor: StoredTensor): ChunkSource {
  const { shape } = tensor;
  const dtype = tensor.dtype as NumericDtype;
  const width = valuesPerElement(dtype);
  const elements = elementCount(shape);
  const piece = allocate(dtype, Math.min(AHEAD, elements)) as DataOf['float32'];
  let [from, to] = [0, 0];
  return {
    dtype,
    shape,
    read(start, count) {
      if (start < from || start + count > to) {
        const wanted = count < CHUNK ? count : AHEAD;
        if (count > AHEAD) return whole(tensor, start, count);
        from = start;
        to = start + tensor.readChunk(start, piece.subarray(0, wanted * width));
      }
      return piece.subarray((start - from) * width, (start - from + count) * width);
    },
  };
}

/** For who asks for more than is read ahead. */
function whole(tensor: StoredTensor, start: number, count: number): TensorData {
  const data = allocate(tensor.dtype as NumericDtype, count);
  tensor.readChunk(start, data);
  return data;
}

/** Array elements that hold one tensor element: two for complex numbers. */
export function valuesPerElement(dtype: Dtype): 1 | 2 {
  return dtype === 'complex64' || dtype === 'complex128' ? 2 : 1;
}
