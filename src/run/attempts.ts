/** Executes a plan until every case is judged, in as many rounds as failed cases may be tried again. */
import { performance } from 'node:perf_hooks';
import type { Check, TargetInfo } from '../result/index.ts';
import { didNotPass } from '../result/reading.ts';
import type { RunEvents } from './events.ts';
import { executePlan } from './execute.ts';
import type { CaseRecord } from './journal.ts';
import { shuffled } from './order.ts';
import type { PlannedCase, PlannedJob } from './plan.ts';
import { runReason } from './reason-texts.ts';
import type { RunRequest } from './run.ts';

export interface Attempted {
  /** In the order of the plan. */
  readonly checks: readonly Check[];
  readonly complete: boolean;
  /** SHA-256 of the models that were met, by absolute path. */
  readonly modelHashes: ReadonlyMap<string, string | null>;
}

export async function attemptPlan(
  plan: readonly PlannedJob[],
  targets: ReadonlyMap<string, TargetInfo>,
  request: RunRequest,
  events: RunEvents,
  started: number,
): Promise<Attempted> {
  const total = plan.reduce((sum, job) => sum + job.cases.length, 0);
  const judged = new Map(request.recorder?.before);
  const modelHashes = new Map<string, string | null>();
  const tries = 1 + (request.retries ?? 0);
  const elapsedBefore = [...judged.values()].reduce((most, { elapsedMs }) => Math.max(most, elapsedMs), 0);

  const onCase: RunEvents['onCase'] = ({ index, checks }) => {
    const before = judged.get(index);
    const attempt = (before?.attempt ?? 0) + 1;
    const record: CaseRecord = {
      index,
      attempt,
      elapsedMs: Math.round(elapsedBefore + performance.now() - started),
      checks: before === undefined ? checks : markFlaky(before.checks, checks, attempt),
    };
    judged.set(index, record);
    request.recorder?.ended(record);
    if (before === undefined) events.onCase?.({ index, finished: judged.size, of: total, checks });
  };

  for (;;) {
    const round = nextRound(plan, judged, tries, request.failFast);
    if (round.length === 0 || request.signal.aborted) break;
    const ordered = request.shuffleSeed === undefined ? round : shuffled(round, request.shuffleSeed);
    const executed = await executePlan(ordered, targets, request, { onCase });
    for (const [path, hash] of executed.modelHashes) modelHashes.set(path, hash);
    if (!executed.complete && !request.failFast) break;
  }

  const records = [...judged.values()].toSorted((left, right) => left.index - right.index);
  return {
    checks: records.flatMap(({ checks }) => checks),
    complete: judged.size === total,
    modelHashes: withRecorded(plan, judged, modelHashes),
  };
}

/** What is still to be executed: cases to be tried again, and those that were not judged yet. */
function nextRound(
  plan: readonly PlannedJob[],
  judged: ReadonlyMap<number, CaseRecord>,
  tries: number,
  failFast: boolean,
): readonly PlannedJob[] {
  const failing = [...judged.values()].filter(({ checks }) => checks.some((check) => didNotPass(check)));
  const again = new Set(
    failing
      .filter(({ attempt, checks }) => attempt < tries && checks.some((check) => isWorthAnother(check)))
      .map(({ index }) => index),
  );
  if (failFast && failing.length > again.size) return [];
  const isOpen = ({ index }: PlannedCase): boolean =>
    again.has(index) || (!judged.has(index) && !(failFast && again.size > 0));
  return plan
    .map((job) => ({ ...job, cases: job.cases.filter(isOpen) }))
    .filter(({ cases }) => cases.length > 0);
}

/** What a host or a runtime cannot do, it cannot do a moment later. */
function isWorthAnother(check: Check): boolean {
  return didNotPass(check) && check.status !== 'unavailable' && check.status !== 'unsupported';
}

/** A check that passes after it did not is flaky, and says why it did not pass before. One plan entry may hold many: steps of a rollout, variations. */
function markFlaky(before: readonly Check[], now: readonly Check[], attempt: number): readonly Check[] {
  return now.map((check) => {
    const same = before.filter((other) => other.case === check.case && other.target === check.target);
    const was =
      same.find(({ output }) => output === check.output) ?? same.find(({ output }) => output === null);
    const flaky = was !== undefined && (didNotPass(was) || was.outcome === 'flaky');
    if (!flaky || didNotPass(check)) return check;
    return {
      ...check,
      outcome: 'flaky' as const,
      reasons: [...check.reasons, runReason.passedOnRetry(attempt, was.reasons[0]?.message ?? '')],
    };
  });
}

/** Models of which every case was judged before this process began are known from their checks. */
function withRecorded(
  plan: readonly PlannedJob[],
  judged: ReadonlyMap<number, CaseRecord>,
  met: ReadonlyMap<string, string | null>,
): ReadonlyMap<string, string | null> {
  const hashes = new Map(met);
  for (const { model, cases } of plan) {
    if (hashes.has(model.path)) continue;
    const [known] = cases.flatMap(({ index }) => judged.get(index)?.checks ?? []);
    if (known !== undefined) hashes.set(model.path, known.modelSha256);
  }
  return hashes;
}
