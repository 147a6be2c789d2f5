/** Holds raw data against the suite schema and puts what does not fit into words. */
import type * as z from 'zod';

import { Problems, TEXTS } from './problems.ts';
import type { PropertyPath } from './problems.ts';
import { suiteSchema } from './schema.ts';
import type { SuiteSpec } from './schema.ts';

type Issue = z.core.$ZodIssue;

/** The data as a suite, or everything that is wrong with it. */
export function readSpec(data: unknown): { readonly spec: SuiteSpec } | { readonly problems: Problems } {
  const problems = new Problems();
  if (isDeeper(data, DEEPEST)) {
    problems.add([], TEXTS.tooDeep());
    return { problems };
  }
  const plain = toPlain(data);
  const result = suiteSchema.safeParse(plain);
  if (result.success) return { spec: result.data };
  for (const issue of result.error.issues) explain(issue, [], plain, problems);
  return { problems };
}

/** Levels of lists and mappings; far more than a suite has, and what refers to itself, as a YAML alias may, has no end. */
const DEEPEST = 100;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}

/** A property name as it was written, from the key that stands for it in a {@link SuiteSpec}. */
function nameOf(key: string): string {
  return key === PROTO_KEY ? '__proto__' : key;
}

/** Entries of a mapping with free names, under the names as written. */
export function namedEntries<T>(
  mapping: Readonly<Record<string, T>> | undefined,
): [name: string, value: T][] {
  return Object.entries(mapping ?? {}).map(([key, value]) => [nameOf(key), value]);
}

// Tensors may be called `__proto__`, which JavaScript objects and zod do not carry as a plain key.
const PROTO_KEY = '\0__proto__';

/** Non-finite numbers and big integers become texts, `undefined` properties go; so all three languages give the same data. */
function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) return value;
  const plain: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) plain[key === '__proto__' ? PROTO_KEY : key] = toPlain(item);
  }
  return plain;
}

function explain(issue: Issue, base: PropertyPath, root: unknown, problems: Problems): void {
  const path = [...base, ...(issue.path as (string | number)[])];
  const given = valueAt(root, path);
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(', ');
    for (const key of issue.keys) {
      problems.add(named([...path, key]), TEXTS.unknownKey(nameOf(key), known), 'key');
    }
  } else if (issue.code === 'invalid_union') {
    const branch = branchFor(issue.errors);
    if (branch === null) problems.add(named(path), TEXTS.expected(issue.message, given));
    else for (const inner of branch) explain(inner, path, root, problems);
  } else {
    problems.add(named(path), TEXTS.expected(issue.message, given));
  }
}

/** The form of a union that the user meant: the only one whose outermost type fits. */
function branchFor(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const fitting = branches.filter((issues) => !issues.some(isOutermost));
  return fitting.length === 1 ? fitting[0]! : null;
}

function isOutermost(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');
}

function valueAt(root: unknown, path: PropertyPath): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

function named(path: PropertyPath): PropertyPath {
  return path.map((part) => (typeof part === 'string' ? nameOf(part) : part));
}
