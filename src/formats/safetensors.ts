/** The safetensors format. Source: huggingface/safetensors, README "Format"; its validation rules are kept. */
import { formatError } from '../errors/catalogue/formats.ts';
import type { ParityError } from '../errors/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { Dtype, NumericDtype } from '../tensor/index.ts';
import { readRange } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';
import { storedBytes, storedEntry } from './entry.ts';
import type { TensorEntry } from './entry.ts';
import { JsonProblem, parseJson } from './json.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { MAX_AXES, MAX_SAFETENSORS_HEADER } from './limits.ts';
import { decodeUtf8 } from './text.ts';

/** Names of the element types, in the order that the reference implementation sorts them by. */
export const SAFETENSORS_DTYPES: ReadonlyMap<string, NumericDtype> = new Map([
  ['BOOL', 'bool'],
  ['F4', 'float4e2m1'],
  ['U8', 'uint8'],
  ['I8', 'int8'],
  ['F8_E5M2', 'float8e5m2'],
  ['F8_E4M3', 'float8e4m3fn'],
  ['F8_E8M0', 'float8e8m0'],
  ['F8_E4M3FNUZ', 'float8e4m3fnuz'],
  ['F8_E5M2FNUZ', 'float8e5m2fnuz'],
  ['I16', 'int16'],
  ['U16', 'uint16'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I32', 'int32'],
  ['U32', 'uint32'],
  ['F32', 'float32'],
  ['C64', 'complex64'],
  ['F64', 'float64'],
  ['I64', 'int64'],
  ['U64', 'uint64'],
]);

/** True for element types that a safetensors file can hold. */
export function isSafetensorsDtype(dtype: Dtype): dtype is NumericDtype {
  return [...SAFETENSORS_DTYPES.values()].includes(dtype as NumericDtype);
}

/** The tensors of a file in the order of their bytes. */
export function safetensorsEntries(source: ByteSource): TensorEntry[] {
  const { header, dataOffset } = readHeader(source);
  const entries = [...header]
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => parseTensor(source, name, value))
    .sort((left, right) => left.begin - right.begin || left.end - right.end);
  let reached = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== reached) throw malformed(source, `"${name}" begins at ${begin} instead of ${reached}`);
    reached = end;
  }
  if (dataOffset + reached !== source.size) {
    throw malformed(
      source,
      `its header describes ${reached} bytes of data, but ${source.size - dataOffset} follow`,
    );
  }
  return entries.map(({ name, dtype, shape, begin }) =>
    storedEntry({ name, dtype, shape, source, offset: dataOffset + begin }),
  );
}

function readHeader(source: ByteSource): { readonly header: JsonObject; readonly dataOffset: number } {
  if (source.size < 8) throw malformed(source, 'its header is cut off');
  const length = Number(new DataView(readRange(source, 0, 8).buffer).getBigUint64(0, true));
  if (length > MAX_SAFETENSORS_HEADER) {
    const problem = `its header claims ${length} bytes, more than the limit of ${MAX_SAFETENSORS_HEADER}`;
    throw formatError('TENSOR_FILE_TOO_LARGE', { path: source.path, problem });
  }
  if (8 + length > source.size) throw malformed(source, `its header claims ${length} bytes`);
  const text = decodeUtf8(readRange(source, 8, length));
  if (text === undefined) throw malformed(source, 'its header is not UTF-8');
  if (!text.startsWith('{')) throw malformed(source, 'its header does not begin with "{"');
  const header = parseHeader(source, text);
  checkMetadata(source, header.get('__metadata__'));
  return { header, dataOffset: 8 + length };
}

function parseHeader(source: ByteSource, text: string): JsonObject {
  try {
    const header = parseJson(text);
    if (header instanceof Map) return header;
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    if (error.duplicateKey !== undefined) {
      throw formatError('TENSOR_NAME_DUPLICATE', { path: source.path, tensor: error.duplicateKey });
    }
    throw malformed(source, `its header is not valid JSON: ${error.message}`);
  }
  throw malformed(source, 'its header is not an object');
}

function checkMetadata(source: ByteSource, metadata: JsonValue | undefined): void {
  if (metadata === undefined) return;
  if (!(metadata instanceof Map) || [...metadata.values()].some((value) => typeof value !== 'string')) {
    throw malformed(source, 'its __metadata__ holds something other than texts');
  }
}

interface Description {
  readonly name: string;
  readonly dtype: NumericDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function parseTensor(source: ByteSource, name: string, value: JsonValue): Description {
  const fields = value instanceof Map ? value : new Map<string, JsonValue>();
  const dtypeName = fields.get('dtype');
  const shape = fields.get('shape');
  const offsets = fields.get('data_offsets');
  if (typeof dtypeName !== 'string' || !isLengths(shape) || !isLengths(offsets) || fields.size !== 3) {
    throw malformed(source, `"${name}" is not described by dtype, shape and data_offsets`);
  }
  if (shape.length > MAX_AXES || offsets.length !== 2)
    throw malformed(source, `"${name}" has impossible axes or offsets`);
  const dtype = SAFETENSORS_DTYPES.get(dtypeName);
  if (dtype === undefined) {
    throw formatError('TENSOR_DTYPE_UNSUPPORTED', { path: source.path, tensor: name, dtype: dtypeName });
  }
  const [begin, end] = offsets as [number, number];
  const bytes = storedBytes(dtype, elementCount(shape));
  if (end - begin !== bytes) {
    throw malformed(source, `"${name}" needs ${bytes} bytes but its offsets give ${end - begin}`);
  }
  return { name, dtype, shape, begin, end };
}

function isLengths(value: JsonValue | undefined): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
}

function malformed(source: ByteSource, problem: string): ParityError {
  return formatError('TENSOR_FILE_MALFORMED', { path: source.path, format: 'safetensors', problem });
}
