import { isAbsolute, join, relative } from 'node:path';
import type { Reproduce } from '../run/index.ts';
import type { Suite } from '../suite/types.ts';
import type { Invocation } from './command.ts';
import { OPTIONS, type OptionName } from './options.ts';
import type { Project } from './project.ts';
import { TOLERANCE_OPTIONS } from './tolerance.ts';

const SAFE = /^[\w@%+=:,./-]+$/;

/** One word as a POSIX shell reads it back. */
export function quoted(word: string): string {
  return SAFE.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export function commandLine(words: readonly string[]): string {
  return ['onnx-parity', ...words].map(quoted).join(' ');
}

/** `run` with everything but one check left out, and the options that its verdict depends on. */
export function reproduceByRun(
  { options, context }: Pick<Invocation, 'options' | 'context'>,
  { root }: Project,
  suites: readonly Suite[],
): Reproduce {
  const selectors = new Map(suites.map((suite) => [suite.name, selectorOf(suite, root, context.cwd)]));
  const kept = KEPT.flatMap((name) => wordsOf(name, options[name]));
  return ({ suite, model, case: name, target }) => {
    const words = ['run', selectors.get(suite) ?? suite];
    if (model !== undefined) words.push('--model', model);
    if (name !== undefined) words.push('--case', name);
    if (target !== undefined && !target.startsWith('source/')) words.push('--target', target);
    return commandLine([...words, ...kept]);
  };
}

const KEPT = [
  'referenceKind',
  'repeat',
  'timeout',
  'memory',
  ...TOLERANCE_OPTIONS,
] as const satisfies readonly OptionName[];

/** A suite of the project by its name, any other by its path. */
function selectorOf({ name, file, folder }: Suite, root: string, cwd: string): string {
  const inProject = relative(join(root, 'suites'), folder);
  if (file !== null && inProject !== '' && !inProject.startsWith('..') && !isAbsolute(inProject)) return name;
  const path = relative(cwd, file ?? folder);
  return path === '' || isAbsolute(path) || path.startsWith('.') ? path || '.' : `./${path}`;
}

/** An option as it is typed. */
function wordsOf(name: OptionName, value: unknown): readonly string[] {
  if (value === undefined) return [];
  const [flag = ''] = OPTIONS[name].flags.split(' ');
  // The only negated flag holds `true` where it is not given.
  if (typeof value === 'boolean') return value === flag.startsWith('--no-') ? [] : [flag];
  return (Array.isArray(value) ? value : [value]).flatMap((each) => [flag, String(each)]);
}
