/** How numbers that JSON cannot hold are written in a run result: as strings, never as `null`. */

/** A number as it stands in a document: non-finite values and −0 are strings. */
export type WireNumber = number | 'NaN' | 'Infinity' | '-Infinity' | '-0';

/** A tensor element as it stands in a document; int64 and uint64 are decimal strings, non-finite numbers and −0 as in {@link WireNumber}, complex is `re+imj`. */
export type WireValue = number | string | boolean;

export function toWire(value: number): WireNumber {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? 'Infinity' : '-Infinity';
}

/** The inverse of {@link toWire}: `Number` reads all four strings. */
export function fromWire(value: WireNumber): number {
  return Number(value);
}
