/** What is wrong in a suite file, in words: every text of a problem is written here. */
import { closest } from './closest.ts';

export type PropertyPath = readonly (string | number)[];

export interface Problem {
  readonly path: PropertyPath;
  readonly text: string;
  /** Whether to point at the key or at its value. */
  readonly at: 'key' | 'value';
}

/** Gathers problems, so that a user sees all of a file at once. */
export class Problems {
  readonly list: Problem[] = [];

  add(path: PropertyPath, text: string, at: 'key' | 'value' = 'value'): void {
    this.list.push({ path, text, at });
  }
}

export const TEXTS = {
  expected: (what: string, given: unknown) => `expected ${what}, got ${shown(given)}`,
  unknownKey: (key: string, known: readonly string[]) =>
    `unknown key ${shown(key)}; ${meant(key, known) ?? `expected one of ${known.join(', ')}`}`,
  unknownName: (what: string, name: string, known: readonly string[]) => {
    const suggestion = meant(name, known);
    const list = known.length === 0 ? `there are no ${what}s` : `there are ${known.join(', ')}`;
    return `no ${what} is named ${shown(name)}; ${suggestion ?? list}`;
  },
  exactlyOne: (of: readonly string[], given: readonly string[]) =>
    `expected exactly one of ${of.join(', ')}, got ${given.length === 0 ? 'none' : given.join(' and ')}`,
  duplicate: (what: string, name: string, hint: string) =>
    `a second ${what} is named ${shown(name)}; ${hint}`,
  missingFile: (path: string) => `no such file: ${path}`,
  unusableName: (what: string, name: string) =>
    `expected a ${what} of 1 to 120 characters without slashes, backslashes and control characters, got ${shown(name)}`,
  empty: (what: string) => `expected at least one ${what}, got none`,
  malformed: (problem: string) => problem,
  variation: (level: string, levels: readonly string[], target: string) =>
    `expected one of ${levels.join(', ')} after "@", got ${shown(level)}; another variation is written { name: ${target}@${level}, target: ${target}, … }`,
  fileSays: (key: string) => `expected no \`${key}\` beside \`file\`: the file has its own`,
  onlyFor: (what: string, dtype: string) => `${what} cannot be made in ${dtype}`,
  ordered: (low: number, high: number) => `expected a value above low (${low}), got ${high}`,
  outside: (low: string, high: string, dtype: string, given: number) =>
    `expected a value from ${low} to ${high} for ${dtype}, got ${given}`,
  overflow: (value: unknown, dtype: string) =>
    `${shown(value)} is beyond the largest ${dtype}; write "Infinity" or "-Infinity" if that is meant`,
  listedTwice: (value: unknown) => `${shown(value)} is listed twice`,
  sweepTooLarge: (limit: number) => `expected at most ${limit} combinations`,
  unknownDimension: (name: string, known: readonly string[]): string =>
    known.length === 0
      ? `no dimension is named ${shown(name)}; give the case its lengths: over: { ${escaped(name)}: [1, 3] }`
      : TEXTS.unknownName('dimension', name, known),
  unusedDimension: (name: string) => `no shape of this case names ${shown(name)}`,
  apart: (one: string, other: string) => `\`${one}\` and \`${other}\` do not go together in one case`,
  needs: (one: string, other: string) => `\`${one}\` needs ${other}`,
  tooDeep: () => 'it refers to itself, or is nested too deeply',
  bothModels: () => 'expected either `model` or `models`, got both',
  noModel: () => 'expected `model` or `models`, got neither',
} as const;

/** A value as it goes into a message: short, on one line. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 59)}…` : value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (value === null) return 'null';
  if (typeof value === 'object') {
    const keys = Object.keys(value);
    if (keys.length === 0) return 'an empty mapping';
    return `a mapping with ${keys.slice(0, 3).map(escaped).join(', ')}${keys.length > 3 ? ', …' : ''}`;
  }
  return typeof value === 'number' ? numberText(value) : typeof value;
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** `cases.normal.inputs["a b"].values[3]` */
export function pathText(path: PropertyPath): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/^[\w$@/:-]+$/.test(part)) text += text === '' ? part : `.${part}`;
    else text += `[${JSON.stringify(part)}]`;
  }
  return text;
}

function meant(name: string, known: readonly string[]): string | null {
  const suggestion = closest(name, known);
  return suggestion === null ? null : `did you mean ${shown(suggestion)}?`;
}

function escaped(key: string): string {
  return /^[\w$@/:.-]+$/.test(key) ? key : JSON.stringify(key);
}
