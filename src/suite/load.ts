/** Finds and loads suites. One that is broken never stops the others. */
import { readFile, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, extname, relative, resolve } from 'node:path';

import { suiteError } from '../errors/catalogue/suite.ts';
import { ParityError } from '../errors/index.ts';
import { findSuites } from './find.ts';
import type { FoundSuite } from './find.ts';
import { checkJudging } from './judging.ts';
import { goldensFolder, normalise } from './normalise.ts';
import { pathText } from './problems.ts';
import type { Problem, Problems } from './problems.ts';
import { readDocument } from './read-document.ts';
import type { Locate, Position } from './read-document.ts';
import { readScript } from './read-script.ts';
import { readSpec } from './read-spec.ts';
import type { Suite } from './types.ts';

/** A suite that could not be used; `file` is relative to the project where it lies inside. */
interface SuiteProblem {
  readonly file: string;
  readonly error: ParityError;
}

interface LoadedSuites {
  readonly suites: Suite[];
  readonly problems: SuiteProblem[];
}

/** Problems of one file that a message lists. */
const LISTED = 10;
const LARGEST_FILE = 16 * 2 ** 20;

/**
 * Loads suites of a project by name, glob or path (of a suite file, its folder, or a folder in the ONNX backend layout);
 * all of `<root>/suites` where no names are given. Relative paths start at `cwd`. Never throws for what is wrong with a suite.
 */
export async function loadSuites(root: string, names: readonly string[], cwd = root): Promise<LoadedSuites> {
  const { found, problems } = await findSuites(root, names, cwd);
  const loaded: LoadedSuites = { suites: [], problems: [...problems] };
  const atOnce = availableParallelism();
  for (let start = 0; start < found.length; start += atOnce) {
    const batch = found.slice(start, start + atOnce).map((one) => loadFound(root, one));
    for (const result of await Promise.all(batch)) {
      if ('error' in result) loaded.problems.push(result);
      else addUnique(loaded, root, result);
    }
  }
  return loaded;
}

/** One suite file; throws ParityError. */
async function loadSuiteFile(root: string, path: string): Promise<Suite> {
  const file = displayed(root, path);
  const { data, locate } = await readData(path, file);
  const read = readSpec(data);
  if ('problems' in read) throw invalid(file, read.problems, locate);
  const folder = dirname(resolve(path));
  const stem = basename(path, extname(path));
  const name = stem === 'suite' ? basename(folder) : stem;
  const { suite, problems } = normalise(read.spec, {
    name,
    folder,
    file: resolve(path),
    goldens: goldensFolder(resolve(root), folder, name),
  });
  await checkJudging(read.spec, problems);
  if (problems.list.length > 0) throw invalid(file, problems, locate);
  return suite;
}

async function loadFound(root: string, found: FoundSuite): Promise<Suite | SuiteProblem> {
  if (found.kind === 'backend-layout') return found.suite;
  try {
    return await loadSuiteFile(root, found.path);
  } catch (error) {
    if (error instanceof ParityError) return { file: displayed(root, found.path), error };
    throw error;
  }
}

function addUnique(loaded: LoadedSuites, root: string, suite: Suite): void {
  const same = loaded.suites.find(({ name }) => name === suite.name);
  if (same === undefined) {
    loaded.suites.push(suite);
    return;
  }
  const place = ({ file, folder }: Suite): string => displayed(root, file ?? folder);
  const error = suiteError('SUITE_DUPLICATE', { name: suite.name, first: place(same), second: place(suite) });
  loaded.problems.push({ file: place(suite), error });
}

async function readData(path: string, file: string): Promise<{ data: unknown; locate: Locate }> {
  if (/\.[mc]?[tj]s$/.test(path)) return { data: await readScript(resolve(path), file), locate: () => null };
  return readDocument(await readText(path, file), file);
}

async function readText(path: string, file: string): Promise<string> {
  const unreadable = (problem: string, cause?: unknown): ParityError =>
    suiteError('SUITE_UNREADABLE', { file, problem }, cause);
  try {
    const { size } = await stat(path);
    if (size > LARGEST_FILE) throw unreadable(`is larger than 16 MiB (${size} bytes)`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    if (error instanceof ParityError) throw error;
    if (error instanceof TypeError) throw unreadable('is not UTF-8 text', error);
    throw unreadable(`cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`, error);
  }
}

function invalid(file: string, { list }: Problems, locate: Locate): ParityError {
  const placed = list.map((problem) => ({ problem, position: locate(problem.path, problem.at) }));
  placed.sort((a, b) => compare(a.position, b.position));
  const problems = placed.slice(0, LISTED).map(({ problem, position }) => line(file, problem, position));
  return suiteError('SUITE_INVALID', { file, problems, more: list.length - problems.length });
}

function compare(a: Position | null, b: Position | null): number {
  return (a?.line ?? 0) - (b?.line ?? 0) || (a?.col ?? 0) - (b?.col ?? 0);
}

function line(file: string, { path, text }: Problem, position: Position | null): string {
  const place = position === null ? file : `${file}:${position.line}:${position.col}`;
  return path.length === 0 ? `${place} ${text}` : `${place} ${pathText(path)}: ${text}`;
}

function displayed(root: string, path: string): string {
  const inside = relative(resolve(root), resolve(path));
  return inside.startsWith('..') || inside === '' ? resolve(path) : inside.replaceAll('\\', '/');
}
