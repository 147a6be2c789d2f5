import type { Check, TargetInfo } from '../result/index.ts';
import { didNotPass } from '../result/reading.ts';
import type { Execution } from '../workers/types.ts';
import type { RunEvents } from './events.ts';
import { benchJob, withBench } from './features/bench.ts';
import { JobExecution, jobOf } from './job-execution.ts';
import type { PlannedCase, PlannedJob } from './plan.ts';
import type { RunRequest } from './run.ts';
import { SuiteContexts, type SuiteContext } from './suite-context.ts';

/** Jobs that may be on their way at once: enough to keep every worker busy, few enough to hold little in memory. */
const JOBS_IN_FLIGHT = 48;

export interface Executed {
  readonly checks: readonly Check[];
  /** False where an interruption or `failFast` left planned cases out. */
  readonly complete: boolean;
  /** SHA-256 of every model met, by absolute path. */
  readonly modelHashes: ReadonlyMap<string, string | null>;
}

/** Runs all jobs of the plan and judges every case as it ends; the checks come back in the order of the plan. */
export async function executePlan(
  plan: readonly PlannedJob[],
  targets: ReadonlyMap<string, TargetInfo>,
  request: RunRequest,
  events: RunEvents,
): Promise<Executed> {
  const total = plan.reduce((sum, job) => sum + job.cases.length, 0);
  const judged = new Map<number, readonly Check[]>();
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const suites = new SuiteContexts(plan, request, signal);

  const finish = (planned: PlannedCase, checks: readonly Check[]): void => {
    // What ends after a stop may have ended because of it: it is not judged.
    if (signal.aborted) return;
    judged.set(planned.index, checks);
    events.onCase?.({ index: planned.index, finished: judged.size, of: total, checks });
    if (request.failFast && checks.some((check) => didNotPass(check))) stop.abort('fail-fast');
  };
  const toBench: { readonly planned: PlannedCase; readonly checks: readonly Check[] }[] = [];
  const judgedOrTimed = (planned: PlannedCase, checks: readonly Check[]): void => {
    if (planned.case.bench === undefined) finish(planned, checks);
    else toBench.push({ planned, checks });
  };
  await eachLimited(plan, JOBS_IN_FLIGHT, async (job) => {
    if (signal.aborted) return;
    await new JobExecution(job, request, suites.of(job.suite), signal).run(targets, judgedOrTimed);
  });
  for (const { planned, checks } of toBench) {
    if (signal.aborted) break;
    finish(planned, await timed(planned, checks, request, suites.of(planned.suite), signal));
  }

  const all = plan.flatMap((job) => job.cases).toSorted((left, right) => left.index - right.index);
  const checks = all.flatMap((planned) => judged.get(planned.index) ?? []);
  return { checks, complete: judged.size === total, modelHashes: await suites.modelHashes() };
}

/** Measures the latency of a case that was judged. */
async function timed(
  planned: PlannedCase,
  checks: readonly Check[],
  request: RunRequest,
  suite: SuiteContext,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const { bench } = planned.case;
  if (bench === undefined) return checks;
  const model = await suite.model(planned.model.path);
  const found = await withBench(planned, bench, checks, async (target, runs) => {
    const job = benchJob(jobOf(target, planned, model, request), () => suite.feeds(planned), runs);
    const executions: Execution[] = [];
    await request.executor.execute(job, (_id, execution) => executions.push(execution), signal);
    return executions[0] ?? null;
  });
  suite.release(planned.case);
  return found;
}

async function eachLimited<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: limit }, lane));
}
