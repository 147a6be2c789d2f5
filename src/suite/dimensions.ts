/** Symbolic dimensions: which combinations a sweep has, and what a length of a shape is in one of them. */
import type { Problems, PropertyPath } from './problems.ts';
import { TEXTS } from './problems.ts';
import { namedEntries } from './read-spec.ts';
import type { OverEntry } from './schema-features.ts';

/** Lengths by dimension; empty for a case without a sweep. */
export type Dimensions = ReadonlyMap<string, number>;

/** More cases of one sweep than this are a mistake. */
const LARGEST_SWEEP = 1000;

const NAME = /^[A-Za-z_]\w*$/;
const LENGTH = /^([A-Za-z_]\w*)(?:\s*([+*-])\s*(\d+))?$/;

/** Every combination, the last dimension fastest; one empty combination where there is no sweep. */
export function combinationsOf(
  over: OverEntry | undefined,
  path: PropertyPath,
  problems: Problems,
): readonly Dimensions[] {
  let all: Map<string, number>[] = [new Map()];
  for (const [name, lengths] of namedEntries(over)) {
    const at = [...path, name];
    if (!NAME.test(name)) problems.add(at, TEXTS.expected('a dimension such as batch', name), 'key');
    if (lengths.length === 0) problems.add(at, TEXTS.empty('length'));
    const twice = lengths.find((length, index) => lengths.indexOf(length) !== index);
    if (twice !== undefined) problems.add(at, TEXTS.listedTwice(twice));
    all = all.flatMap((known) => lengths.map((length) => new Map([...known, [name, length]])));
    if (all.length > LARGEST_SWEEP) {
      problems.add(path, TEXTS.sweepTooLarge(LARGEST_SWEEP));
      return [];
    }
  }
  return all;
}

/** `normal[batch=3,length=16]`; the name itself where there is no sweep. */
export function sweptName(name: string, dimensions: Dimensions): string {
  if (dimensions.size === 0) return name;
  return `${name}[${[...dimensions].map(([dimension, length]) => `${dimension}=${length}`).join(',')}]`;
}

/** The lengths of one combination, with a note of which dimensions were used. */
export class Lengths {
  readonly used = new Set<string>();
  readonly #dimensions: Dimensions;

  constructor(dimensions: Dimensions) {
    this.#dimensions = dimensions;
  }

  /** A length as written: a number, a dimension, or `length + 1`; `null` with a problem added. */
  of(written: number | string, path: PropertyPath, problems: Problems): number | null {
    if (typeof written === 'number') return written;
    const parts = LENGTH.exec(written.trim());
    if (parts === null) {
      problems.add(path, TEXTS.expected('a length such as 16, batch or length + 1', written));
      return null;
    }
    const [, name = '', operator, operand] = parts;
    const length = this.#dimensions.get(name);
    if (length === undefined) {
      problems.add(path, TEXTS.unknownDimension(name, [...this.#dimensions.keys()]));
      return null;
    }
    this.used.add(name);
    const result = combined(length, operator, Number(operand ?? 0));
    if (result < 0) problems.add(path, TEXTS.expected('a length ≥ 0', result));
    return result < 0 ? null : result;
  }
}

function combined(length: number, operator: string | undefined, operand: number): number {
  if (operator === '+') return length + operand;
  if (operator === '-') return length - operand;
  return operator === '*' ? length * operand : length;
}
