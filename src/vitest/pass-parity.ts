import type { Check, RunDocument } from '../result/index.ts';
import { didNotPass } from '../result/reading.ts';
import type { MatcherResult } from './match-tensor.ts';

/** Checks shown in a failure message. */
const SHOWN = 10;

/**
 * Passes where the run was completed and passed by its own account: each check passed and none regressed, no suite had a
 * problem. Optional targets that are unavailable and known failures do not fail.
 */
export function passParity(received: unknown): MatcherResult {
  const run = runOf(received);
  if (run === undefined) {
    return {
      pass: false,
      message: () =>
        'The received value is no run result.\nGive what `runSuites()` returned or the parsed run.json, or a list of its checks.',
    };
  }
  const failing = run.checks.filter((check) => didNotPass(check));
  const pass =
    run.complete &&
    run.exitCode === 0 &&
    run.checks.some(({ status }) => status === 'ok') &&
    failing.length === 0;
  return { pass, message: () => (pass ? 'Every check passed, and should not.' : told(run, failing)) };
}

type Run = Pick<RunDocument, 'checks' | 'complete' | 'exitCode' | 'problems'>;

function runOf(value: unknown): Run | undefined {
  if (Array.isArray(value)) return { checks: value as Check[], complete: true, exitCode: 0, problems: [] };
  if (typeof value !== 'object' || value === null || !Array.isArray((value as Partial<Run>).checks))
    return undefined;
  const { checks, complete, exitCode, problems } = value as Partial<Run>;
  return {
    checks: checks!,
    complete: complete ?? true,
    exitCode: exitCode ?? 0,
    problems: problems ?? [],
  };
}

function told({ checks, complete, exitCode, problems }: Run, failing: readonly Check[]): string {
  const executed = checks.some(({ status }) => status === 'ok');
  const explained = failing.length > 0 || problems.length > 0 || !complete || !executed;
  return [
    `${failing.length} of ${checks.length} checks did not pass${complete ? '' : ', and the run was not completed'}.`,
    ...(executed ? [] : ['Nothing was checked: look at the selection of suites, cases and targets.']),
    ...(explained ? [] : [`The run ended with exit code ${exitCode}.`]),
    ...problems.flatMap(({ code, message, hint }) => [`✗ ${code}: ${message}`, `    ${hint}`]),
    ...failing.slice(0, SHOWN).flatMap(tell),
    ...(failing.length > SHOWN ? [`… and ${failing.length - SHOWN} more.`] : []),
  ].join('\n');
}

function tell(check: Check): readonly string[] {
  const { suite, model, target, output, status, verdict, reasons, reproduce } = check;
  const place = [suite, model, check.case, target, output ?? 'no output'].join(' › ');
  return [
    `✗ ${place}: ${verdict ?? status}`,
    ...reasons
      .filter(({ level }) => level === 'fail')
      .flatMap(({ code, message, hint }) => [`    ${code}: ${message}`, `      ${hint}`]),
    ...(reproduce === '' ? [] : [`    ${reproduce}`]),
  ];
}
