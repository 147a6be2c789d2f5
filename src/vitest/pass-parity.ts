import type { Check, RunDocument } from '../result/index.ts';
import type { MatcherResult } from './match-tensor.ts';

/** Checks shown in a failure message. */
const SHOWN = 10;

/** Passes where a run was completed and each of its checks passed; optional targets that are unavailable and known failures do not fail. */
export function passParity(received: unknown): MatcherResult {
  const run = runOf(received);
  if (run === undefined) {
    return {
      pass: false,
      message: () =>
        'The received value is no run result.\nGive what `run()` returned or the parsed run.json, or a list of its checks.',
    };
  }
  const failing = run.checks.filter((check) => !holds(check));
  const pass = run.complete && run.checks.length > 0 && failing.length === 0;
  return { pass, message: () => (pass ? 'Every check passed, and should not.' : told(run, failing)) };
}

type Run = Pick<RunDocument, 'checks' | 'complete'>;

function runOf(value: unknown): Run | undefined {
  if (Array.isArray(value)) return { checks: value as Check[], complete: true };
  if (typeof value !== 'object' || value === null || !Array.isArray((value as Partial<Run>).checks))
    return undefined;
  const { checks, complete } = value as Partial<Run>;
  return { checks: checks!, complete: complete ?? true };
}

function holds({ status, verdict, optional, outcome }: Check): boolean {
  return verdict === 'pass' || outcome === 'known failure' || (optional && status === 'unavailable');
}

function told({ checks, complete }: Run, failing: readonly Check[]): string {
  return [
    `${failing.length} of ${checks.length} checks did not pass${complete ? '' : ', and the run was not completed'}.`,
    ...(checks.length === 0
      ? ['Nothing was checked: look at the selection of suites, cases and targets.']
      : []),
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
