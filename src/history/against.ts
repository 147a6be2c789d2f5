/** What a run is held against: the committed baseline, a stored run, the last one, or the last one of a branch. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { historyError } from '../errors/catalogue/history.ts';
import { ParityError } from '../errors/index.ts';
import type { RunDocument } from '../result/index.ts';
import { parseBaseline, type Baseline } from './baseline.ts';
import { baselinesFrom } from './make-baseline.ts';
import { textAt } from './duckdb.ts';
import type { History } from './open.ts';
import type { Past } from './past.ts';
import { RUN_FILE } from './records.ts';

export type Against =
  | { readonly kind: 'baseline' }
  | { readonly kind: 'last' }
  | { readonly kind: 'branch'; readonly branch: string }
  | { readonly kind: 'run'; readonly run: string };

/** A suite as far as its baseline is concerned. */
export interface SuitePlace {
  readonly name: string;
  /** Absolute; `null` for a suite without a file. */
  readonly file: string | null;
}

/** The baselines found, and how to name them. */
export interface AgainstFound {
  readonly baselines: readonly Baseline[];
  readonly name: string;
  /** Suites for which there is nothing to be held against: all their checks are new. */
  readonly without: readonly string[];
}

export function parseAgainst(text: string): Against {
  if (text === 'baseline' || text === 'last') return { kind: text };
  if (text.startsWith('branch:')) return { kind: 'branch', branch: text.slice('branch:'.length) };
  return { kind: 'run', run: text };
}

/** Where the baseline of a suite is kept: beside its suite file. */
export function baselinePath(root: string, { name, file }: SuitePlace): string {
  const folder =
    file === null
      ? join(root, 'suites', ...name.split('/').filter((part) => part !== '' && part !== '..'))
      : dirname(file);
  return file !== null && basename(folder) !== name
    ? join(folder, `${name.replaceAll('/', '-')}.baseline.json`)
    : join(folder, 'baseline.json');
}

/** The committed baselines of the suites. @throws ParityError NO_BASELINE, BASELINE_INVALID, BASELINE_NEWER */
export async function committedBaselines(root: string, suites: readonly SuitePlace[]): Promise<AgainstFound> {
  const read = await Promise.all(
    suites.map(async (suite) => ({ suite, baseline: await readBaseline(baselinePath(root, suite)) })),
  );
  const baselines = read.flatMap(({ baseline }) => (baseline === null ? [] : [baseline]));
  const without = read.filter(({ baseline }) => baseline === null).map(({ suite }) => suite.name);
  if (baselines.length === 0) throw historyError('NO_BASELINE', { suites: without.join(', ') || 'this run' });
  return { baselines, name: 'the baseline', without };
}

/** `null` where there is no such file. */
export async function readBaseline(path: string): Promise<Baseline | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw historyError('BASELINE_INVALID', { path, problem: error.message }, error);
  });
  return text === null ? null : parseBaseline(text, path);
}

/** A committed baseline file, or why it cannot be read. */
export interface StoredBaseline {
  readonly path: string;
  readonly baseline: Baseline | null;
  readonly error: ParityError | null;
}

/** Every baseline below `suites/`, also of suites that cannot be loaded. */
export async function allBaselines(root: string): Promise<readonly StoredBaseline[]> {
  const folder = join(root, 'suites');
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const paths = names.filter((name) => BASELINE_NAME.test(name) && !name.includes('node_modules')).toSorted();
  return Promise.all(
    paths.map(async (name) => {
      const path = join(folder, name);
      try {
        return { path, baseline: await readBaseline(path), error: null };
      } catch (error) {
        if (!(error instanceof ParityError)) throw error;
        return { path, baseline: null, error };
      }
    }),
  );
}

const BASELINE_NAME = /(^|[\\/.])baseline\.json$/;

export interface LastRunsOptions {
  /** Only runs of it. */
  readonly branch: string | null;
  readonly parse: (text: string, what: string) => RunDocument;
  /** For the noise of each check. */
  readonly past: Past;
}

/** The newest whole run of each suite, of a branch where one is named. @throws ParityError NO_RUNS, NO_RUN_ON_BRANCH */
export async function lastRuns(
  history: History,
  suites: readonly string[],
  { branch, parse, past }: LastRunsOptions,
): Promise<AgainstFound> {
  const columns = await history.query(
    (source) => `SELECT DISTINCT run, suite FROM ${source} WHERE lead`,
    'leads',
  );
  const newest = new Map<string, number>();
  (columns['run'] ?? []).forEach((run, at) => {
    const [index, suite] = [Number(run), textAt(columns, 'suite', at)];
    if (branch !== null && history.runs[index]?.branch !== branch) return;
    newest.set(suite, Math.max(newest.get(suite) ?? -1, index));
  });
  const wanted = suites.filter((suite) => newest.has(suite));
  if (wanted.length === 0) throw noneFound(history, branch);
  const indices = [...new Set(wanted.map((suite) => newest.get(suite) ?? 0))];
  const documents = new Map<number, RunDocument>();
  for (const index of indices) {
    const path = join(history.runs[index]?.folder ?? '', RUN_FILE);
    documents.set(index, parse(await readFile(path, 'utf8'), path));
  }
  const baselines = wanted.flatMap((suite) => {
    const document = documents.get(newest.get(suite) ?? 0);
    return document === undefined
      ? []
      : asBaselines(document, past).filter((baseline) => baseline.suite === suite);
  });
  const ids = [...documents.values()].map(({ runId }) => runId);
  return { baselines, name: `run ${ids.join(', ')}`, without: suites.filter((suite) => !newest.has(suite)) };
}

/** A run as if it were approved, for a comparison only. */
export function asBaselines(document: RunDocument, past?: Past): readonly Baseline[] {
  return baselinesFrom(document, { at: document.startedAt, reason: '' }, past);
}

function noneFound({ runs }: History, branch: string | null): Error {
  if (branch === null) return historyError('NO_RUNS', { folder: 'the store' });
  const branches = [...new Set(runs.flatMap((run) => (run.branch === null ? [] : [run.branch])))].toSorted();
  const available =
    branches.length === 0 ? 'Stored runs name no branch.' : `There are runs of: ${branches.join(', ')}.`;
  return historyError('NO_RUN_ON_BRANCH', { branch, available });
}
