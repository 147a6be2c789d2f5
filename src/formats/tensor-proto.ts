/** ONNX TensorProto files (`.pb`). Source: onnx.proto. */
import { formatError } from '../errors/catalogue/formats.ts';
import type { ParityError } from '../errors/index.ts';
import { dtypeOfOnnx } from '../tensor/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { MAX_AXES } from './limits.ts';
import { TensorProblem, tensorFromFields } from './tensor-fields.ts';
import { decodeUtf8 } from './text.ts';
import { readVarint, readVarint64, WireProblem, wireFields } from './wire.ts';
import type { WireField } from './wire.ts';

/** Gives the bytes that external_data names, or throws; see external-data.ts. */
export type LoadExternal = (location: string, offset: number, length: number | undefined) => Uint8Array;

/** Decodes one TensorProto message. Without `loadExternal`, external data is refused. */
export function readTensorProto(
  bytes: Uint8Array,
  path: string,
  loadExternal?: LoadExternal,
): { readonly name: string; readonly tensor: Tensor } {
  try {
    const proto = collect(bytes, path);
    const dtype = dtypeOfOnnx(proto.dataType);
    if (dtype === undefined) {
      if (proto.dataType === 0) throw malformed(path, 'it names no element type');
      const tensor = proto.name;
      throw formatError('TENSOR_DTYPE_UNSUPPORTED', { path, tensor, dtype: `number ${proto.dataType}` });
    }
    if (proto.external.size > 0 || proto.isExternal) proto.rawData = external(proto, path, loadExternal);
    return { name: proto.name, tensor: tensorFromFields(dtype, proto.dims, proto) };
  } catch (error) {
    if (error instanceof WireProblem || error instanceof TensorProblem) throw malformed(path, error.message);
    throw error;
  }
}

interface Collected {
  name: string;
  dims: number[];
  dataType: number;
  rawData: Uint8Array | undefined;
  floatData: number[];
  int32Data: number[];
  int64Data: bigint[];
  doubleData: number[];
  uint64Data: bigint[];
  stringData: Uint8Array[];
  external: Map<string, string>;
  isExternal: boolean;
}

function collect(bytes: Uint8Array, path: string): Collected {
  refuseOtherMessages(bytes, path);
  const proto: Collected = {
    name: '',
    dims: [],
    dataType: 0,
    rawData: undefined,
    floatData: [],
    int32Data: [],
    int64Data: [],
    doubleData: [],
    uint64Data: [],
    stringData: [],
    external: new Map(),
    isExternal: false,
  };
  for (const field of wireFields(bytes)) take(proto, bytes, field);
  if (proto.dims.length > MAX_AXES) throw new TensorProblem(`it has ${proto.dims.length} axes`);
  return proto;
}

function take(proto: Collected, bytes: Uint8Array, field: WireField): void {
  const { number, start, end } = field;
  switch (number) {
    case 1:
      for (const dim of varints(bytes, field)) proto.dims.push(axisLength(dim));
      break;
    case 2:
      proto.dataType = readVarint(bytes, start, end).value;
      break;
    case 4:
      numbers(bytes, field, 4, (view, at) => proto.floatData.push(view.getFloat32(at, true)));
      break;
    case 5:
      for (const value of varints(bytes, field)) proto.int32Data.push(Number(BigInt.asIntN(32, value)));
      break;
    case 6:
      proto.stringData.push(bytes.subarray(start, end));
      break;
    case 7:
      for (const value of varints(bytes, field)) proto.int64Data.push(BigInt.asIntN(64, value));
      break;
    case 8:
      proto.name = text(bytes, field);
      break;
    case 9:
      proto.rawData = bytes.subarray(start, end);
      break;
    case 10:
      numbers(bytes, field, 8, (view, at) => proto.doubleData.push(view.getFloat64(at, true)));
      break;
    case 11:
      for (const value of varints(bytes, field)) proto.uint64Data.push(value);
      break;
    case 13:
      takeExternal(proto, bytes, field);
      break;
    case 14:
      proto.isExternal = readVarint(bytes, start, end).value === 1;
      break;
    default:
  }
}

function takeExternal(proto: Collected, bytes: Uint8Array, { start, end }: WireField): void {
  let key = '';
  let value = '';
  for (const field of wireFields(bytes, start, end)) {
    if (field.number === 1) key = text(bytes, field);
    if (field.number === 2) value = text(bytes, field);
  }
  proto.external.set(key, value);
}

function external(proto: Collected, path: string, loadExternal: LoadExternal | undefined): Uint8Array {
  if (loadExternal === undefined) {
    throw formatError('TENSOR_TYPE_UNSUPPORTED', { path, type: 'a tensor whose data lies in another file' });
  }
  const location = proto.external.get('location');
  const offset = Number(proto.external.get('offset') ?? '0');
  const lengthText = proto.external.get('length');
  const length = lengthText === undefined ? undefined : Number(lengthText);
  const possible = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
  if (location === undefined || !possible(offset) || (length !== undefined && !possible(length))) {
    throw new TensorProblem('its external data has no location, or an impossible range');
  }
  return loadExternal(location, offset, length);
}

/** Sequences, optionals and models begin with other wire types than a tensor, or carry messages where it has none. */
function refuseOtherMessages(bytes: Uint8Array, path: string): void {
  const types = new Map<number, WireField>();
  const seen = (number: number, type: number): boolean => types.get(number)?.type === type;
  for (const field of wireFields(bytes)) if (!types.has(field.number)) types.set(field.number, field);
  if (seen(7, 2) && seen(8, 2) && types.get(1)?.type === 0 && !types.has(9) && !types.has(2)) {
    throw formatError('TENSOR_TYPE_UNSUPPORTED', { path, type: 'a whole ONNX model' });
  }
  const hasData = [4, 5, 9, 10, 11, 13, 14].some((number) => types.has(number));
  const nested =
    [3, 4, 5, 6, 7].some((number) => seen(number, 2)) && !types.has(9) && isMessageList(bytes, types);
  const named = seen(1, 2) && !hasData && looksLikeName(bytes, types.get(1)!);
  if (nested || named) {
    throw formatError('TENSOR_TYPE_UNSUPPORTED', { path, type: 'a sequence, a map or an optional' });
  }
  if (types.has(3)) throw formatError('TENSOR_TYPE_UNSUPPORTED', { path, type: 'a segment of a tensor' });
}

/** True where field 3 (tensors of a sequence, tensor of an optional) is itself a tensor message with an element type. */
function isMessageList(bytes: Uint8Array, types: ReadonlyMap<number, WireField>): boolean {
  const field = types.get(3);
  if (field === undefined || field.type !== 2) return false;
  try {
    const inner = new Set([...wireFields(bytes, field.start, field.end)].map(({ number }) => number));
    return inner.has(2) && [...inner].some((number) => number >= 4);
  } catch (error) {
    if (error instanceof WireProblem) return false;
    throw error;
  }
}

function looksLikeName(bytes: Uint8Array, { start, end }: WireField): boolean {
  return end > start && /^[\x20-\x7e]+$/.test(Buffer.from(bytes.subarray(start, end)).toString('latin1'));
}

function* varints(bytes: Uint8Array, { type, start, end }: WireField): Generator<bigint> {
  if (type !== 0 && type !== 2) throw new WireProblem(`wire type ${type} for an integer`);
  for (let at = start; at < end;) {
    yield readVarint64(bytes, at, end);
    at = readVarint(bytes, at, end).next;
  }
}

function numbers(
  bytes: Uint8Array,
  { start, end }: WireField,
  width: number,
  put: (view: DataView, at: number) => void,
): void {
  if ((end - start) % width !== 0)
    throw new WireProblem(`a list of ${end - start} bytes for ${width}-byte numbers`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = start; at < end; at += width) put(view, at);
}

function axisLength(value: bigint): number {
  const length = Number(BigInt.asIntN(64, value));
  if (!Number.isSafeInteger(length) || length < 0) throw new TensorProblem(`an axis of length ${length}`);
  return length;
}

function text(bytes: Uint8Array, { start, end }: WireField): string {
  const decoded = decodeUtf8(bytes.subarray(start, end));
  if (decoded === undefined) throw new TensorProblem('a name in it is not UTF-8');
  return decoded;
}

function malformed(path: string, problem: string): ParityError {
  return formatError('TENSOR_FILE_MALFORMED', { path, format: 'TensorProto', problem });
}
