import type { Check, RunDocument } from '../../result/document.ts';
import { didNotPass, findings, standingOf, utilisationOf } from '../../result/reading.ts';
import type { Finding } from '../../result/reading.ts';
import {
  allNeededText,
  checkName,
  formatDuration,
  formatElement,
  formatIndex,
  formatNumber,
  modelName,
  nextStep,
  verdictSentence,
  whyText,
} from '../../result/wording.ts';
import { whyGroups } from '../../result/why-groups.ts';
import { toWire } from '../../result/wire.ts';
import { codeSpan, escapeMarkdown } from './escape.ts';

/** Rows of failures; a CI summary ends at 1 MiB, and nobody reads on after some dozens. */
const MAX_FAILURES = 50;

/** The run as Markdown for a CI summary: verdict, counts, suites × targets, failures with their next step. */
export function renderMarkdown(document: RunDocument): string {
  const bad = findings(document);
  const sections = [
    `## ${document.exitCode === 0 ? '✅' : '❌'} onnx-parity: ${escapeMarkdown(verdictSentence(document))}`,
    countsTable(document),
    problems(document),
    matrix(document),
    causes(bad),
    failures(bad),
    provenance(document),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function countsTable({ summary }: RunDocument): string {
  const head = ['checks', 'passed', 'failed', 'void', 'unverified', 'not run'];
  const row = [
    summary.checks,
    summary.passed,
    summary.failed,
    summary.void,
    summary.unverified,
    summary.notRun,
  ];
  return table(
    head,
    [row.map(String)],
    head.map(() => 'right'),
  );
}

function problems(document: RunDocument): string {
  if (document.problems.length === 0) return '';
  const lines = document.problems.map(
    ({ code, message, hint }) =>
      `- **${escapeMarkdown(code)}** ${escapeMarkdown(message)} ${escapeMarkdown(hint)}`,
  );
  return ['### Problems', '', ...lines].join('\n');
}

function matrix(document: RunDocument): string {
  const targets = [...new Set(document.checks.map(({ target }) => target))];
  const suites = [...new Set(document.checks.map(({ suite }) => suite))];
  if (suites.length === 0) return '';
  const cells = groupCells(document);
  const rowOf = (suite: string) => targets.map((target) => cell(cells.get(suite)?.get(target) ?? []));
  const rows = suites.map((suite) => [escapeMarkdown(suite)].concat(rowOf(suite)));
  return [
    '### Suites × targets',
    '',
    table(['suite', ...targets.map(escapeMarkdown)], rows),
    '',
    'Passed of all checks, and the largest error ÷ allowed (up to 1 passes).',
  ].join('\n');
}

function groupCells(document: RunDocument): ReadonlyMap<string, ReadonlyMap<string, readonly Check[]>> {
  const suites = new Map<string, Map<string, Check[]>>();
  for (const check of document.checks) {
    const row = suites.get(check.suite) ?? new Map<string, Check[]>();
    suites.set(check.suite, row);
    const group = row.get(check.target) ?? [];
    row.set(check.target, group);
    group.push(check);
  }
  return suites;
}

function cell(checks: readonly Check[]): string {
  if (checks.length === 0) return '–';
  const passed = checks.filter((check) => standingOf(check) === 'passed').length;
  if (passed === 0 && checks.every((check) => standingOf(check) === 'skipped')) return '⚪ not run';
  const used = checks.map(utilisationOf).filter((value) => value !== null);
  const worst = used.some(Number.isNaN) ? Number.NaN : Math.max(...used);
  const mark = checks.some(didNotPass) ? '❌' : '✅';
  return `${mark} ${passed}/${checks.length}${used.length === 0 ? '' : ` · ${formatNumber(toWire(worst))}`}`;
}

/** Where not every failure has a row: how many for which reason. */
function causes(bad: readonly Finding[]): string {
  if (bad.length <= MAX_FAILURES) return '';
  const groups = whyGroups(bad.map(({ check }) => check));
  const targets = [...new Set(groups.flatMap(({ byTarget }) => [...byTarget.keys()]))];
  const rows = groups.map(({ headline, code, byTarget, example }) => [
    `**${headline}** ${code === null ? '' : codeSpan(code)}`,
    ...targets.map((target) => String(byTarget.get(target) ?? 0)),
    escapeMarkdown(example),
  ]);
  const head = ['reason', ...targets.map((target) => escapeMarkdown(target)), 'such as'];
  const align = head.map((_, column) => (column > 0 && column <= targets.length ? 'right' : 'left'));
  return ['### By reason', '', table(head, rows, align)].join('\n');
}

function failures(bad: readonly Finding[]): string {
  if (bad.length === 0) return '';
  const shown = bad.slice(0, MAX_FAILURES);
  const head = ['verdict', 'check', 'why', 'worst index', 'expected', 'actual', 'passes with'];
  const rows = shown.map(({ check }) => failureRow(check));
  const steps = shown.map(({ check }) => stepsOf(check));
  const more = bad.length - shown.length;
  return [
    '### Did not pass',
    '',
    table(head, rows),
    ...(more > 0 ? ['', `… and ${more} more: see the report.`] : []),
    '',
    '<details><summary>Next steps and commands</summary>',
    '',
    ...steps,
    '',
    '</details>',
  ].join('\n');
}

function failureRow(check: Check): readonly string[] {
  const [worst] = check.worst;
  return [
    `**${check.outcome === 'regressed' ? check.outcome : standingOf(check)}**${check.verdict === null ? ` (${check.status})` : ''}`,
    escapeMarkdown(`${modelName(check)} / ${checkName(check)}`),
    escapeMarkdown(whyText(check)),
    worst === undefined ? '' : codeSpan(formatIndex(worst.index)),
    worst === undefined ? '' : codeSpan(formatElement(worst.expected, check.dtype)),
    worst === undefined ? '' : codeSpan(formatElement(worst.actual, check.dtype)),
    escapeMarkdown(allNeededText(check)),
  ];
}

function stepsOf(check: Check): string {
  const step = nextStep(check);
  const name = escapeMarkdown(`${modelName(check)} / ${checkName(check)}`);
  const reproduce = check.reproduce === '' ? '' : `  \n  ${codeSpan(check.reproduce)}`;
  return `- ${name}${step === '' ? '' : `: ${escapeMarkdown(step)}`}${reproduce}`;
}

function provenance(document: RunDocument): string {
  const { tool, host, source, runId } = document;
  const commit = source.commit === null ? '' : ` · commit ${codeSpan(source.commit.slice(0, 12))}`;
  const parts = [`onnx-parity ${tool.version}`, host.os, host.arch, `Node ${host.node}`].map(escapeMarkdown);
  return `<sub>run ${codeSpan(runId)} · ${formatDuration(document.durationMs)} · ${parts.join(' · ')}${commit}</sub>`;
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly ('left' | 'right')[] = [],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (align[column] === 'right' ? '---:' : '---'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
