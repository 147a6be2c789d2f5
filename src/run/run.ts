import { performance } from 'node:perf_hooks';
import {
  SCHEMA_VERSION,
  type Check,
  type RunDocument,
  type RunProblem,
  type Shard,
  type TargetInfo,
} from '../result/index.ts';
import type { LiveSource } from '../sources/types.ts';
import type { SourceSpec, Suite } from '../suite/types.ts';
import type { Executor } from '../workers/types.ts';
import { attemptPlan } from './attempts.ts';
import type { Reproduce } from './check.ts';
import { droppedCases } from './dropped.ts';
import type { RunEvents } from './events.ts';
import { exitCodeOf, summarise } from './exit-code.ts';
import { describeHost } from './host.ts';
import { printFiles } from './file-prints.ts';
import type { DocumentHead, RunHeader } from './journal.ts';
import type { JudgeOptions } from './judge.ts';
import { planRun, type PlannedCase, type PlannedJob } from './plan.ts';
import type { Recorder } from './recorder.ts';
import { printOf } from './resume-plan.ts';
import { elapsedOf, holdToPlan } from './resume.ts';
import { describeSource } from './source.ts';
import { describeSuites } from './suites.ts';
import type { TensorKeeper } from './tensor-keeper.ts';
import { correctTargets, meetTargets } from './targets.ts';

/** What a run needs to know; everything else is in the suites. */
export interface RunRequest {
  /** Absolute folder that paths in the result are relative to. */
  readonly root: string;
  readonly suites: readonly Suite[];
  /** Suite files and selections that could not be used; they make the run exit 2 after the others ran. */
  readonly problems: readonly RunProblem[];
  /** The command line as typed, for the result. */
  readonly command: string;
  /** Command line that repeats one check. */
  readonly reproduce: Reproduce;
  readonly runId: string;
  readonly toolVersion: string;
  readonly timeoutMs: number;
  readonly judge: JudgeOptions;
  readonly failFast: boolean;
  /** How often a case that did not pass is tried again; 0 where absent. */
  readonly retries?: number;
  /** Shuffles the order of execution, never that of the result. */
  readonly shuffleSeed?: number;
  /** True where some cases were left out on purpose, so that goldens without a case are no alarm. */
  readonly selective: boolean;
  /** The part of the plan that this process executes, where others execute the rest; all where absent. */
  readonly part?: RunPart;
  readonly executor: Executor;
  readonly liveSource: (source: SourceSpec) => Promise<LiveSource>;
  readonly signal: AbortSignal;
  /** Keeps what is finished, and knows what was finished before. */
  readonly recorder?: Recorder;
  /** Keeps the tensors of failed comparisons. */
  readonly keeper?: TensorKeeper;
}

/** One part of a plan that several hosts share. */
export interface RunPart {
  readonly keeps: (planned: PlannedCase) => boolean;
  readonly shard: Shard;
}

/**
 * Runs suites and returns the complete result; never throws for what a model, runtime or source does.
 * @throws ParityError RESUME_DIFFERS
 */
export async function run(request: RunRequest, events: RunEvents = {}): Promise<RunDocument> {
  const startedAt = new Date();
  const started = performance.now();
  const before = request.recorder?.before ?? new Map();
  const [targets, source] = await Promise.all([
    unlessStopped(meetTargets(request.suites, request.executor), new Map(), request.signal),
    // What was given on the command line does not depend on the state of the project.
    describeSource(
      request.root,
      request.suites.some(({ file }) => file !== null),
    ),
  ]);
  const plan = kept(planRun(request.suites), request.part);
  const head: DocumentHead = {
    ...(await headOf(request, startedAt)),
    source,
    targets: [...targets.values()],
  };
  const ended = new AbortController();
  if (!request.signal.aborted) await record(request, head, plan, targets, ended.signal);
  events.onPlan?.({
    suites: request.suites.map((suite) => suite.name),
    targets: head.targets,
    jobs: plan.map((job) => ({
      suite: job.suite.name,
      target: job.target.name,
      cases: job.cases.filter(({ index }) => !before.has(index)).length,
    })),
  });

  const executed = await attemptPlan(plan, targets, request, events, started).finally(() => ended.abort());
  // Of several shards the first tells it: one row each would be rows that an undivided run does not have.
  const tellsDropped = !request.selective && (request.part?.shard.index ?? 1) === 1;
  const dropped = tellsDropped ? await droppedCases(request.suites, request.reproduce) : [];
  const judged = request.keeper?.settle(executed.checks) ?? executed.checks;
  const checks: readonly Check[] = [...judged, ...dropped];

  const interrupted = interruptionOf(request.signal);
  return {
    ...head,
    durationMs: Math.round(elapsedOf(before) + performance.now() - started),
    complete: interrupted === null && executed.complete,
    exitCode: exitCodeOf(checks, request.problems, interrupted),
    summary: summarise(checks),
    suites: describeSuites(request.suites, request.root, executed.modelHashes),
    targets: correctTargets(head.targets, checks),
    checks,
  };
}

/** What is known of the document before anything was started. */
export async function headOf(
  request: Pick<
    RunRequest,
    'root' | 'suites' | 'problems' | 'command' | 'runId' | 'toolVersion' | 'recorder' | 'part'
  >,
  startedAt: Date,
): Promise<DocumentHead> {
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'onnx-parity', version: request.toolVersion },
    runId: request.runId,
    command: request.command,
    startedAt: request.recorder?.resumed?.document.startedAt ?? startedAt.toISOString(),
    host: describeHost(),
    source: { commit: null, branch: null, dirty: null },
    ...(request.part === undefined ? {} : { shard: request.part.shard }),
    suites: describeSuites(request.suites, request.root, new Map()),
    targets: [],
    problems: request.problems,
  };
}

/** Writes the plan down, or holds it against the one that is resumed; `ended` tells when the run has. */
async function record(
  request: RunRequest,
  document: DocumentHead,
  plan: readonly PlannedJob[],
  targets: ReadonlyMap<string, TargetInfo>,
  ended: AbortSignal,
): Promise<void> {
  const { recorder, root, suites, toolVersion, judge } = request;
  if (recorder === undefined) return;
  const print = printOf({ root, toolVersion, host: document.host, settings: judge, suites, plan, targets });
  if (recorder.resumed !== null) await holdToPlan(recorder.resumed, print, suites, root);
  recorder.begin({ document, plan: print });
  if (recorder.resumed?.files === undefined)
    void keepPrints(recorder, { document, plan: print }, request, ended);
}

/** Writes down what the files hold while the first cases run. Without it a run is resumed by the times of its files. */
async function keepPrints(
  recorder: Recorder,
  header: Pick<RunHeader, 'document' | 'plan'>,
  { suites, root }: RunRequest,
  ended: AbortSignal,
): Promise<void> {
  const since = Date.parse(header.document.startedAt);
  const files = await printFiles(suites, root, since, ended).catch(() => null);
  if (files !== null && !ended.aborted) recorder.begin({ ...header, files });
}

/** What is awaited, or `otherwise` as soon as the run is stopped; closing the executor ends what goes on. */
async function unlessStopped<T>(awaited: Promise<T>, otherwise: T, signal: AbortSignal): Promise<T> {
  awaited.catch(() => undefined);
  if (signal.aborted) return otherwise;
  const gone = new AbortController();
  const stopped = new Promise<T>((resolve) => {
    signal.addEventListener('abort', () => resolve(otherwise), { once: true, signal: gone.signal });
  });
  try {
    return await Promise.race([awaited, stopped]);
  } finally {
    gone.abort();
  }
}

function kept(plan: readonly PlannedJob[], part: RunPart | undefined): readonly PlannedJob[] {
  if (part === undefined) return plan;
  return plan
    .map((job) => ({ ...job, cases: job.cases.filter(part.keeps) }))
    .filter(({ cases }) => cases.length > 0);
}

function interruptionOf(signal: AbortSignal): 'SIGINT' | 'SIGTERM' | null {
  if (!signal.aborted) return null;
  return signal.reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
}
