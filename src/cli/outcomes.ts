/** How a run's checks stand against an approved run and the known failures: found before the run, applied after it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  applyBaseline,
  applyKnownFailures,
  asBaselines,
  committedBaselines,
  lastRuns,
  NO_PAST,
  openHistory,
  parseAgainst,
  parseKnownFailures,
  pastOf,
  type AgainstFound,
  type CheckKey,
  type History,
  type KnownFailure,
  type Past,
  type SuitePlace,
} from '../history/index.ts';
import { ParityError } from '../errors/index.ts';
import { cleanLine } from '../reporters/format.ts';
import { parseRunDocument } from '../reporters/json/index.ts';
import type { RunDocument } from '../result/index.ts';
import { exitCodeOf, summarise } from '../run/index.ts';
import { textOption, type Invocation } from './command.ts';
import { shown, type Project } from './project.ts';
import { findRun, readRun } from './store.ts';

/** What was found before the run. */
export interface Outcomes {
  /** The document with its outcomes, summary and exit code. */
  settle(document: RunDocument): RunDocument;
}

/** Nights that say how much a check moves by itself. */
const PAST_RUNS = 40;

/**
 * Reads known failures and what `--against` names, so that a mistake in them is told before an hour of work.
 * `inScope` says which checks of the approved run this one was meant to have; all of its suites where absent.
 */
export async function prepareOutcomes(
  invocation: Invocation,
  project: Project,
  suites: readonly SuitePlace[],
  inScope?: (key: CheckKey) => boolean,
): Promise<Outcomes> {
  const known = await knownFailures(project, invocation);
  const against = textOption(invocation.options, 'against');
  const held = against === undefined ? null : await holdAgainst(invocation, project, suites, against);
  const today = new Date().toISOString().slice(0, 10);
  return {
    settle(document) {
      const judged = held === null ? document : withOutcomes(document, held, inScope);
      const { checks, unused } = applyKnownFailures(judged.checks, known, today);
      if (inScope === undefined) tellUnused(invocation, unused);
      return { ...judged, checks, summary: summarise(checks), exitCode: exitCodeAfter(document, checks) };
    },
  };
}

interface Held {
  readonly found: AgainstFound;
  readonly past: Past;
}

function withOutcomes(
  document: RunDocument,
  { found, past }: Held,
  inScope?: (key: CheckKey) => boolean,
): RunDocument {
  const { baselines, name } = found;
  const suites = new Set(document.suites.map((suite) => suite.name));
  const scope = (key: CheckKey): boolean =>
    suites.has(key.suite) && document.complete && (inScope?.(key) ?? true);
  const checks = applyBaseline(document.checks, baselines, {
    name,
    past,
    targets: document.targets,
    ...(document.merged === undefined ? { host: document.host.fingerprint } : {}),
    inScope: scope,
  });
  const runs = [...new Set(baselines.map(({ run }) => run.runId))];
  return { ...document, checks, against: { name, runs, commit: baselines[0]?.run.commit ?? null } };
}

/** A signal and a broken suite stay what they are; a check that regressed fails the run though its bounds hold. */
function exitCodeAfter({ exitCode, problems }: RunDocument, checks: RunDocument['checks']): number {
  if (exitCode > 2) return exitCode;
  const code = exitCodeOf(checks, problems, null);
  return code === 0 && checks.some(({ outcome }) => outcome === 'regressed') ? 1 : code;
}

async function knownFailures({ root }: Project, { context }: Invocation): Promise<readonly KnownFailure[]> {
  const path = join(root, 'suites', 'known-failures.yaml');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  return text === null ? [] : parseKnownFailures(text, shown(context, path));
}

function tellUnused({ talk }: Invocation, unused: readonly KnownFailure[]): void {
  for (const { reason, expires, ...where } of unused) {
    const text = Object.entries(where)
      .map(([field, pattern]) => `${field} ${pattern}`)
      .join(', ');
    talk.write(
      `warning: no check matches the known failure ${cleanLine(text)} (until ${expires}: ${cleanLine(reason)})\n`,
    );
  }
}

async function holdAgainst(
  invocation: Invocation,
  project: Project,
  suites: readonly SuitePlace[],
  text: string,
): Promise<Held> {
  const names = suites.map(({ name }) => name);
  const against = parseAgainst(text);
  if (against.kind === 'baseline' || against.kind === 'run') {
    const found =
      against.kind === 'baseline'
        ? await committedBaselines(project.root, suites)
        : await storedRun(invocation, project, names, against.run);
    tellWithout(invocation, found);
    return { found, past: await pastIfAny(invocation, project, names) };
  }
  const branch = against.kind === 'branch' ? against.branch : null;
  const held = await heldByLast(invocation, project, names, branch);
  tellWithout(invocation, held.found);
  return held;
}

async function storedRun(
  { context }: Invocation,
  { reports }: Project,
  names: readonly string[],
  run: string,
): Promise<AgainstFound> {
  const path = await findRun(reports, run, context.cwd);
  const document = await readRun(path, shown(context, path));
  const baselines = asBaselines(document);
  const there = new Set(baselines.map(({ suite }) => suite));
  return { baselines, name: `run ${document.runId}`, without: names.filter((name) => !there.has(name)) };
}

/** The newest runs mostly have every suite; the whole store is asked only where they do not. */
async function heldByLast(
  invocation: Invocation,
  { reports }: Project,
  names: readonly string[],
  branch: string | null,
): Promise<Held> {
  const parse = parseRunDocument;
  const recent = await openHistory(reports, { parse, last: PAST_RUNS });
  try {
    const past = await pastOf(recent, names);
    const found = await lastRuns(recent, names, { branch, parse, past }).catch(() => null);
    if (found !== null && found.without.length === 0) {
      tellSkipped(invocation, recent);
      return { found, past };
    }
    const whole = await openHistory(reports, { parse });
    try {
      tellSkipped(invocation, whole);
      return { found: await lastRuns(whole, names, { branch, parse, past }), past };
    } finally {
      whole.close();
    }
  } finally {
    recent.close();
  }
}

/** A host without a history, or without DuckDB, judges by what is usual. */
export async function pastIfAny(
  invocation: Invocation,
  { reports }: Project,
  suites: readonly string[],
): Promise<Past> {
  try {
    const history = await openHistory(reports, { parse: parseRunDocument, last: PAST_RUNS });
    try {
      return await pastOf(history, suites);
    } finally {
      history.close();
    }
  } catch (error) {
    if (!(error instanceof ParityError)) throw error;
    invocation.talk.write(`warning: ${cleanLine(error.message)}\n`);
    return NO_PAST;
  }
}

function tellWithout({ talk }: Invocation, { without, name }: AgainstFound): void {
  if (without.length > 0)
    talk.write(
      `warning: ${name} has nothing of ${without.map((suite) => cleanLine(suite)).join(', ')}: new\n`,
    );
}

/** What was left out of the history, by name. */
export function tellSkipped({ talk, context }: Invocation, { skipped }: Pick<History, 'skipped'>): void {
  for (const { path, problem } of skipped)
    talk.write(`warning: ${cleanLine(shown(context, path))} is left out: ${cleanLine(problem)}\n`);
}
