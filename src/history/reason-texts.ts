import type { Reason } from '../result/index.ts';
import { cleanLine, counted, formatNumber } from '../result/wording.ts';
import { toWire } from '../result/index.ts';
import type { Growth } from './growth.ts';

/** Reasons that come from the history, the baseline, known failures and merging. */
export const historyReason = {
  errorGrew: (
    metric: string,
    now: number,
    growth: Growth,
    against: string,
    changed: readonly string[],
  ): Reason => {
    const nights =
      growth.nights < 2
        ? 'there is no history to judge its noise by'
        : `judged by ${counted(growth.nights, 'run')}`;
    const causes = changed.length === 0 ? '' : ` Changed since: ${changed.join(', ')}.`;
    return {
      code: 'ERROR_GREW',
      message: `${metric} is ${times(growth.factor)} what it was in ${against}: ${formatNumber(toWire(now))}, before ${formatNumber(toWire(growth.usual))}; up to ${times(growth.allowed)} is noise (${nights}).${causes}`,
      hint: 'See since when: onnx-parity history. If it is meant to be so, approve it: onnx-parity baseline set RUN --reason TEXT',
      level: 'fail',
    };
  },
  removed: (suite: string, name: string, against: string): Reason => ({
    code: 'CASE_DROPPED',
    message: `${cleanLine(suite)} / ${cleanLine(name)} is in ${against}, and this run has no result for it.`,
    hint: 'Put it back, or approve a run without it: onnx-parity baseline set RUN --force --reason TEXT',
    level: 'fail',
  }),
  knownFailure: (why: string, expires: string): Reason => ({
    code: 'KNOWN_FAILURE',
    message: `Known failure until ${expires}: ${cleanLine(why)}`,
    hint: 'Listed in suites/known-failures.yaml.',
    level: 'warn',
  }),
  knownFailureExpired: (why: string, expires: string): Reason => ({
    code: 'KNOWN_FAILURE_EXPIRED',
    message: `It was a known failure until ${expires}: ${cleanLine(why)}`,
    hint: 'Mend it, or give it a later date in suites/known-failures.yaml.',
    level: 'fail',
  }),
  knownFailurePasses: (why: string): Reason => ({
    code: 'KNOWN_FAILURE_PASSES',
    message: `It is listed as a known failure and passes: ${cleanLine(why)}`,
    hint: 'Remove its entry from suites/known-failures.yaml.',
    level: 'warn',
  }),
  shardMissing: (shard: number, total: number): Reason => ({
    code: 'SHARD_MISSING',
    message: `Shard ${shard} of ${total} did not report this case.`,
    hint: `Run it again and merge once more: onnx-parity run --shard ${shard}/${total}`,
    level: 'fail',
  }),
  resultsDiffer: (runs: readonly string[], what: string): Reason => ({
    code: 'RESULTS_DIFFER',
    message: `Runs ${runs.map((run) => cleanLine(run)).join(' and ')} give different results for this check: ${what}.`,
    hint: 'Merge runs of one plan only, each shard once; or merge with one of the two left out.',
    level: 'fail',
  }),
};

/** `40 times`, `2.5 times`. */
export function times(factor: number): string {
  if (!Number.isFinite(factor)) return 'infinitely many times';
  return `${factor >= 10 ? Math.round(factor) : Number(factor.toPrecision(2))} times`;
}
