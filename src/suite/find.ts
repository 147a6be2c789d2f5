/** Which suites are asked for, and where they lie. */
import { readdir, stat } from 'node:fs/promises';
import type { Dirent, Stats } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';

import { suiteError } from '../errors/catalogue/suite.ts';
import type { ParityError } from '../errors/index.ts';
import { loadBackendLayout } from './backend-layout.ts';
import { closest } from './closest.ts';
import { matcherOf } from './glob.ts';
import { goldensFolder } from './normalise.ts';
import type { Suite } from './types.ts';

export type FoundSuite =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'backend-layout'; readonly suite: Suite };

interface Found {
  readonly found: readonly FoundSuite[];
  readonly problems: readonly { readonly file: string; readonly error: ParityError }[];
}

const SUITE_FILE = /^suite\.(ya?ml|json|[mc]?ts|[mc]?js)$/;

/** Resolves names, globs and paths; all suites of the project where there are none. */
export async function findSuites(root: string, names: readonly string[], cwd: string): Promise<Found> {
  const folder = join(resolve(root), 'suites');
  const search = new Search(root, cwd, await suiteFolders(folder));
  if (names.length === 0) {
    for (const path of search.folders.values()) await search.addFolder(path, 'listed');
    if (search.found.length === 0 && search.problems.length === 0) {
      search.problems.push({ file: shortened(root, folder), error: suiteError('SUITES_NONE', { folder }) });
    }
  }
  for (const name of names) await search.addName(name);
  return search;
}

class Search implements Found {
  readonly found: FoundSuite[] = [];
  readonly problems: { file: string; error: ParityError }[] = [];
  readonly root: string;
  readonly cwd: string;
  readonly folders: ReadonlyMap<string, string>;
  readonly #seen = new Set<string>();

  constructor(root: string, cwd: string, folders: ReadonlyMap<string, string>) {
    this.root = root;
    this.cwd = cwd;
    this.folders = folders;
  }

  async addName(name: string): Promise<void> {
    const wanted = matcherOf(name.replace(/[/\\]+$/, ''));
    const matching = [...this.folders].filter(([folder]) => wanted(folder));
    for (const [, path] of matching) await this.addFolder(path, matching.length === 1 ? 'named' : 'listed');
    if (matching.length > 0) return;
    const path = resolve(this.cwd, name);
    const stats = await stat(path).catch((): Stats | null => null);
    if (stats?.isDirectory() === true) await this.addFolder(path, 'named');
    else if (stats !== null) this.#add(path, { kind: 'file', path });
    else this.#notFound(name);
  }

  /** `listed`: a folder beside the suites that is none is passed over; `named`: it is a problem. */
  async addFolder(path: string, why: 'named' | 'listed'): Promise<void> {
    const entries = await readdir(path).catch((): string[] => []);
    const files = entries.filter((name) => SUITE_FILE.test(name));
    const folder = shortened(this.root, path);
    if (files.length === 1) {
      const file = join(path, files[0]!);
      this.#add(file, { kind: 'file', path: file });
    } else if (files.length > 1) {
      this.problems.push({
        file: folder,
        error: suiteError('SUITE_FILE_AMBIGUOUS', { folder, files: files.sort() }),
      });
    } else {
      const suite = await loadBackendLayout(path, goldensFolder(resolve(this.root), path, basename(path)));
      if (suite !== null) this.#add(path, { kind: 'backend-layout', suite });
      else if (why === 'named' && (await this.#addInside(path))) return;
      else if (why === 'named' || entries.some(looksLikeSuite)) {
        this.problems.push({ file: folder, error: suiteError('SUITE_FILE_MISSING', { folder }) });
      }
    }
  }

  /** A folder of suites: each of them. */
  async #addInside(path: string): Promise<boolean> {
    const before = this.found.length + this.problems.length;
    for (const folder of (await suiteFolders(path)).values()) await this.addFolder(folder, 'listed');
    return this.found.length + this.problems.length > before;
  }

  #add(path: string, one: FoundSuite): void {
    if (!this.#seen.has(path)) this.found.push(one);
    this.#seen.add(path);
  }

  #notFound(name: string): void {
    const available = [...this.folders.keys()];
    const suggestion = closest(basename(name), available);
    this.problems.push({ file: name, error: suiteError('SUITE_NOT_FOUND', { name, available, suggestion }) });
  }
}

/** A folder with a model or a misnamed suite file in it was meant to be a suite. */
function looksLikeSuite(name: string): boolean {
  return name.endsWith('.onnx') || /^(.*suites?.*)\.(ya?ml|json)$/i.test(name);
}

async function suiteFolders(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((): Dirent[] => []);
  const names = entries
    .filter((entry) => !entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
  return new Map(names.sort().map((name) => [name, join(folder, name)]));
}

function shortened(root: string, path: string): string {
  const inside = relative(resolve(root), path);
  return inside === '' || inside.startsWith('..') ? path : inside.replaceAll('\\', '/');
}
