/** How the inputs of a case are written. */
import * as z from 'zod';

import { dtype, integer, integerFrom, listOf, mapping, number, numberFrom, text } from './schema-parts.ts';

const seed = integerFrom(0)
  .describe('Same seed and same input name: same values on every host. Default 0.')
  .exactOptional();

const normal = mapping({
  mean: number().describe('Default 0.').exactOptional(),
  std: numberFrom(0).describe('Standard deviation; default 1.').exactOptional(),
  seed,
});

const uniform = mapping({
  low: number().describe('Default 0.').exactOptional(),
  high: number().describe('Default 1.').exactOptional(),
  seed,
});

const integers = mapping({
  low: integer().describe('Smallest value; default 0.').exactOptional(),
  high: integer().describe('One above the largest value.'),
  seed,
});

const value = z
  .union([z.number(), z.string(), z.boolean()], { error: 'a number, a text, or true or false' })
  .describe('"NaN", "Infinity", "-Infinity", "-0" as texts; int64 beyond 2^53 as decimal texts.');

const LENGTH = 'a whole number ≥ 0, or the name of a dimension';

/** A length of an axis: a number, or a symbol that `over` gives values to. */
export const length = z.union([integerFrom(0), text(LENGTH)], { error: LENGTH });

/** The keys that say where the values come from; a case names exactly one for each input. */
export const GENERATORS = ['normal', 'uniform', 'integers', 'constant', 'values', 'file'] as const;

export const inputSchema = mapping({
  dtype: dtype.describe('Element type; float32 by default.').exactOptional(),
  shape: listOf(length, 'a list of lengths')
    .describe('Length of each axis: a number, or a dimension of `over`, also `length + 1`; [] is a scalar.')
    .exactOptional(),
  normal: normal.describe('Normally distributed values.').exactOptional(),
  uniform: uniform.describe('Values evenly spread over [low, high).').exactOptional(),
  integers: integers.describe('Whole numbers from low to high, high excluded.').exactOptional(),
  constant: value.describe('The same value everywhere.').exactOptional(),
  values: listOf(value, 'a list of values').describe('Every value, in row-major order.').exactOptional(),
  file: text('a path').describe('npy, npz, safetensors or TensorProto .pb.').exactOptional(),
  key: text('the name of a tensor')
    .describe('Tensor in the file; the input name by default.')
    .exactOptional(),
}).meta({ id: 'Input' });
