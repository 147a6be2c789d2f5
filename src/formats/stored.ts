import { storedBytes, type TensorEntry } from './entry.ts';
import { openTensorFile } from './open.ts';
import { type NamedTensors, type StoredTensor, type Tensor } from '../tensor/index.ts';

/** Smaller tensors are read at once. */
const STORED_FROM = 2 ** 22;

/** The tensors of a file, of which large ones stay in it until `close`. @throws ParityError as openTensorFile does. */
export function openTensors(path: string): { readonly tensors: NamedTensors; close(): void } {
  const file = openTensorFile(path);
  try {
    return {
      tensors: new Map([...file.tensors].map(([name, entry]) => [name, tensorOf(entry)])),
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function tensorOf(entry: TensorEntry): Tensor {
  if (!entry.streamed || entry.dtype === 'string') return entry.read();
  return storedBytes(entry.dtype, entry.elements) < STORED_FROM ? entry.read() : stored(entry);
}

function stored(entry: TensorEntry): StoredTensor {
  let data: Tensor['data'] | undefined;
  return {
    dtype: entry.dtype,
    shape: entry.shape,
    get data() {
      return (data ??= entry.read().data);
    },
    readChunk: (first, target) => entry.readChunk(first, target),
  } as StoredTensor;
}
