import { performance } from 'node:perf_hooks';
import { SCHEMA_VERSION, type Check, type RunDocument, type RunProblem } from '../result/index.ts';
import type { LiveSource } from '../sources/types.ts';
import type { SourceSpec, Suite } from '../suite/types.ts';
import type { Executor } from '../workers/types.ts';
import type { Reproduce } from './check.ts';
import { droppedCases } from './dropped.ts';
import type { RunEvents } from './events.ts';
import { executePlan } from './execute.ts';
import { exitCodeOf, summarise } from './exit-code.ts';
import { describeHost, describeSource } from './host.ts';
import type { JudgeOptions } from './judge.ts';
import { planRun } from './plan.ts';
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
  /** True where some cases were left out on purpose, so that goldens without a case are no alarm. */
  readonly selective: boolean;
  readonly executor: Executor;
  readonly liveSource: (source: SourceSpec) => Promise<LiveSource>;
  readonly signal: AbortSignal;
}

/** Runs suites and returns the complete result; never throws for what a model, runtime or source does. */
export async function run(request: RunRequest, events: RunEvents = {}): Promise<RunDocument> {
  const startedAt = new Date();
  const started = performance.now();
  const [targets, source] = await Promise.all([
    meetTargets(request.suites, request.executor),
    describeSource(request.root),
  ]);
  const plan = planRun(request.suites);
  events.onPlan?.({
    suites: request.suites.map((suite) => suite.name),
    targets: [...targets.values()],
    jobs: plan.map((job) => ({ suite: job.suite.name, target: job.target.name, cases: job.cases.length })),
  });

  const executed = await executePlan(plan, targets, request, events);
  const dropped = request.selective ? [] : await droppedCases(request.suites, request.reproduce);
  const checks: readonly Check[] = [...executed.checks, ...dropped];

  const interrupted = interruptionOf(request.signal);
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'onnx-parity', version: request.toolVersion },
    runId: request.runId,
    command: request.command,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(performance.now() - started),
    host: describeHost(),
    source,
    complete: interrupted === null && executed.complete,
    exitCode: exitCodeOf(checks, request.problems, interrupted),
    summary: summarise(checks),
    suites: await describeSuites(request.suites, request.root, executed.modelHashes),
    targets: [...targets.values()],
    problems: request.problems,
    checks,
  };
}

function interruptionOf(signal: AbortSignal): 'SIGINT' | 'SIGTERM' | null {
  if (!signal.aborted) return null;
  return signal.reason === 'SIGTERM' ? 'SIGTERM' : 'SIGINT';
}
