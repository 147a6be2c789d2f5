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

/** JSON text in which what JSON would turn into `null` or refuse is a string: non-finite numbers, −0 and bigints. */
export function wireJson(value: unknown, space?: number): string {
  return isPlain(value) ? JSON.stringify(value, null, space) : JSON.stringify(value, wireSafe, space);
}

function wireSafe(_key: string, value: unknown): unknown {
  if (typeof value === 'number') return toWire(value);
  return typeof value === 'bigint' ? String(value) : value;
}

/** True where JSON loses nothing. Looking takes a fraction of what a replacer takes. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value === 'bigint') return false;
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (!isPlain(item)) return false;
    return true;
  }
  for (const key in value) if (!isPlain((value as Readonly<Record<string, unknown>>)[key])) return false;
  return true;
}

/** The inverse of {@link toWire}: `Number` reads all four strings. */
export function fromWire(value: WireNumber): number {
  return Number(value);
}
