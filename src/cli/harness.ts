import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { createProgress } from '../reporters/terminal/index.ts';
import type { PlannedRef, RunDocument, RunProblem } from '../result/index.ts';
import {
  createTensorKeeper,
  planRun,
  run,
  type PlannedCase,
  type Reproduce,
  type RunRequest,
} from '../run/index.ts';
import type { Suite } from '../suite/types.ts';
import { createExecutor, type ExecutorOptions } from '../workers/index.ts';
import { probeWritable } from './durable.ts';
import { numberOption, textOption, flagOption, type Invocation, type OptionValues } from './command.ts';
import { deliver, judgeOptions } from './deliver.ts';
import type { Outcomes } from './outcomes.ts';
import type { Project } from './project.ts';
import { commandLine } from './reproduce.ts';
import type { ResumedRun } from './recording.ts';
import { chooseShard, partOf } from './shard.ts';
import { newRunId } from './run-id.ts';
import type { RunFolder } from './store.ts';
import { ownTemporaryFolder } from './temporary.ts';
import { toolVersion } from './version.ts';

const DEFAULT_TIMEOUT_SECONDS = 60;

export interface Work {
  readonly project: Project;
  readonly suites: readonly Suite[];
  readonly problems: readonly RunProblem[];
  readonly reproduce: Reproduce;
  /** True where the selection left cases out on purpose. */
  readonly selective: boolean;
  /** True where cases, models or targets were left out on purpose; nothing of them is missed in the baseline. */
  readonly narrowed?: boolean;
  /** Whether the run becomes a folder under reports/. */
  readonly store: boolean;
  /** The interrupted run that this one completes. */
  readonly resumed?: ResumedRun;
  /** How often a case that did not pass is tried again. */
  readonly retries?: number;
  readonly shuffleSeed?: number;
}

/** Runs suites for a command: workers, progress, result document, run folder, summary, exit code. */
export async function runForCommand(invocation: Invocation, work: Work): Promise<number> {
  const { options, context, talk, terminal } = invocation;
  const judge = await judgeOptions(options);
  await probeOutputs(invocation);
  const facts = {
    root: work.project.root,
    suites: work.suites,
    problems: work.problems,
    command: work.resumed?.header.document.command ?? commandLine(context.words),
    toolVersion: toolVersion(),
  };
  const part = partFor(invocation, work);
  const outcomes = await outcomesFor(invocation, work, part);
  const opened = work.store
    ? await (await import('./recording.ts')).openRecording(invocation, work, { ...facts, ...part })
    : null;
  const removeTemporary = ownTemporaryFolder();
  const executor = createExecutor(workersFrom(invocation));
  const progress = await createProgress(talk, terminal);
  let document: RunDocument;
  try {
    document = await run(
      {
        ...facts,
        ...part,
        reproduce: work.reproduce,
        runId: opened?.folder.runId ?? newRunId(new Date()),
        timeoutMs: timeoutMs(invocation),
        judge,
        failFast: flagOption(options, 'failFast'),
        retries: work.retries ?? 0,
        ...(work.shuffleSeed === undefined ? {} : { shuffleSeed: work.shuffleSeed }),
        selective: work.selective,
        executor,
        liveSource: async (source) => (await import('../sources/index.ts')).createLiveSource(source),
        signal: context.signal,
        ...(opened === null ? {} : { recorder: opened.recorder, ...keeperFor(options, opened.folder) }),
      },
      {
        onPlan: (plan) => progress.plan(plan),
        onCase: (done) => progress.ended(done),
      },
    );
  } catch (error) {
    await opened?.abandon();
    throw error;
  } finally {
    progress.stop();
    await executor.close();
    await removeTemporary();
    opened?.folder.journal.close();
  }
  return deliver(
    invocation,
    { project: work.project, folder: opened?.folder ?? null },
    outcomes.settle(document),
  );
}

/** What `--shard` leaves to this process. */
function partFor({ options, context }: Invocation, { suites }: Work): Pick<RunRequest, 'part'> {
  const choice = chooseShard(textOption(options, 'shard'), context.env);
  if (choice === null) return {};
  const planned = planRun(suites).flatMap(({ cases }) => cases);
  const { mine, shard } = partOf(planned, placeOf, choice);
  const kept = new Set(mine.map(({ index }) => index));
  return { part: { keeps: ({ index }) => kept.has(index), shard } };
}

/** Of a part of the plan only that part can be missed. */
async function outcomesFor(
  invocation: Invocation,
  { project, suites, narrowed, store }: Work,
  { part }: Pick<RunRequest, 'part'>,
): Promise<Outcomes> {
  const places = suites.map(({ name, file }) => ({ name, file }));
  if (!store) return { settle: (document) => document };
  const { prepareOutcomes } = await import('./outcomes.ts');
  if (narrowed !== true && part === undefined) return prepareOutcomes(invocation, project, places);
  const planned = planRun(suites).flatMap(({ cases }) => cases);
  const mine = part === undefined ? planned : planned.filter(part.keeps);
  const keys = new Set(mine.map((item) => placeKey(placeOf(item))));
  return prepareOutcomes(invocation, project, places, (key) => keys.has(placeKey(key)));
}

type Place = Omit<PlannedRef, 'shard'>;

function placeOf({ suite, model, case: item, target }: PlannedCase): Place {
  return { suite: suite.name, model: model.name, case: item.name, target: target.name };
}

function placeKey({ suite, model, case: name, target }: Place): string {
  return JSON.stringify([suite, model, name, target]);
}

/** What `--json=FILE` and `--html FILE` name must be writable before an hour of work is put into it. */
async function probeOutputs({ options, context }: Invocation): Promise<void> {
  for (const name of ['json', 'html'] as const) {
    const file = textOption(options, name);
    if (file !== undefined && file !== '-') await probeWritable(resolve(context.cwd, file));
  }
}

const MEBIBYTE = 2 ** 20;
const EVIDENCE_MEBIBYTES = 64;

/** None where evidence is turned off. */
function keeperFor(options: OptionValues, { path }: RunFolder): Pick<RunRequest, 'keeper'> {
  const budget = numberOption(options, 'evidence') ?? EVIDENCE_MEBIBYTES;
  return budget === 0 ? {} : { keeper: createTensorKeeper(path, budget * MEBIBYTE) };
}

/** How many workers there are, and what each may hold. */
function workersFrom(invocation: Invocation): ExecutorOptions {
  const memory = numberOption(invocation.options, 'memory');
  return {
    jobs: jobsFrom(invocation),
    ...(memory === undefined ? {} : { memoryLimitBytes: memory * MEBIBYTE }),
  };
}

/** More than four workers seldom pay: the models of a suite are small, and memory counts too. */
function jobsFrom({ options }: Invocation): number {
  return numberOption(options, 'jobs') ?? Math.min(4, availableParallelism());
}

export function timeoutMs({ options }: Pick<Invocation, 'options'>): number {
  return (numberOption(options, 'timeout') ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
}
