/** The elements of a TensorProto from its fields, wherever they were kept. Source: onnx.proto, TensorProto. */
import { allocate, DTYPES, elementCount, makeTensor, partsOf } from '../tensor/index.ts';
import type { Dtype, NumericDtype, Shape, Tensor, TensorData } from '../tensor/index.ts';
import { elementsFromBytes, storedBytes, unpack } from './entry.ts';
import { decodeUtf8 } from './text.ts';

/** What a TensorProto holds; the generated message type fits as well. */
export interface TensorFields {
  readonly rawData: Uint8Array | undefined;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly bigint[];
  readonly doubleData: readonly number[];
  readonly uint64Data: readonly bigint[];
  readonly stringData: readonly Uint8Array[];
}

/** Thrown where the fields do not make the declared tensor; the caller turns it into a ParityError. */
export class TensorProblem extends Error {}

/** Joins dtype, shape and fields to a tensor. @throws TensorProblem */
export function tensorFromFields(dtype: Dtype, shape: Shape, fields: TensorFields): Tensor {
  const elements = elementCount(shape);
  if (!Number.isSafeInteger(elements))
    throw new TensorProblem(`the shape [${shape.join(', ')}] is impossible`);
  if (dtype === 'string') return makeTensor(dtype, shape, strings(elements, fields.stringData));
  const raw = fields.rawData;
  const data =
    raw !== undefined && (raw.length > 0 || !hasTyped(fields))
      ? fromRaw(dtype, elements, raw)
      : fromTyped(dtype, elements, fields);
  return makeTensor(dtype, shape, data);
}

function hasTyped(fields: TensorFields): boolean {
  const lists = [fields.floatData, fields.int32Data, fields.int64Data, fields.doubleData, fields.uint64Data];
  return lists.some((list) => list.length > 0);
}

function fromRaw(dtype: NumericDtype, elements: number, raw: Uint8Array): TensorData {
  const needed = storedBytes(dtype, elements);
  if (raw.length !== needed)
    throw new TensorProblem(`${needed} bytes are needed, but raw_data has ${raw.length}`);
  return elementsFromBytes(dtype, raw, elements);
}

function fromTyped(dtype: NumericDtype, elements: number, fields: TensorFields): TensorData {
  const { bits, kind } = DTYPES[dtype];
  const list = listFor(dtype, fields);
  const needed = bits < 8 ? storedBytes(dtype, elements) : elements * partsOf(dtype);
  if (list.values.length !== needed) {
    throw new TensorProblem(`${needed} values are needed, but ${list.name} has ${list.values.length}`);
  }
  const data = allocate(dtype, elements);
  if (bits < 8) {
    unpack(Uint8Array.from(list.values as readonly number[]), 0, bits, kind === 'int', data as Uint8Array);
    return data;
  }
  const wide = dtype === 'int64' || dtype === 'uint64';
  const target = data as unknown as (number | bigint)[];
  const source = list.values;
  for (let i = 0; i < needed; i++) target[i] = wide ? source[i]! : Number(source[i]);
  if (kind === 'bool') for (let i = 0; i < needed; i++) target[i] = target[i] === 0 ? 0 : 1;
  return data;
}

function listFor(
  dtype: NumericDtype,
  fields: TensorFields,
): { readonly name: string; readonly values: readonly (number | bigint)[] } {
  switch (dtype) {
    case 'float32':
    case 'complex64':
      return { name: 'float_data', values: fields.floatData };
    case 'float64':
    case 'complex128':
      return { name: 'double_data', values: fields.doubleData };
    case 'int64':
      return { name: 'int64_data', values: fields.int64Data };
    case 'uint32':
    case 'uint64':
      return { name: 'uint64_data', values: fields.uint64Data };
    default:
      return { name: 'int32_data', values: fields.int32Data };
  }
}

function strings(elements: number, stringData: readonly Uint8Array[]): string[] {
  if (stringData.length !== elements) {
    throw new TensorProblem(`${elements} strings are needed, but string_data has ${stringData.length}`);
  }
  return stringData.map((bytes, i) => {
    const text = decodeUtf8(bytes);
    if (text === undefined) throw new TensorProblem(`the string at ${i} is not UTF-8`);
    return text;
  });
}
