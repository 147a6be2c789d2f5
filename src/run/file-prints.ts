/** What the files that a plan reads hold: a run is known again in another checkout, where only the times differ. */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, type Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { factsOfFile } from '../runtimes/admission.ts';
import type { CaseSpec, Suite } from '../suite/types.ts';

/** SHA-256, cut to 16 digits, by path relative to the project. */
export type FilePrints = Readonly<Record<string, string>>;

interface PlannedFile {
  readonly path: string;
  readonly stat: Stats;
}

/** A blob of the golden store is named by its hash, which is checked wherever it is read. */
const BLOB = /[\\/]blobs[\\/][0-9a-f]{64}\.\w+$/;

/** Read at once; a larger file is read in pieces, so that nothing waits for it. */
const SMALL_BYTES = 2 ** 20;

/** Time in milliseconds after which other work gets its turn. */
const SLICE_MS = 5;

/**
 * Prints of all files that suites read; `null` where `signal` ended it first. A file that changed after `since`
 * (milliseconds of the epoch) has none: what it held before is not known.
 */
export async function printFiles(
  suites: readonly Suite[],
  root: string,
  since: number,
  signal: AbortSignal,
): Promise<FilePrints | null> {
  const prints: Record<string, string> = {};
  const files = await filesOf(suites);
  let turn = performance.now();
  // The small ones first: they are done in a moment.
  for (const file of files.toSorted((left, right) => left.stat.size - right.stat.size)) {
    if (performance.now() - turn > SLICE_MS) {
      await breathe();
      turn = performance.now();
    }
    if (signal.aborted) return null;
    if (changedAfter(file.stat, since)) continue;
    const print = await printOfFile(file, signal);
    const now = await stat(file.path).catch(() => null);
    if (print !== null && now !== null && !changedAfter(now, since))
      prints[relative(root, file.path)] = print;
  }
  return prints;
}

/** Files that are not as they were, with what became of them, relative to the project; those without a print by their times. */
export async function changedFiles(
  suites: readonly Suite[],
  root: string,
  before: { readonly since: number; readonly prints: FilePrints | undefined },
): Promise<readonly string[]> {
  const { since, prints = {} } = before;
  const files = new Map((await filesOf(suites)).map((file) => [relative(root, file.path), file]));
  const gone = Object.keys(prints).filter((name) => !files.has(name));
  const changed: string[] = [];
  for (const [name, file] of files) {
    const was = Object.hasOwn(prints, name) ? prints[name] : undefined;
    const differs = was === undefined ? changedAfter(file.stat, since) : (await printOfFile(file)) !== was;
    if (differs) changed.push(name);
  }
  return [...gone.map((name) => `${name} is gone`), ...changed.map((name) => `${name} changed since then`)];
}

/** The time of a change cannot be set back as that of a modification can. */
function changedAfter({ mtimeMs, ctimeMs }: Stats, since: number): boolean {
  return Math.max(mtimeMs, ctimeMs) > since;
}

async function filesOf(suites: readonly Suite[]): Promise<readonly PlannedFile[]> {
  const paths = new Set<string>();
  for (const suite of suites) {
    for (const path of pathsOf(suite)) paths.add(path);
    for (const { path } of suite.models) for (const file of await externalFiles(path)) paths.add(file);
  }
  const found = new Map<string, PlannedFile>();
  for (const path of paths) for (const file of await filesUnder(path)) found.set(file.path, file);
  return [...found.values()];
}

function pathsOf(suite: Suite): readonly string[] {
  return [
    ...suite.models.map(({ path }) => path),
    ...suite.sources.map(({ entry }) => entry.file),
    ...(suite.file === null ? [] : [suite.goldens]),
    ...suite.cases.flatMap((item) => casePaths(item)),
  ];
}

function casePaths({ inputs, dataSet, reference }: CaseSpec): readonly string[] {
  const files = [...inputs.values()].flatMap((input) => (input.kind === 'file' ? [input.path] : []));
  if (dataSet !== undefined) files.push(dataSet);
  if (reference.kind === 'file') files.push(reference.path);
  return files;
}

/** Files with the weights of a model; a file that is no model has none. */
async function externalFiles(path: string): Promise<readonly string[]> {
  const facts = await factsOfFile(path).catch(() => null);
  return facts?.externalData.map(({ file }) => file) ?? [];
}

async function filesUnder(path: string): Promise<readonly PlannedFile[]> {
  const found = await stat(path).catch(() => null);
  if (found === null) return [];
  if (!found.isDirectory()) return found.isFile() && !BLOB.test(path) ? [{ path, stat: found }] : [];
  const names = await readdir(path).catch(() => []);
  return (await Promise.all(names.map((name) => filesUnder(join(path, name))))).flat();
}

/** `null` for a file that cannot be read, or not before `signal`. */
async function printOfFile(
  { path, stat: { size } }: PlannedFile,
  signal?: AbortSignal,
): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    if (size <= SMALL_BYTES) hash.update(readFileSync(path));
    else
      for await (const chunk of createReadStream(path, {
        highWaterMark: 2 ** 18,
        ...(signal === undefined ? {} : { signal }),
      }))
        hash.update(chunk as Buffer);
  } catch {
    return null;
  }
  return hash.digest('hex').slice(0, 16);
}
