import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { cliError } from '../errors/catalogue/cli.ts';
import { type CliContext, type OptionValues, textOption } from './command.ts';

/** Where suites, goldens and reports of the user's project are; all absolute. */
export interface Project {
  readonly root: string;
  readonly reports: string;
}

/** The nearest folder upwards that holds `suites/`; `null` where there is none. */
export function findProject(context: CliContext, options: OptionValues): Project | null {
  const named = textOption(options, 'project');
  if (named !== undefined) {
    const root = resolve(context.cwd, named);
    if (!isFolder(root)) throw cliError('FILE_NOT_FOUND', { path: named, what: 'Project folder' });
    return projectAt(root, context, options);
  }
  for (let folder = context.cwd; ; folder = dirname(folder)) {
    if (isFolder(join(folder, 'suites'))) return projectAt(folder, context, options);
    if (dirname(folder) === folder) return null;
  }
}

/** Like {@link findProject}, but the current folder where there is none: for commands that need no suite. */
export function projectOrHere(context: CliContext, options: OptionValues): Project {
  return findProject(context, options) ?? projectAt(context.cwd, context, options);
}

function projectAt(root: string, context: CliContext, options: OptionValues): Project {
  const out = textOption(options, 'out');
  return { root, reports: out === undefined ? join(root, 'reports') : resolve(context.cwd, out) };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** A file named on the command line, absolute; exit 2 where it is missing. */
export function namedFile(context: CliContext, path: string, what: string): string {
  const full = resolve(context.cwd, path);
  if (!existsSync(full)) throw cliError('FILE_NOT_FOUND', { path, what });
  return full;
}

/** A path as a person types it from where they are. */
export function shown(context: CliContext, path: string): string {
  const short = relative(context.cwd, path);
  return short === '' ? '.' : short.startsWith('..') ? path : short;
}
