/** Values as a suite writes them. */
import { DTYPES } from '../tensor/index.ts';
import type { Dtype } from '../tensor/index.ts';

export type Written = number | string | boolean;

const COMPLEX =
  /^(?<re>[+-]?(?:[\d.]+(?:e[+-]?\d+)?|Infinity|NaN))?(?:(?<im>[+-]?(?:[\d.]+(?:e[+-]?\d+)?|Infinity|NaN))j)?$/i;

/**
 * The parts of one written element: two for a complex number (`"1.5-2j"`, or a real number alone), else the value itself.
 * @throws TypeError for a text that is no complex number.
 */
export function writtenParts(value: Written, dtype: Dtype): readonly Written[] {
  if (DTYPES[dtype].kind !== 'complex') return [value];
  if (typeof value !== 'string') return [value, 0];
  const parts = COMPLEX.exec(value)?.groups;
  if (parts === undefined || value === '') throw new TypeError(`"${value}" is not a complex number`);
  return [parts['re']?.replace(/^\+/, '') ?? 0, parts['im']?.replace(/^\+/, '') ?? 0];
}
