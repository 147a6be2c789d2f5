/** Pieces of the suite schema. Every message is the phrase after "expected"; for unknown keys it is the list of known ones. */
import * as z from 'zod';

import { DTYPES } from '../tensor/index.ts';
import type { Dtype } from '../tensor/index.ts';

/** A mapping with fixed keys; others are refused. */
export function mapping<S extends z.core.$ZodLooseShape>(shape: S, what = 'a mapping') {
  const known = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? known : what),
  });
}

/** A mapping with free keys, such as cases by name. */
export function byName<T extends z.core.SomeType>(value: T, what: string) {
  return z.record(z.string(), value, { error: what });
}

export function text(what = 'a text') {
  return z.string({ error: what }).min(1, { error: what });
}

export function flag() {
  return z.boolean({ error: 'true or false' });
}

export function number(what = 'a number') {
  return z.number({ error: what });
}

export function numberFrom(low: number) {
  const what = `a number ≥ ${low}`;
  return number(what).min(low, { error: what });
}

export function numberBetween(low: number, high: number) {
  const what = `a number from ${low} to ${high}`;
  return number(what).min(low, { error: what }).max(high, { error: what });
}

export function integerFrom(low: number) {
  const what = `a whole number ≥ ${low}`;
  return number(what).int({ error: what }).min(low, { error: what });
}

export function integer(what = 'a whole number') {
  return number(what).int({ error: what });
}

export function oneOf<const T extends readonly string[]>(values: T) {
  return z.enum(values, { error: `one of ${values.join(', ')}` });
}

export function listOf<T extends z.core.SomeType>(value: T, what: string) {
  return z.array(value, { error: what });
}

const DTYPE_NAMES = Object.keys(DTYPES) as [Dtype, ...Dtype[]];

/** The name of an ONNX element type. */
export const dtype = oneOf(DTYPE_NAMES).meta({ id: 'Dtype' });

/** A mapping whose keys are element types. */
export function byDtype<T extends z.ZodType>(value: T) {
  const optional = value.exactOptional();
  return mapping(
    Object.fromEntries(DTYPE_NAMES.map((name) => [name, optional])) as Record<Dtype, typeof optional>,
  );
}
