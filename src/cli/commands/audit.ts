import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { ChalkInstance } from 'chalk';
import {
  applyProposals,
  auditBounds,
  observedBounds,
  percent,
  unifiedDiff,
  type BoundAudit,
  type BoundVerdict,
} from '../../audit/index.ts';
import { historyError } from '../../errors/catalogue/history.ts';
import { openHistory } from '../../history/index.ts';
import { cleanLine, counted, formatNumber } from '../../reporters/format.ts';
import { parseRunDocument } from '../../reporters/json/index.ts';
import { renderHtml } from '../../reporters/html/index.ts';
import { paintFor } from '../../reporters/terminal/index.ts';
import type { ReportAudit } from '../../result/report-history.ts';
import type { Suite } from '../../suite/types.ts';
import { flagOption, numberOption, textOption, type Command, type Invocation } from '../command.ts';
import { declaredBounds } from '../declared-bounds.ts';
import { writeWhole } from '../durable.ts';
import { table } from '../history-text.ts';
import { writeValue } from '../json.ts';
import { tellSkipped } from '../outcomes.ts';
import { shown, type Project } from '../project.ts';
import { reportExtras } from '../report-extras.ts';
import { chooseSuites } from '../selection.ts';
import { findRun, readRun } from '../store.ts';

const RECENT = 20;

export const auditCommand: Command = {
  name: 'audit',
  args: [{ syntax: '[suite...]', description: 'suites by name or pattern (default: all)' }],
  summary: 'is each tolerance justified by what the stored runs measured?',
  options: ['project', 'out', 'last', 'patch', 'strict', 'html'],
  examples: [
    {
      line: 'onnx-parity audit',
      does: 'every bound with its worst use, and which are loose, tight, below the noise or never exercised',
    },
    {
      line: 'onnx-parity audit digits-pytorch --patch bounds.patch',
      does: 'proposed bounds as a patch to the suite file; review, then: git apply bounds.patch',
    },
  ],
  async run(invocation) {
    const { options, context, talk, terminal } = invocation;
    const { project, suites, problems } = await chooseSuites(invocation);
    for (const { message, hint } of problems) talk.write(`error ${message}\n  ${hint}\n`);
    const history = await openHistory(project.reports, { parse: parseRunDocument });
    try {
      tellSkipped(invocation, history);
      if (history.runs.length === 0)
        throw historyError('NO_RUNS', { folder: shown(context, project.reports) });
      const observed = await observedBounds(
        history,
        suites.map(({ name }) => name),
      );
      const recentFrom = history.runs.length - (numberOption(options, 'last') ?? RECENT);
      const audits = auditBounds(
        suites.flatMap((suite) => declaredBounds(suite)),
        observed,
        { recentFrom },
      ).toSorted(byUrgency);
      const patch = await patchFor(project, suites, audits);
      await writeValue(invocation, { runs: history.runs.length, audits, patch: patch.diff });
      const file = textOption(options, 'patch');
      if (file !== undefined) await writeWhole(resolve(context.cwd, file), [patch.diff]);
      await writePage(invocation, project, { runs: history.runs.length, audits, patch: patch.diff });
      if (textOption(options, 'json') !== '-') tell(invocation, audits, patch, paintFor(terminal));
      if (problems.length > 0) return 2;
      return flagOption(options, 'strict') && audits.some(({ verdict }) => verdict !== 'justified') ? 1 : 0;
    } finally {
      history.close();
    }
  },
};

/** `--html FILE`: the page of the latest run with the audit in it. */
async function writePage(invocation: Invocation, project: Project, audit: ReportAudit): Promise<void> {
  const { options, context, talk } = invocation;
  const file = textOption(options, 'html');
  if (file === undefined) return;
  const path = await findRun(project.reports, 'latest', context.cwd);
  const document = await readRun(path, shown(context, path));
  const extras = await reportExtras(invocation, project, document);
  const page = resolve(context.cwd, file);
  await writeWhole(page, [await renderHtml(document, { ...extras, audit })]);
  talk.write(`report: ${shown(context, page)}#/audit\n`);
}

const ORDER: readonly BoundVerdict[] = ['below the noise', 'tight', 'never exercised', 'loose', 'justified'];

function byUrgency(left: BoundAudit, right: BoundAudit): number {
  return ORDER.indexOf(left.verdict) - ORDER.indexOf(right.verdict);
}

interface Patch {
  readonly diff: string;
  /** Suites whose file is a script, and bounds that no number stands for. */
  readonly byHand: readonly BoundAudit[];
}

async function patchFor(
  project: Project,
  suites: readonly Suite[],
  audits: readonly BoundAudit[],
): Promise<Patch> {
  const diffs: string[] = [];
  const byHand: BoundAudit[] = [];
  for (const { name, file } of suites) {
    const proposed = audits.filter(
      ({ bound, proposal }) => bound.suite === name && proposal !== null && bound.path !== null,
    );
    if (file === null || proposed.length === 0) continue;
    if (!/\.(ya?ml|json)$/.test(file)) {
      byHand.push(...proposed);
      continue;
    }
    const before = await readFile(file, 'utf8');
    const { text, left } = applyProposals(before, proposed);
    byHand.push(...left);
    diffs.push(unifiedDiff(relative(project.root, file).split('\\').join('/'), before, text));
  }
  return { diff: diffs.join(''), byHand };
}

function tell(
  { talk, options }: Invocation,
  audits: readonly BoundAudit[],
  { diff, byHand }: Patch,
  paint: ChalkInstance,
): void {
  const rows = audits.map((audit) => [
    audit.verdict,
    boundText(audit),
    originText(audit),
    audit.worstEver === null ? '–' : percent(audit.worstEver),
    audit.worstRecent === null ? '–' : percent(audit.worstRecent),
    `${audit.checks} × ${audit.runs}`,
    audit.share === null ? '–' : shareText(audit.share),
    audit.proposal === null ? '–' : proposalText(audit),
  ]);
  talk.write(
    `${table([['verdict', 'bound', 'from', 'worst ever', 'lately', 'checks × runs', 'of typical value', 'proposed'], ...rows], paint)}\n\n`,
  );
  for (const { verdict, why, proposal, ...audit } of audits) {
    if (verdict === 'justified') continue;
    talk.write(`${verdict}: ${boundText(audit)} (${originText(audit)}). ${why}\n`);
    if (proposal !== null) talk.write(`  ${paint.dim(`proposed: ${proposal.basis}`)}\n`);
  }
  for (const audit of byHand)
    talk.write(
      `${paint.yellow('by hand')}: ${boundText(audit)} (${originText(audit)}), times ${formatNumber(audit.proposal?.factor ?? 1)}\n`,
    );
  const file = textOption(options, 'patch');
  if (diff !== '')
    talk.write(file === undefined ? `\n${diff}` : `patch: ${file}; review it, then: git apply ${file}\n`);
  const open = audits.filter(({ verdict }) => verdict !== 'justified').length;
  talk.write(`${counted(audits.length, 'bound')}, ${open} to look at\n`);
}

function boundText({ bound: { metric, limit, atol, rtol, expression } }: Pick<BoundAudit, 'bound'>): string {
  if (expression !== null) return cleanLine(expression);
  const mismatch = [
    ...(atol === null ? [] : [`atol ${formatNumber(atol)}`]),
    ...(rtol === null ? [] : [`rtol ${formatNumber(rtol)}`]),
  ];
  if (mismatch.length > 0) return mismatch.join(', ');
  return limit === null ? cleanLine(metric) : `${cleanLine(metric)} ${formatNumber(limit)}`;
}

function originText({ bound: { suite, from, owner, ofCase } }: Pick<BoundAudit, 'bound'>): string {
  return [suite, from, owner ?? '', ofCase === null ? '' : `in ${ofCase}`]
    .filter((part) => part !== '')
    .map((part) => cleanLine(part))
    .join(' ');
}

function shareText([low, high]: readonly [number, number]): string {
  return percent(low) === percent(high) ? percent(low) : `${percent(low)} to ${percent(high)}`;
}

function proposalText({ bound, proposal }: BoundAudit): string {
  if (proposal === null) return '–';
  if (bound.expression !== null) return `× ${formatNumber(proposal.factor)}`;
  return boundText({ bound: { ...bound, limit: proposal.limit, atol: proposal.atol, rtol: proposal.rtol } });
}
