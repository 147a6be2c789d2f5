import { createHash } from 'node:crypto';
import { isDtype } from '../../tensor/index.ts';
import type { Dtype, Tensor } from '../../tensor/index.ts';
import {
  asBytes,
  decodeSafetensors,
  encodeSafetensors,
  fromBytes,
  hasToken,
  isNumeric,
} from '../safetensors.ts';

/** One tensor as it is stored: equal tensors give equal bytes and so share a blob. */
export interface Blob {
  /** Hash of the bytes; also its name. */
  readonly sha256: string;
  /** `<sha256>.safetensors`, or `<sha256>.json` for strings. */
  readonly file: string;
  readonly chunks: readonly Uint8Array[];
  readonly bytes: number;
}

/** The tensor's name inside its blob; names of outputs stand in the provenance alone. */
const INSIDE = 'tensor';

export function encodeBlob(tensor: Tensor): Blob {
  const chunks = isNumeric(tensor)
    ? encodeSafetensors(new Map([[INSIDE, hasToken(tensor.dtype) ? tensor : asBytes(tensor)]]))
    : [Buffer.from(JSON.stringify({ shape: tensor.shape, values: tensor.data }))];
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  const sha256 = hash.digest('hex');
  return {
    sha256,
    file: `${sha256}.${isNumeric(tensor) ? 'safetensors' : 'json'}`,
    chunks,
    bytes: chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0),
  };
}

/** The hash that stands for a tensor in provenances: over dtype, shape and elements. */
export function hashTensor(tensor: Tensor): string {
  return encodeBlob(tensor).sha256;
}

/** @throws Error where the bytes are not a blob of this dtype. */
export function decodeBlob(bytes: Buffer, dtype: string): Tensor {
  if (!isDtype(dtype)) throw new Error(`unknown dtype ${dtype}`);
  if (dtype === 'string') return decodeStrings(bytes);
  const tensor = decodeSafetensors(bytes, 'the blob').get(INSIDE);
  if (tensor === undefined) throw new Error('the blob holds no tensor');
  if (!hasToken(dtype) && tensor.dtype === 'uint8') return fromBytes(tensor, dtype);
  if (tensor.dtype !== dtype) throw new Error(`the blob holds ${tensor.dtype}, not ${dtype}`);
  return tensor;
}

function decodeStrings(bytes: Buffer): Tensor {
  const parsed: unknown = JSON.parse(bytes.toString('utf8'));
  const { shape, values } = parsed as { shape?: unknown; values?: unknown };
  if (!Array.isArray(shape) || !Array.isArray(values)) throw new Error('the blob holds no strings');
  return { dtype: 'string' satisfies Dtype, shape: shape as number[], data: values as string[] };
}
