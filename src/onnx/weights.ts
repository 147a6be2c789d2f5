/** Size, place and content of the tensors inside a model. */
import { toBinary } from '@bufbuild/protobuf';
import { dirname } from 'node:path';
import { onnxError } from '../errors/catalogue/onnx.ts';
import { ParityError } from '../errors/index.ts';
import { openFileSource, readExternalData, readRange, readTensorProto } from '../formats/index.ts';
import { DTYPES, dtypeOfOnnx } from '../tensor/index.ts';
import type { Dtype, Tensor } from '../tensor/index.ts';
import type { Model } from './model.ts';
import { TensorProto_DataLocation, TensorProtoSchema } from './onnx_pb.gen.ts';
import type { TensorProto } from './onnx_pb.gen.ts';
import { MARKER_FIELD, varint } from './skim.ts';
import type { Payload } from './skim.ts';

export interface ExternalRange {
  readonly location: string;
  readonly offset: number;
  /** Absent where the whole rest of the file, or what the shape needs, is meant. */
  readonly length: number | undefined;
}

export function dtypeOfWeight(tensor: TensorProto): Dtype | undefined {
  return dtypeOfOnnx(tensor.dataType);
}

/** Number of elements; NaN where a length is negative or beyond 2^53. */
export function weightElements(tensor: TensorProto): number {
  let elements = 1;
  for (const dim of tensor.dims) elements *= dim < 0n ? NaN : Number(dim);
  return Number.isSafeInteger(elements) ? elements : NaN;
}

/** Bytes of the elements as the shape asks for; 0 for strings. */
export function weightBytes(tensor: TensorProto): number {
  const dtype = dtypeOfWeight(tensor);
  return dtype === undefined ? 0 : Math.ceil((weightElements(tensor) * DTYPES[dtype].bits) / 8);
}

/** True where the elements came with the message, so that reading them costs nothing. */
export function isInline(model: Model, tensor: TensorProto): boolean {
  return payloadOf(model, tensor) === undefined && !isExternal(tensor);
}

export function isExternal(tensor: TensorProto): boolean {
  return tensor.dataLocation === TensorProto_DataLocation.EXTERNAL;
}

/** Where external data lies; `undefined` for tensors without. Offsets that are no numbers become NaN. */
export function externalRange(tensor: TensorProto): ExternalRange | undefined {
  if (!isExternal(tensor)) return undefined;
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const number = (key: string): number | undefined => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    return /^\d+$/.test(text) ? Number(text) : NaN;
  };
  return { location: entries.get('location') ?? '', offset: number('offset') ?? 0, length: number('length') };
}

/** The tensor with its elements, read from the model file or its external data. */
export function readWeight(model: Model, tensor: TensorProto): Tensor {
  const folder = dirname(model.path);
  const owner = { path: model.path, tensor: tensor.name };
  const payload = payloadOf(model, tensor);
  const bytes =
    payload === undefined ? toBinary(TensorProtoSchema, tensor) : withPayload(model.path, tensor, payload);
  try {
    return readTensorProto(bytes, model.path, (location, offset, length) =>
      readExternalData(folder, location, { offset, length: length ?? weightBytes(tensor) }, owner),
    ).tensor;
  } catch (error) {
    if (error instanceof ParityError && error.code.startsWith('EXTERNAL_')) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw onnxError('INITIALIZER_UNREADABLE', { ...owner, problem }, error);
  }
}

/** The first bytes of a weight kept as raw_data, in the model file or outside; empty where it is kept in another way. */
export function sampleRawWeight(model: Model, tensor: TensorProto, most: number): Uint8Array {
  if (tensor.rawData.length > 0) return tensor.rawData.subarray(0, most);
  const payload = payloadOf(model, tensor);
  if (payload?.field !== RAW_DATA) return new Uint8Array(0);
  return readPayload(model.path, payload, most);
}

const RAW_DATA = 9;

function payloadOf(model: Model, tensor: TensorProto): Payload | undefined {
  const marker = tensor.$unknown?.find(({ no }) => no === MARKER_FIELD);
  if (marker === undefined) return undefined;
  return model.payloads.get(marker.data.reduceRight((value, byte) => value * 128 + (byte & 0x7f), 0));
}

function withPayload(path: string, tensor: TensorProto, payload: Payload): Uint8Array {
  const { $unknown: _, ...known } = tensor;
  const header = toBinary(TensorProtoSchema, known as TensorProto);
  const prefix = [varint(payload.field * 8 + 2), varint(payload.length)];
  return Buffer.concat([header, ...prefix, readPayload(path, payload, payload.length)]);
}

function readPayload(path: string, payload: Payload, most: number): Uint8Array {
  const source = openFileSource(path);
  try {
    return readRange(source, payload.offset, Math.min(payload.length, most));
  } finally {
    source.close();
  }
}
