import type { ChalkInstance } from 'chalk';
import type { Check, RunDocument } from '../../result/index.ts';
import { whyGroups } from '../../result/why-groups.ts';
import {
  allNeededText,
  checkName,
  cleanBlock,
  cleanLine,
  countsText,
  didNotPass,
  findings,
  formatDuration,
  headlineOf,
  modelName,
  nextStep,
  verdictSentence,
  whyText,
  worstText,
} from '../format.ts';
import { renderMetrics } from './metrics.ts';
import { paintFor, type TerminalKind } from './style.ts';

/** So many are told in full; the others get a line each, so that none is left unnamed. */
const FULLY_TOLD = 20;

/** Characters of one line of a table cell. */
const LONGEST_IN_CELL = 200;

/** The end of a run as a person reads it: what did not pass, why, what to do next, and the sentence. */
export async function renderSummary(document: RunDocument, kind: TerminalKind): Promise<string> {
  const paint = paintFor(kind);
  const parts = [
    problems(document, paint),
    renderMetrics(document, kind),
    await failures(document, kind, paint),
    causes(document, paint),
    closing(document, paint),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function problems(document: RunDocument, paint: ChalkInstance): string {
  return document.problems
    .map(({ message, hint }) => {
      const next = hint === '' ? '' : `\n  ${paint.dim(cleanBlock(hint))}`;
      return `${paint.red('error')} ${cleanBlock(message)}${next}`;
    })
    .join('\n');
}

async function failures(document: RunDocument, kind: TerminalKind, paint: ChalkInstance): Promise<string> {
  const found = findings(document);
  if (found.length === 0) return '';
  const shown = found.slice(0, FULLY_TOLD).map(({ check }) => check);
  const body = kind.interactive ? await table(shown, kind, paint) : plainList(shown, paint);
  const rest = found.slice(FULLY_TOLD).map(({ check }) => oneLine(check, paint));
  return [body, ...rest].join('\n');
}

/** Where more did not pass than are told in full: how many for which reason. */
function causes({ checks }: RunDocument, paint: ChalkInstance): string {
  const bad = checks.filter((check) => didNotPass(check));
  if (bad.length <= FULLY_TOLD) return '';
  const width = String(bad.length).length;
  const lines = whyGroups(bad).map(({ headline, code, count, example }) => {
    const label = [headline, code ?? 'no reason'].join(' ');
    return `  ${String(count).padStart(width)}  ${paint.red(label)}  ${paint.dim(`such as: ${shortened(example)}`)}`;
  });
  return [paint.bold('by reason'), ...lines].join('\n');
}

async function table(checks: readonly Check[], kind: TerminalKind, paint: ChalkInstance): Promise<string> {
  const { default: Table } = await import('cli-table3');
  const room = Math.max(60, kind.columns - 10);
  const widths = [0.3, 0.36, 0.34].map((share) => Math.floor(room * share));
  const rows = new Table({
    head: ['check', 'why', 'worst element, and what would pass'].map((text) => paint.bold(text)),
    colWidths: widths,
    wordWrap: true,
    wrapOnWordBoundary: false,
    style: { head: [], border: [], compact: false },
  });
  for (const check of checks) {
    rows.push([
      `${paint.red(headlineOf(check))} ${shortened(modelName(check))}\n${shortened(checkName(check))}`,
      `${shortened(whyText(check))}\n${paint.dim(shortened(nextStep(check)))}`,
      evidence(check)
        .map((line) => shortened(line))
        .join('\n'),
    ]);
  }
  return `${rows.toString()}\n${repeatLine(checks, paint)}`;
}

/** A line of a cell: wrapping thousands of characters takes the table minutes, and nobody reads them there. */
function shortened(line: string): string {
  return line.length <= LONGEST_IN_CELL ? line : `${line.slice(0, LONGEST_IN_CELL)}…`;
}

/** One block a check; each fact on a line of its own, so that a CI log can be searched. */
function plainList(checks: readonly Check[], paint: ChalkInstance): string {
  return checks
    .map((check) =>
      [
        `${paint.red(headlineOf(check))} ${modelName(check)}: ${checkName(check)}`,
        `  why     ${whyText(check)}`,
        ...evidence(check).map((line) => `  ${line}`),
        ...(nextStep(check) === '' ? [] : [`  next    ${nextStep(check)}`]),
        `  repeat  ${cleanLine(check.reproduce)}`,
      ].join('\n'),
    )
    .join('\n');
}

function oneLine(check: Check, paint: ChalkInstance): string {
  const facts = evidence(check).map((line) => line.replaceAll(/ {2,}/g, ' '));
  const why = facts.length === 0 ? [whyText(check)] : facts;
  return `${paint.red(headlineOf(check))} ${modelName(check)}: ${checkName(check)}  ${why.join('; ')}`;
}

function evidence(check: Check): readonly string[] {
  const lines: string[] = [];
  const [worst] = check.worst;
  if (worst !== undefined) lines.push(`worst   ${worstText(worst, check.dtype)}`);
  if (check.needed.length > 0) lines.push(`needs   ${allNeededText(check)}`);
  if (check.crash !== undefined) {
    const how = cleanLine(check.crash.signal ?? '') || `exit code ${check.crash.exitCode ?? 'unknown'}`;
    lines.push(`worker  ended by ${how}`);
  }
  return lines;
}

function repeatLine(checks: readonly Check[], paint: ChalkInstance): string {
  const [first] = checks;
  return first === undefined ? '' : `${paint.dim('repeat the first:')} ${cleanLine(first.reproduce)}`;
}

/** What stands before a failed check: its verdict, or its status where nothing was judged. */
function closing(document: RunDocument, paint: ChalkInstance): string {
  const passed = document.exitCode === 0;
  const mark = passed ? paint.green.bold('PASS') : paint.red.bold('FAIL');
  const sentence = `${mark} ${verdictSentence(document)}`;
  const notes = [
    ...warnings(document),
    `${countsText(document.summary)} in ${formatDuration(document.durationMs)}`,
  ];
  return [sentence, ...notes.map((note) => paint.dim(note))].join('\n');
}

/** What a reader must know although it fails nothing: each distinct warning once, with its count. */
function warnings(document: RunDocument): readonly string[] {
  const counts = new Map<string, { count: number; message: string }>();
  for (const check of document.checks) {
    for (const reason of check.reasons) {
      if (reason.level !== 'warn' || check.status === 'unavailable') continue;
      const known = counts.get(reason.code);
      if (known === undefined) counts.set(reason.code, { count: 1, message: reason.message });
      else known.count += 1;
    }
  }
  return [...counts].map(
    ([code, { count, message }]) =>
      `${code} on ${count} ${count === 1 ? 'check' : 'checks'}: ${cleanLine(message)}`,
  );
}
