/** Elements as the little-endian bytes that files hold. */
import { DTYPES } from '../tensor/index.ts';
import type { NumericDtype, TensorData } from '../tensor/index.ts';

/** The stored bytes; a view of the tensor's own memory where it is held as it is stored (every dtype of 8 bits or more). */
export function storedView(dtype: NumericDtype, data: Exclude<TensorData, string[]>): Uint8Array {
  const { bits } = DTYPES[dtype];
  if (bits >= 8) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const packed = new Uint8Array(Math.ceil((data.length * bits) / 8));
  const mask = 2 ** bits - 1;
  for (let i = 0; i < data.length; i++) {
    const at = i * bits;
    packed[at >>> 3]! |= (Number(data[i]) & mask) << (at & 7);
  }
  return packed;
}
