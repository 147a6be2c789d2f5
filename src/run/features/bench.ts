/** Latency: warmed runs of one case, one at a time after everything else has ended. */
import type { Bench, Bound, Check, Reason } from '../../result/index.ts';
import type { BenchSpec, TargetSpec } from '../../suite/types.ts';
import type { Execution, Job } from '../../workers/types.ts';
import type { PlannedCase } from '../plan.ts';
import { featureReason } from './reason-texts.ts';

/** Runs a case so often on a target; `null` where it gave no times. */
export type Measure = (target: TargetSpec, runs: number) => Promise<Execution | null>;

/** The checks of a case with the latency of its target, held against another target where the suite asks for it. */
export async function withBench(
  planned: PlannedCase,
  bench: BenchSpec,
  checks: readonly Check[],
  measure: Measure,
): Promise<readonly Check[]> {
  if (!checks.some(({ timing }) => timing !== null)) return checks;
  const own = await latencyOf(planned.target, bench, measure);
  if (own === null) return checks;
  const timed = checks.map((check) =>
    check.timing === null ? check : { ...check, timing: { ...check.timing, bench: own } },
  );
  const { notSlowerThan } = bench;
  if (notSlowerThan === undefined || notSlowerThan.target.name === planned.target.name) return timed;
  const other = await latencyOf(notSlowerThan.target, bench, measure);
  const [first, ...rest] = timed;
  if (first === undefined) return timed;
  return [held(first, own, other, notSlowerThan), ...rest];
}

async function latencyOf(
  target: TargetSpec,
  { runs, warmup }: BenchSpec,
  measure: Measure,
): Promise<Bench | null> {
  const execution = await measure(target, warmup + runs);
  if (execution?.status !== 'ok') return null;
  const times = execution.runMs.slice(warmup).toSorted((left, right) => left - right);
  if (times.length === 0) return null;
  return { runs: times.length, p50Ms: percentile(times, 0.5), p90Ms: percentile(times, 0.9) };
}

/** Nearest rank: the smallest value that a share `p` of all values does not exceed. `sorted` is ascending, not empty. */
export function percentile(sorted: readonly number[], p: number): number {
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)]!;
}

function held(
  check: Check,
  own: Bench,
  other: Bench | null,
  { target, factor }: NonNullable<BenchSpec['notSlowerThan']>,
): Check {
  if (other === null)
    return { ...check, reasons: [...check.reasons, featureReason.notMeasured(target.name)] };
  const limit = factor * other.p50Ms;
  const holds = own.p50Ms <= limit;
  const bound: Bound = {
    metric: 'p50Ms',
    limit,
    from: 'case',
    value: own.p50Ms,
    utilisation: limit === 0 ? (own.p50Ms === 0 ? 0 : 'Infinity') : own.p50Ms / limit,
    holds,
  };
  const bounds = [...check.bounds, bound];
  if (holds) return { ...check, bounds };
  const reasons: Reason[] = [
    ...check.reasons,
    featureReason.tooSlow(own.p50Ms, target.name, other.p50Ms, factor),
  ];
  return { ...check, bounds, reasons, verdict: check.verdict === 'pass' ? 'fail' : check.verdict };
}

/** A case as a job of its own that runs so often in one session. */
export function benchJob(job: Omit<Job, 'cases'>, inputs: Job['cases'][number]['inputs'], runs: number): Job {
  return { ...job, cases: [{ id: 'bench', inputs, repeat: runs }] };
}
