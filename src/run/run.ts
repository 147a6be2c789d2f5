import { performance } from 'node:perf_hooks';
import {
  SCHEMA_VERSION,
  type Check,
  type RunDocument,
  type RunProblem,
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
import { describeHost, describeSource } from './host.ts';
import type { DocumentHead } from './journal.ts';
import type { JudgeOptions } from './judge.ts';
import { planRun, type PlannedJob } from './plan.ts';
import type { Recorder } from './recorder.ts';
import { printOf } from './resume-plan.ts';
import { elapsedOf, holdToPlan } from './resume.ts';
import { describeSuites } from './suites.ts';
import { meetTargets } from './targets.ts';

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
  readonly executor: Executor;
  readonly liveSource: (source: SourceSpec) => Promise<LiveSource>;
  readonly signal: AbortSignal;
  /** Keeps what is finished, and knows what was finished before. */
  readonly recorder?: Recorder;
}

/**
 * Runs suites and returns the complete result; never throws for what a model, runtime or source does.
 * @throws ParityError RESUME_DIFFERS
 */
export async function run(request: RunRequest, events: RunEvents = {}): Promise<RunDocument> {
  const started = performance.now();
  const before = request.recorder?.before ?? new Map();
  const [targets, source] = await Promise.all([
    meetTargets(request.suites, request.executor),
    describeSource(request.root),
  ]);
  const plan = planRun(request.suites);
  const head: DocumentHead = {
    ...(await headOf(request)),
    source,
    targets: [...targets.values()],
  };
  await record(request, head, plan, targets);
  events.onPlan?.({
    suites: request.suites.map((suite) => suite.name),
    targets: head.targets,
    jobs: plan.map((job) => ({
      suite: job.suite.name,
      target: job.target.name,
      cases: job.cases.filter(({ index }) => !before.has(index)).length,
    })),
  });

  const executed = await attemptPlan(plan, targets, request, events, started);
  const dropped = request.selective ? [] : await droppedCases(request.suites, request.reproduce);
  const checks: readonly Check[] = [...executed.checks, ...dropped];

  const interrupted = interruptionOf(request.signal);
  return {
    ...head,
    durationMs: Math.round(elapsedOf(before) + performance.now() - started),
    complete: interrupted === null && executed.complete,
    exitCode: exitCodeOf(checks, request.problems, interrupted),
    summary: summarise(checks),
    suites: await describeSuites(request.suites, request.root, executed.modelHashes),
    checks,
  };
}

/** What is known of the document before anything was started. */
export async function headOf(
  request: Pick<RunRequest, 'root' | 'suites' | 'problems' | 'command' | 'runId' | 'toolVersion' | 'recorder'>,
): Promise<DocumentHead> {
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'onnx-parity', version: request.toolVersion },
    runId: request.runId,
    command: request.command,
    startedAt: request.recorder?.resumed?.document.startedAt ?? new Date().toISOString(),
    host: describeHost(),
    source: { commit: null, branch: null, dirty: null },
    suites: await describeSuites(request.suites, request.root, new Map()),
    targets: [],
    problems: request.problems,
  };
}

/** Writes the plan down, or holds it against the one that is resumed. */
async function record(
  request: RunRequest,
  document: DocumentHead,
  plan: readonly PlannedJob[],
  targets: ReadonlyMap<string, TargetInfo>,
): Promise<void> {
  const { recorder, root, suites, toolVersion, judge } = request;
  if (recorder === undefined) return;
  const print = printOf({ root, toolVersion, host: document.host, settings: judge, suites, plan, targets });
  if (recorder.resumed !== null) await holdToPlan(recorder.resumed, print, suites, root);
  recorder.begin({ document, plan: print });
}

function interruptionOf(signal: AbortSignal): 'SIGINT' | 'SIGTERM' | null {
  if (!signal.aborted) return null;
  return signal.reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
}
