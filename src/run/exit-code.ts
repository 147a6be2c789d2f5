import type { Check, RunProblem, Summary } from '../result/index.ts';
import { didNotPass } from '../result/reading.ts';

/** 0 all passed, 1 a check did not pass, 2 a problem with suites or selection, 130/143 by signal. The strongest holds. */
export function exitCodeOf(
  checks: readonly Check[],
  problems: readonly RunProblem[],
  signal: 'SIGINT' | 'SIGTERM' | null,
): number {
  if (signal !== null) return signal === 'SIGINT' ? 130 : 143;
  if (problems.length > 0) return 2;
  // A run that executed nothing proves nothing, even where every target was optional.
  const proven = checks.some((check) => check.status === 'ok');
  return proven && !checks.some((check) => didNotPass(check)) ? 0 : 1;
}

export function summarise(checks: readonly Check[]): Summary {
  const summary = { checks: checks.length, passed: 0, failed: 0, void: 0, unverified: 0, notRun: 0 };
  for (const check of checks) summary[COUNTED_AS[check.verdict ?? 'none']] += 1;
  return summary;
}

const COUNTED_AS = {
  pass: 'passed',
  fail: 'failed',
  void: 'void',
  unverified: 'unverified',
  none: 'notRun',
} as const;
