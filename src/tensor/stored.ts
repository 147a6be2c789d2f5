import type { TensorData } from './dtype.ts';
import type { Tensor } from './tensor.ts';

/** A tensor that stays in its file: `data` loads it as a whole, which who reads in pieces never asks for. */
export type StoredTensor = Tensor & {
  /** Copies elements from `first` on into `target` and gives their number: as many as fit or are left. */
  readChunk(first: number, target: TensorData): number;
};

export function isStored(tensor: Tensor): tensor is StoredTensor {
  return 'readChunk' in tensor;
}
