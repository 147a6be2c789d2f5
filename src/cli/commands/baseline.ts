import { relative, resolve } from 'node:path';
import { cliError } from '../../errors/catalogue/cli.ts';
import { historyError } from '../../errors/catalogue/history.ts';
import {
  allBaselines,
  baselinePath,
  baselinesFrom,
  formatBaseline,
  keyOf,
  NO_PAST,
  readBaseline,
  type Baseline,
  type SuitePlace,
} from '../../history/index.ts';
import { cleanLine, counted } from '../../reporters/format.ts';
import type { RunDocument } from '../../result/index.ts';
import { flagOption, listOption, textOption, type Command, type Invocation } from '../command.ts';
import { writeWhole } from '../durable.ts';
import { writeValue } from '../json.ts';
import { pastIfAny } from '../outcomes.ts';
import { findProject, projectOrHere, shown, type Project } from '../project.ts';
import { findRun, readRun } from '../store.ts';

export const baselineCommand: Command = {
  name: 'baseline',
  args: [
    { syntax: '<action>', description: '`set`: approve a run; `show`: what is approved' },
    {
      syntax: '[what...]',
      description: 'for `set` the run (default: latest), for `show` suites (default: all)',
    },
  ],
  summary: 'approve a run as the one that later runs are held against, or show it',
  options: ['project', 'out', 'suite', 'reason', 'force'],
  examples: [
    {
      line: 'onnx-parity baseline set latest --reason "runtime 1.31, reviewed"',
      does: 'writes suites/<suite>/baseline.json; commit it',
    },
    {
      line: 'onnx-parity baseline show digits-pytorch',
      does: 'when, why and from which run it was approved',
    },
  ],
  async run(invocation) {
    const [action, ...what] = invocation.args;
    if (action === 'set') return setBaseline(invocation, what);
    if (action === 'show') return showBaselines(invocation, what);
    throw cliError('USAGE', {
      problem: `Unknown action ${action ?? ''}. There are: set, show.`,
      command: 'baseline ',
    });
  },
};

async function setBaseline(invocation: Invocation, what: readonly string[]): Promise<number> {
  const { options, context, talk } = invocation;
  if (what.length > 1) throw cliError('USAGE', { problem: 'Name one run.', command: 'baseline ' });
  const reason = textOption(options, 'reason')?.trim() ?? '';
  if (reason === '') throw historyError('BASELINE_REASON', {});
  const project = projectOrHere(context, options);
  const document = await runToApprove(invocation, project, what[0] ?? 'latest');
  const past = await pastIfAny(
    invocation,
    project,
    document.suites.map(({ name }) => name),
  ).catch(() => NO_PAST);
  const wanted = listOption(options, 'suite');
  const all = baselinesFrom(document, { at: new Date().toISOString(), reason }, past);
  const baselines = wanted.length === 0 ? all : all.filter(({ suite }) => wanted.includes(suite));
  if (baselines.length === 0) {
    throw cliError('NOTHING_SELECTED', {
      selection: `--suite ${wanted.join(', ')}`,
      available: `The run has: ${all.map(({ suite }) => suite).join(', ')}.`,
    });
  }
  const places = baselines.map((baseline) => ({
    baseline,
    path: baselinePath(project.root, placeOf(document, baseline.suite, project)),
  }));
  // All are looked at before the first is written: a refusal leaves nothing half approved.
  const before = await Promise.all(places.map(({ path }) => readBaseline(path)));
  if (!flagOption(options, 'force'))
    baselines.forEach((baseline, at) => refuseLoss(baseline, before[at] ?? null));
  for (const { baseline, path } of places) {
    await writeWhole(path, [formatBaseline(baseline)]);
    const bad = baseline.checks.filter(({ verdict, skipped }) => verdict !== 'pass' && !skipped).length;
    const note =
      bad === 0 ? '' : `; ${counted(bad, 'check')} of it did not pass and are approved as they are`;
    talk.write(
      `${shown(context, path)}: ${counted(baseline.checks.length, 'check')} of run ${baseline.run.runId}${note}\n`,
    );
  }
  await writeValue(
    invocation,
    places.map(({ baseline: { suite, approved, run, checks }, path }) => ({
      suite,
      path: relative(project.root, path),
      approved,
      run,
      checks: checks.length,
    })),
  );
  return 0;
}

async function runToApprove(
  { context }: Invocation,
  { reports }: Project,
  run: string,
): Promise<RunDocument> {
  const path = await findRun(reports, run, context.cwd);
  const document = await readRun(path, shown(context, path));
  if (!document.complete || document.shard !== undefined)
    throw historyError('RUN_INCOMPLETE', { run: document.runId, use: 'approved' });
  if (document.checks.length === 0) throw historyError('RUN_EMPTY', { run: document.runId });
  return document;
}

function placeOf(document: RunDocument, suite: string, { root }: Project): SuitePlace {
  const file = document.suites.find(({ name }) => name === suite)?.file ?? null;
  return { name: suite, file: file === null ? null : resolve(root, file) };
}

/** A run of a few cases must not take the others out of the baseline unseen. */
function refuseLoss(baseline: Baseline, before: Baseline | null): void {
  if (before === null) return;
  const key = (check: Baseline['checks'][number]): string => keyOf({ ...check, suite: baseline.suite });
  const present = new Set(baseline.checks.map(key));
  const lost = before.checks.filter((check) => !present.has(key(check)));
  const [first] = lost;
  if (first === undefined) return;
  const example = [first.model, first.case, first.target, first.output ?? '']
    .filter((part) => part !== '')
    .join(' / ');
  throw historyError('BASELINE_SHRINKS', {
    suite: baseline.suite,
    lost: lost.length,
    example: cleanLine(example),
  });
}

async function showBaselines(invocation: Invocation, names: readonly string[]): Promise<number> {
  const { options, context, talk } = invocation;
  const project = findProject(context, options);
  if (project === null) throw cliError('NO_PROJECT', { folder: context.cwd });
  const wanted = [...names, ...listOption(options, 'suite')];
  const found = (await allBaselines(project.root)).filter(
    ({ baseline }) => wanted.length === 0 || wanted.includes(baseline?.suite ?? ''),
  );
  const broken = found.find(({ error }) => error !== null)?.error;
  if (broken) throw broken;
  const baselines = found.flatMap(({ baseline }) => (baseline === null ? [] : [baseline]));
  const missing = wanted.filter((name) => !baselines.some(({ suite }) => suite === name));
  if (missing.length > 0 || baselines.length === 0)
    throw historyError('NO_BASELINE', { suites: missing.join(', ') || 'any suite' });
  await writeValue(invocation, baselines);
  for (const baseline of baselines) talk.write(`${describe(baseline)}\n`);
  return 0;
}

function describe({ suite, approved, run, checks }: Baseline): string {
  const passed = checks.filter(({ verdict }) => verdict === 'pass').length;
  const runtimes = Object.entries(run.runtimes).map(
    ([target, version]) => `${target} ${version ?? 'unknown'}`,
  );
  return [
    `${cleanLine(suite)}  ${counted(checks.length, 'check')}, ${passed} passed`,
    `  approved ${approved.at}: ${cleanLine(approved.reason)}`,
    `  run ${cleanLine(run.runId)}${run.commit === null ? '' : `, commit ${run.commit.slice(0, 12)}`}, ${cleanLine(run.host.cpu)}, ${cleanLine(run.host.os)}`,
    `  ${cleanLine(runtimes.join(', '))}`,
  ].join('\n');
}
