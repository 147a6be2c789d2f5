/** What a report page gets besides its run: the stored runs of its suites and their approved values. */
import { readdir } from 'node:fs/promises';
import {
  allBaselines,
  appendRun,
  factsOfHistory,
  historyForReport,
  NO_FACTS,
  openHistory,
  readFacts,
  stampsOf,
  writeFacts,
  type HistoryFacts,
} from '../history/index.ts';
import { cleanLine } from '../reporters/format.ts';
import { parseRunDocument } from '../reporters/json/index.ts';
import type { RunDocument } from '../result/index.ts';
import type { ReportExtras } from '../result/report-history.ts';
import type { Invocation } from './command.ts';
import type { Project } from './project.ts';

/** Runs that a page shows; more would not be told apart on a screen. */
const RUNS = 100;
/** Folders looked at: some are interrupted runs, which do not count. */
const FOLDERS = RUNS + 10;

/** For `report`, which takes its time. A page without a history is better than none: what is in the way is told, never thrown. */
export function reportExtras(
  invocation: Pick<Invocation, 'talk'>,
  project: Project,
  document: RunDocument,
): Promise<ReportExtras> {
  return unlessBroken(invocation, async () => {
    const folders = await foldersOf(project.reports);
    if (folders.every((folder) => folder === document.runId)) return {};
    return extrasFrom(project, document, await readStore(project.reports, folders), RUNS);
  });
}

/** A run may take a twentieth longer for what the page says beside it; half of that is for reading it. */
const SHARE_OF_RUN = 0.025;
/** Milliseconds per number of a page, and for reading the store of one without a copy of its newest runs. */
const PER_CELL_MS = 0.004;
const STORE_MS = 1500;
const LEAST_CELLS = 20_000;

/** For `run`, whose own folder is written already: from the copy that the run before left, else from the store where that is quick. */
export function extrasAfterRun(
  invocation: Pick<Invocation, 'talk'>,
  project: Project,
  document: RunDocument,
): Promise<ReportExtras> {
  return unlessBroken(invocation, async () => {
    const { reports } = project;
    const folders = await foldersOf(reports);
    const before = folders.filter((folder) => folder !== document.runId);
    const copy =
      before.length === 0
        ? NO_FACTS
        : await readFacts(reports, await stampsOf(reports, before.slice(-FOLDERS)));
    const affordable = document.durationMs * SHARE_OF_RUN;
    if (copy !== null && follows(copy, document)) {
      const facts = appendRun(copy, document, RUNS);
      await keep(reports, folders, facts);
      const cells = Math.max(LEAST_CELLS, affordable / PER_CELL_MS);
      return extrasFrom(project, document, facts, Math.floor(cells / Math.max(1, document.checks.length)));
    }
    if (before.length > RUNS && affordable < STORE_MS) {
      invocation.talk.write('hint: `onnx-parity report` adds the stored runs to the page of this one\n');
      return {};
    }
    return extrasFrom(project, document, await readStore(reports, folders), RUNS);
  });
}

async function unlessBroken(
  { talk }: Pick<Invocation, 'talk'>,
  make: () => Promise<ReportExtras>,
): Promise<ReportExtras> {
  try {
    return await make();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    talk.write(`warning: the report has no history: ${cleanLine(problem)}\n`);
    return {};
  }
}

async function foldersOf(reports: string): Promise<readonly string[]> {
  const entries = await readdir(reports, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((found) => found.isDirectory() && !found.name.startsWith('.'))
    .map(({ name }) => name)
    .toSorted();
}

/** Joined and resumed runs may have begun before others that are there already. */
function follows({ runs }: HistoryFacts, { startedAt, merged }: RunDocument): boolean {
  const last = runs.at(-1)?.startedAt ?? -Infinity;
  return merged === undefined && Date.parse(startedAt) >= last;
}

async function readStore(reports: string, folders: readonly string[]): Promise<HistoryFacts> {
  const history = await openHistory(reports, { parse: parseRunDocument, last: RUNS });
  try {
    const facts = await factsOfHistory(history);
    if (history.skipped.length === 0) await keep(reports, folders, facts);
    return facts;
  } finally {
    history.close();
  }
}

/** Only a copy: a store that cannot be written to is read again the next time. */
async function keep(reports: string, folders: readonly string[], facts: HistoryFacts): Promise<void> {
  const stamps = await stampsOf(reports, folders.slice(-FOLDERS));
  await writeFacts(reports, stamps, facts).catch(() => {});
}

async function extrasFrom(
  { root }: Project,
  document: RunDocument,
  facts: HistoryFacts,
  last: number,
): Promise<ReportExtras> {
  const baselines = (await allBaselines(root)).flatMap(({ baseline }) => baseline ?? []);
  const suites = [...new Set(document.checks.map(({ suite }) => suite))];
  const found = historyForReport(facts, { suites, baselines, last });
  // One run alone has no history.
  return found === null || found.runs.length < 2 ? {} : { history: found };
}
