/** From a journal back to a document, and on to the rest of the run. */
import { journalError } from '../errors/catalogue/journal.ts';
import type { RunDocument } from '../result/index.ts';
import type { Suite } from '../suite/types.ts';
import { exitCodeOf, summarise } from './exit-code.ts';
import { changedFiles } from './file-prints.ts';
import { JOURNAL_VERSION, type CaseRecord, type Journal, type RunHeader } from './journal.ts';
import { differencesOf, type PlanPrint } from './resume-plan.ts';

/**
 * The document of a run that has not ended: every finished check, in the order of the plan, never complete and never
 * with exit code 0. `path` names the journal in errors. @throws ParityError JOURNAL_UNREADABLE
 */
export function documentOfJournal(journal: Journal, path: string): RunDocument {
  const header = headerOf(journal, path);
  const records = [...journal.cases.values()].toSorted((left, right) => left.index - right.index);
  const checks = records.flatMap((record) => record.checks);
  return {
    ...header.document,
    durationMs: elapsedOf(journal.cases),
    complete: false,
    exitCode: Math.max(1, exitCodeOf(checks, header.document.problems, null)),
    summary: summarise(checks),
    checks,
  };
}

/** @throws ParityError JOURNAL_UNREADABLE */
export function headerOf({ header, damaged }: Journal, path: string): RunHeader {
  if (header === null) {
    const problem = damaged === 0 ? 'The journal is empty.' : 'The first line of the journal is damaged.';
    throw journalError('JOURNAL_UNREADABLE', { path, problem });
  }
  if (header.version > JOURNAL_VERSION) {
    const problem = `The journal has version ${String(header.version)}; this version of onnx-parity reads up to ${JOURNAL_VERSION}.`;
    throw journalError('JOURNAL_UNREADABLE', { path, problem });
  }
  return header;
}

/** Time that a run has worked, in milliseconds. */
export function elapsedOf(cases: ReadonlyMap<number, CaseRecord>): number {
  return [...cases.values()].reduce((most, { elapsedMs }) => Math.max(most, elapsedMs), 0);
}

/** Refuses to go on with another plan than the one that was begun. @throws ParityError RESUME_DIFFERS */
export async function holdToPlan(
  before: RunHeader,
  now: PlanPrint,
  suites: readonly Suite[],
  root: string,
): Promise<void> {
  if (before.plan === null) return;
  const { runId: run, startedAt } = before.document;
  const since = Date.parse(startedAt);
  const files = await changedFiles(suites, root, { since, prints: before.files });
  const shown = files.length > 5 ? [...files.slice(0, 5), `${files.length - 5} more files`] : files;
  const differences = [...differencesOf(before.plan, now), ...shown];
  if (differences.length > 0) throw journalError('RESUME_DIFFERS', { run, differences });
}
