/** Writes safetensors. Equal tensors give equal bytes, whatever the order of the map: the reference implementation's own order is used. */
import { formatError } from '../errors/catalogue/formats.ts';
import { DTYPES } from '../tensor/index.ts';
import type { NamedTensors, Tensor, TensorOf } from '../tensor/index.ts';
import type { NumericDtype } from '../tensor/index.ts';
import { storedView } from './encode.ts';
import { isSafetensorsDtype, SAFETENSORS_DTYPES } from './safetensors.ts';

/** The file as one array of bytes. @throws ParityError TENSOR_NOT_STORABLE for strings, integers below 8 bits and complex128 */
export function writeSafetensors(
  tensors: NamedTensors,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  return Buffer.concat(safetensorsChunks(tensors, metadata));
}

/** The file as chunks to be written one after another; tensors are views of their own memory, nothing is copied. */
export function safetensorsChunks(
  tensors: NamedTensors,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array[] {
  const sorted = sortTensors(tensors);
  const data = sorted.map(([, tensor]) => storedView(tensor.dtype, tensor.data));
  const members = metadata.size === 0 ? [] : [`"__metadata__":${metadataText(metadata)}`];
  let offset = 0;
  for (const [i, [name, { dtype, shape }]] of sorted.entries()) {
    const end = offset + data[i]!.byteLength;
    const description = `{"dtype":"${NAMES.get(dtype)}","shape":[${shape.join(',')}],"data_offsets":[${offset},${end}]}`;
    members.push(`${JSON.stringify(name)}:${description}`);
    offset = end;
  }
  return [header(`{${members.join(',')}}`), ...data];
}

const ORDER = [...SAFETENSORS_DTYPES.values()];
const NAMES = new Map([...SAFETENSORS_DTYPES].map(([name, dtype]) => [dtype, name]));

type Numeric = { [D in NumericDtype]: TensorOf<D> }[NumericDtype];

// Largest elements first, so that every tensor is aligned; then by the bytes of the name.
function sortTensors(tensors: NamedTensors): [string, Numeric][] {
  const checked = [...tensors].map(([name, tensor]): [string, Numeric] => [name, storable(name, tensor)]);
  return checked.sort(
    ([leftName, left], [rightName, right]) =>
      ORDER.indexOf(right.dtype) - ORDER.indexOf(left.dtype) ||
      Buffer.compare(Buffer.from(leftName), Buffer.from(rightName)),
  );
}

function storable(name: string, tensor: Tensor): Numeric {
  const { dtype } = tensor;
  const wholeBytes = dtype === 'string' || DTYPES[dtype].bits >= 8 || tensor.data.length % 2 === 0;
  if (dtype === 'string' || !isSafetensorsDtype(dtype) || !wholeBytes || name === '__metadata__') {
    throw formatError('TENSOR_NOT_STORABLE', { tensor: name, dtype, format: 'safetensors' });
  }
  return tensor;
}

function metadataText(metadata: ReadonlyMap<string, string>): string {
  const sorted = [...metadata].sort(([left], [right]) =>
    Buffer.compare(Buffer.from(left), Buffer.from(right)),
  );
  return `{${sorted.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
}

// Eight bytes of length, then the JSON padded with spaces to a multiple of eight.
function header(json: string): Uint8Array {
  const text = Buffer.from(json);
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = Buffer.alloc(8 + length, ' ');
  bytes.writeBigUInt64LE(BigInt(length), 0);
  text.copy(bytes, 8);
  return bytes;
}
