import type { Tensor } from '../tensor/index.ts';

/** True where two tensors have the same dtype, shape and bits; NaN equals the NaN of the same bits, −0 differs from 0. */
export function sameBits(left: Tensor, right: Tensor): boolean {
  if (left.dtype !== right.dtype || left.shape.length !== right.shape.length) return false;
  if (left.shape.some((length, axis) => length !== right.shape[axis])) return false;
  if (left.dtype === 'string' || right.dtype === 'string') {
    return left.data.length === right.data.length && left.data.every((text, i) => text === right.data[i]);
  }
  return Buffer.compare(bytesOf(left.data), bytesOf(right.data)) === 0;
}

function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
