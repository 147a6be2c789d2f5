/** Tensors as JSON: `{"name": {"dtype", "shape", "data"}}` or plain nested arrays; also the only form for strings and 4-bit elements. */
import { formatError } from '../errors/catalogue/formats.ts';
import type { ParityError } from '../errors/index.ts';
import { elementCount, isDtype, tensorFromValues, toFloat64Array } from '../tensor/index.ts';
import type { Dtype, NamedTensors, Tensor, WrittenValue } from '../tensor/index.ts';
import { loadedEntry } from './entry.ts';
import type { TensorEntry } from './entry.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { MAX_AXES } from './limits.ts';

/** What a plain array of numbers is taken for where nobody says otherwise. */
const PLAIN_DTYPE = 'float32';

const ALIASES = new Map<string, Dtype>([
  ['float', 'float32'],
  ['double', 'float64'],
  ['half', 'float16'],
  ['boolean', 'bool'],
  ['str', 'string'],
]);

/** The tensors of a parsed JSON text; `dtypes` says what plain arrays are, by name (float32, bool or string otherwise). */
export function jsonEntries(
  json: JsonValue,
  path: string,
  stem: string,
  dtypes: ReadonlyMap<string, Dtype> = new Map(),
): TensorEntry[] {
  const named: [string, JsonValue][] = json instanceof Map && !isDescribed(json) ? [...json] : [[stem, json]];
  return named.map(([name, value]) => {
    const tensor = readValue(value, path, name, dtypes.get(name));
    return loadedEntry(name, tensor.dtype, tensor.shape, () => tensor);
  });
}

/** The tensors as a JSON text that {@link jsonEntries} reads back without loss; equal tensors give equal bytes. */
export function writeTensorsJson(tensors: NamedTensors): Uint8Array {
  const members = [...tensors].map(([name, tensor]) => `${JSON.stringify(name)}: ${describeTensor(tensor)}`);
  return Buffer.from(members.length === 0 ? '{}\n' : `{\n  ${members.join(',\n  ')}\n}\n`);
}

/** One string tensor in the JSON form, for stores that keep other tensors in safetensors. */
export function encodeStringTensor(tensor: Tensor): Uint8Array {
  return Buffer.from(`${describeTensor(tensor)}\n`);
}

function describeTensor(tensor: Tensor): string {
  const { dtype, shape } = tensor;
  return `{"dtype": "${dtype}", "shape": ${JSON.stringify(shape)}, "data": [${writtenValues(tensor).join(', ')}]}`;
}

function writtenValues(tensor: Tensor): string[] {
  const { dtype, data } = tensor;
  if (dtype === 'string') return data.map((text) => JSON.stringify(text));
  if (dtype === 'int64' || dtype === 'uint64') return Array.from(data, (value) => `"${value}"`);
  return Array.from(toFloat64Array(tensor), (value) => {
    if (Number.isFinite(value) && !Object.is(value, -0)) return String(value);
    return Object.is(value, -0) ? '"-0"' : `"${value}"`;
  });
}

function isDescribed(json: JsonObject): boolean {
  return typeof json.get('dtype') === 'string' && json.has('data') && !(json.get('data') instanceof Map);
}

function readValue(value: JsonValue, path: string, name: string, known: Dtype | undefined): Tensor {
  const fail = (problem: string): ParityError =>
    formatError('TENSOR_FILE_MALFORMED', { path, format: 'tensor JSON', problem: `"${name}": ${problem}` });
  const described = value instanceof Map ? value : undefined;
  if (described !== undefined && !isDescribed(described)) {
    throw fail('{"dtype", "shape", "data"} or a nested array was expected');
  }
  const { shape: nested, values } = flatten(
    described?.get('data') ?? (described === undefined ? value : null),
    fail,
  );
  const given = described?.get('shape');
  const shape = given === undefined ? nested : readShape(given, nested, fail);
  const dtypeName = described?.get('dtype');
  const dtype = typeof dtypeName === 'string' ? readDtype(dtypeName, path, name) : (known ?? guess(values));
  try {
    return tensorFromValues(dtype, shape, values);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw fail(error.message);
    throw error;
  }
}

function readDtype(written: string, path: string, name: string): Dtype {
  const lower = written.toLowerCase();
  const dtype = ALIASES.get(lower) ?? lower;
  if (isDtype(dtype)) return dtype;
  throw formatError('TENSOR_DTYPE_UNSUPPORTED', { path, tensor: name, dtype: written });
}

function readShape(
  given: JsonValue,
  nested: readonly number[],
  fail: (problem: string) => ParityError,
): number[] {
  const isShape =
    Array.isArray(given) &&
    given.length <= MAX_AXES &&
    given.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
  if (!isShape) throw fail('its shape is not a list of lengths');
  const shape = given as number[];
  if (nested.length > 1 && nested.join() !== shape.join()) {
    throw fail(`its data is nested as [${nested.join(', ')}] but its shape is [${shape.join(', ')}]`);
  }
  // A complex tensor lists two numbers an element; tensorFromValues checks the count.
  if (elementCount(shape) > Number.MAX_SAFE_INTEGER) throw fail('its shape is impossible');
  return shape;
}

interface Flat {
  readonly shape: readonly number[];
  readonly values: readonly WrittenValue[];
}

function flatten(json: JsonValue, fail: (problem: string) => ParityError): Flat {
  const shape: number[] = [];
  for (let level = json; Array.isArray(level); level = level[0] ?? null) {
    shape.push(level.length);
    if (shape.length > MAX_AXES) throw fail(`it is nested deeper than ${MAX_AXES} axes`);
    if (level.length === 0) break;
  }
  const values: WrittenValue[] = [];
  const walk = (item: JsonValue, depth: number): void => {
    if (depth < shape.length) {
      if (!Array.isArray(item) || item.length !== shape[depth]) throw fail('its rows have different lengths');
      for (const inner of item) walk(inner, depth + 1);
    } else if (item === null || typeof item === 'object') {
      throw fail(item === null ? 'null is no element; write "NaN"' : 'its rows have different lengths');
    } else {
      values.push(item);
    }
  };
  walk(json, 0);
  return { shape, values };
}

const NUMBER_WORDS = new Set(['NaN', 'Infinity', '-Infinity', '-0']);

function guess(values: readonly WrittenValue[]): Dtype {
  if (values.length > 0 && values.every((value) => typeof value === 'boolean')) return 'bool';
  const texts = values.filter((value) => typeof value === 'string');
  const isText = texts.length === values.length && texts.some((text) => !NUMBER_WORDS.has(text));
  return isText ? 'string' : PLAIN_DTYPE;
}
