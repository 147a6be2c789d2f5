/** Conversions between dtypes: exact widening, and casts that round or refuse but never wrap. */
import { allocate, makeTensor } from './allocate.ts';
import { DTYPES } from './dtype.ts';
import type { Dtype, NumericDtype } from './dtype.ts';
import { bfloat16ToFloat32, encodeSmallFloat, isSmallFloat, smallFloatTable } from './small-float.ts';
import { elementCount } from './tensor.ts';
import type { Shape, Tensor } from './tensor.ts';

/** What a value may be written as; the strings are `NaN`, `Infinity`, `-Infinity`, `-0` and decimal numbers. */
export type WrittenValue = number | bigint | boolean | string;

/**
 * The elements as doubles, exact for every dtype except int64 and uint64 beyond ±2^53. Complex numbers stay interleaved.
 * @throws TypeError for strings.
 */
export function toFloat64Array(tensor: Tensor): Float64Array {
  const { dtype, data } = tensor;
  if (dtype === 'string') throw new TypeError('A string tensor has no numbers.');
  const values = new Float64Array(data.length);
  if (dtype === 'bfloat16') {
    for (let i = 0; i < data.length; i++) values[i] = bfloat16ToFloat32(data[i]!);
  } else if (isSmallFloat(dtype) || dtype === 'float8e8m0') {
    const table = smallFloatTable(dtype);
    for (let i = 0; i < data.length; i++) values[i] = table[data[i] as number]!;
  } else if (dtype === 'int64' || dtype === 'uint64') {
    for (let i = 0; i < data.length; i++) values[i] = Number(data[i]);
  } else {
    values.set(data);
  }
  return values;
}

/**
 * The tensor in another dtype. To a float: nearest, ties to even. To an integer: toward zero. To bool: not zero.
 * @throws RangeError where a value is NaN or lies outside an integer dtype; TypeError for strings, and between complex and real.
 */
export function castTensor(tensor: Tensor, dtype: Dtype): Tensor {
  if (tensor.dtype === dtype) return tensor;
  const from = DTYPES[tensor.dtype].kind;
  const to = DTYPES[dtype].kind;
  if (tensor.dtype === 'string' || dtype === 'string' || (from === 'complex') !== (to === 'complex')) {
    throw new TypeError(`A ${tensor.dtype} tensor cannot be cast to ${dtype}.`);
  }
  const source = tensor.dtype === 'int64' || tensor.dtype === 'uint64' ? tensor.data : toFloat64Array(tensor);
  const data = allocate(dtype, elementCount(tensor.shape));
  const put = writerOf(dtype);
  const truncate = to === 'int' || to === 'uint';
  for (let i = 0; i < source.length; i++) {
    const value = source[i]!;
    put(data as Uint8Array, i, truncate && typeof value === 'number' ? Math.trunc(value) : value);
  }
  return makeTensor(dtype, tensor.shape, data);
}

/**
 * A tensor from written values in row-major order (complex: real and imaginary part in turn).
 * @throws RangeError for a wrong number of values or one that the dtype cannot hold; TypeError for a value of the wrong kind.
 */
export function tensorFromValues(dtype: Dtype, shape: Shape, values: readonly WrittenValue[]): Tensor {
  const expected = elementCount(shape) * (DTYPES[dtype].kind === 'complex' ? 2 : 1);
  if (values.length !== expected) {
    throw new RangeError(
      `shape [${shape.join(', ')}] needs ${expected} values, but ${values.length} are given`,
    );
  }
  if (dtype === 'string') {
    const wrong = values.find((value) => typeof value !== 'string');
    if (wrong !== undefined) throw new TypeError(`${wrong} is not a string`);
    return makeTensor(dtype, shape, values as string[]);
  }
  const data = allocate(dtype, elementCount(shape));
  const put = writerOf(dtype);
  const exact = DTYPES[dtype].kind === 'int' || DTYPES[dtype].kind === 'uint';
  for (let i = 0; i < values.length; i++) put(data as Uint8Array, i, readWritten(values[i]!, exact));
  return makeTensor(dtype, shape, data);
}

type Put = (data: Uint8Array, index: number, value: number | bigint) => void;

// The arrays behind a dtype all take `data[index] = value`; the cast to Uint8Array stands for "some typed array".
function writerOf(dtype: NumericDtype): Put {
  if (isSmallFloat(dtype)) {
    return (data, index, value) => {
      data[index] = encodeSmallFloat(Number(value), dtype);
    };
  }
  switch (DTYPES[dtype].kind) {
    case 'bool':
      return (data, index, value) => {
        data[index] = Number(value) === 0 ? 0 : 1;
      };
    case 'int':
    case 'uint':
      return integerWriter(dtype);
    default:
      if (dtype === 'float8e8m0') throw new TypeError('float8e8m0 holds scales; nothing can be cast to it.');
      return (data, index, value) => {
        data[index] = Number(value);
      };
  }
}

function integerWriter(dtype: NumericDtype): Put {
  const { bits, kind } = DTYPES[dtype];
  const low = kind === 'int' ? -(2n ** BigInt(bits - 1)) : 0n;
  const high = kind === 'int' ? 2n ** BigInt(bits - 1) - 1n : 2n ** BigInt(bits) - 1n;
  const outside = (value: number | bigint): RangeError =>
    new RangeError(`${value} is not an integer from ${low} to ${high} (${dtype})`);
  if (bits === 64) {
    return (data, index, value) => {
      if (typeof value === 'number' && !Number.isInteger(value)) throw outside(value);
      const exact = BigInt(value);
      if (exact < low || exact > high) throw outside(value);
      (data as unknown as BigInt64Array)[index] = exact;
    };
  }
  const lowNumber = Number(low);
  const highNumber = Number(high);
  return (data, index, value) => {
    const exact = Number(value);
    if (!Number.isInteger(exact) || exact < lowNumber || exact > highNumber) throw outside(value);
    data[index] = exact;
  };
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INTEGER = /^[+-]?\d+$/;
const WORDS = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

function readWritten(value: WrittenValue, exact: boolean): number | bigint {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return value;
  const word = WORDS.get(value);
  if (word !== undefined) return word;
  if (exact && INTEGER.test(value)) return BigInt(value.replace(/^\+/, ''));
  if (NUMBER.test(value)) return Number(value);
  throw new TypeError(`"${value.slice(0, 40)}" is not a number`);
}
