/** Targets as text: `ort-node/cpu`, or `ort-node/cpu@disabled` for a graph optimisation level. */
import { suiteError } from '../errors/catalogue/suite.ts';
import type { Problems, PropertyPath } from './problems.ts';
import { TEXTS } from './problems.ts';
import type { TargetEntry } from './schema.ts';
import type { TargetOptions, TargetSpec } from './types.ts';

type Optimization = NonNullable<TargetOptions['optimization']>;

const LEVELS: readonly Optimization[] = ['disabled', 'basic', 'extended', 'layout', 'all'];
const FORM = /^([a-z][a-z0-9_-]*)\/([a-z][a-z0-9_-]*)(?:@([\w.+-]+))?$/;

/**
 * The target that a text names, as the command line takes it.
 * @throws ParityError TARGET_MALFORMED
 */
export function targetFrom(text: string): TargetSpec {
  const problem = problemOf(text);
  if (problem !== null) throw suiteError('TARGET_MALFORMED', { text, problem });
  return specOf(text, text, {});
}

/** The targets of a suite; what is wrong with them goes to `problems`. */
export function readTargets(
  entries: readonly TargetEntry[],
  path: PropertyPath,
  problems: Problems,
): readonly TargetSpec[] {
  const targets = new Map<string, TargetSpec>();
  for (const [index, entry] of entries.entries()) {
    const target = readTarget(entry, [...path, index], problems);
    if (target === null) continue;
    if (targets.has(target.name)) {
      const hint = `give it a name of its own, such as \`name: ${target.runtime}/${target.provider}@second\``;
      problems.add([...path, index], TEXTS.duplicate('target', target.name, hint));
    }
    targets.set(target.name, target);
  }
  if (entries.length === 0) problems.add(path, TEXTS.empty('target'));
  return [...targets.values()];
}

/** One target as a suite writes it, or `null` with a problem added. */
export function readTarget(entry: TargetEntry, path: PropertyPath, problems: Problems): TargetSpec | null {
  const text = typeof entry === 'string' ? entry : entry.target;
  const problem = problemOf(text);
  if (problem !== null) {
    problems.add(typeof entry === 'string' ? path : [...path, 'target'], TEXTS.malformed(problem));
    return null;
  }
  return typeof entry === 'string' ? specOf(text, text, {}) : specOf(text, entry.name ?? text, entry);
}

function problemOf(text: string): string | null {
  const found = FORM.exec(text);
  if (found === null) return TEXTS.expected('runtime/provider in lower case, such as ort-node/cpu', text);
  const level = found[3];
  if (level === undefined || (LEVELS as readonly string[]).includes(level)) return null;
  return TEXTS.variation(level, LEVELS, `${found[1]}/${found[2]}`);
}

function specOf(text: string, name: string, given: Partial<Exclude<TargetEntry, string>>): TargetSpec {
  const [, runtime, provider, level] = FORM.exec(text)!;
  const optimization = given.optimization ?? (level as Optimization | undefined);
  return {
    name,
    runtime: runtime!,
    provider: provider!,
    options: {
      ...(optimization === undefined ? {} : { optimization }),
      ...(given.threads === undefined ? {} : { threads: given.threads }),
      ...(given.interOpThreads === undefined ? {} : { interOpThreads: given.interOpThreads }),
      ...(given.config === undefined ? {} : { config: textsOf(given.config) }),
      ...(given.provider === undefined ? {} : { provider: given.provider }),
    },
    optional: given.optional ?? false,
    fallback: given.fallback ?? 'warn',
    ...(given.tolerance === undefined ? {} : { tolerance: given.tolerance }),
  };
}

function textsOf(config: Readonly<Record<string, string | number | boolean>>): Record<string, string> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, String(value)]));
}
