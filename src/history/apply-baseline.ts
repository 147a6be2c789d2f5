/** How each check of a run stands against an approved run. */
import type { Check, Outcome, Reason, RunDocument } from '../result/index.ts';
import { standingOf } from '../result/reading.ts';
import type { Baseline, BaselineCheck, BaselineNoise } from './baseline.ts';
import { growthOf, isElevated, usualOf, type Growth } from './growth.ts';
import { hostOffsets } from './hosts.ts';
import { errorOf } from './judged-error.ts';
import { CEILING, floorFor, grainOf, logError } from './log-error.ts';
import { scaleOf } from './make-baseline.ts';
import { JUDGED_METRICS, NO_PAST, type JudgedMetric, type Past, type PastCheck } from './past.ts';
import { historyReason } from './reason-texts.ts';
import { keyOf, type CheckKey } from './types.ts';

export interface ApplyOptions {
  /** For texts: `the baseline`, `run 20261121-…`. */
  readonly name: string;
  /** The last runs, for the noise of each check; without them every check is judged by what is usual. */
  readonly past?: Past;
  /** Which checks of the baseline this run was meant to have: those of a selection. All of its suites where absent. */
  readonly inScope?: (key: CheckKey) => boolean;
  /** Fingerprint of the host of this run; absent where it ran on several. */
  readonly host?: string;
  /** The runtimes of this run, to name what changed. */
  readonly targets?: RunDocument['targets'];
}

/** The checks with their outcomes, and a row for each check of the baseline that is gone. Verdicts stay as they are. */
export function applyBaseline(
  checks: readonly Check[],
  baselines: readonly Baseline[],
  options: ApplyOptions,
): readonly Check[] {
  const approved = new Map(
    baselines.flatMap((baseline) =>
      baseline.checks.map(
        (check) => [keyOf({ ...check, suite: baseline.suite }), { check, baseline }] as const,
      ),
    ),
  );
  const outputsKnown = new Set(
    [...approved.values()]
      .filter(({ check }) => check.verdict === 'pass')
      .map(({ check, baseline }) => keyOf({ ...check, suite: baseline.suite, output: null })),
  );
  const judged = checks.map((check) => {
    if (check.outcome === 'removed') return check;
    const found = approved.get(keyOf(check));
    if (found === undefined && wasKnown(check, outputsKnown))
      return { ...check, outcome: 'regressed' as const };
    return found === undefined
      ? { ...check, outcome: 'new' as const }
      : judge(check, found.check, found.baseline, options);
  });
  return [...judged, ...removedFrom(checks, approved, options)];
}

/** A case that passed and now ends before its outputs are known has one row for all of them. */
function wasKnown(check: Check, cases: ReadonlySet<string>): boolean {
  return check.output === null && standingOf(check) === 'not run' && cases.has(keyOf(check));
}

function judge(check: Check, before: BaselineCheck, baseline: Baseline, options: ApplyOptions): Check {
  const past = (options.past ?? NO_PAST).get(keyOf(check));
  const evidence = evidenceOf(check, before, past, {
    approved: baseline.run.host.fingerprint,
    now: options.host,
  });
  const outcome = outcomeOf(check, before, past, evidence);
  if (outcome !== 'regressed' || evidence.grown === null || standingOf(check) !== 'passed')
    return { ...check, outcome };
  const { metric, now, growth } = evidence.grown;
  const reason: Reason = historyReason.errorGrew(
    metric,
    now,
    growth,
    options.name,
    changedSince(check, baseline, options),
  );
  return { ...check, outcome, reasons: [...check.reasons, reason] };
}

interface Evidence {
  readonly grown: { readonly metric: JudgedMetric; readonly now: number; readonly growth: Growth } | null;
  readonly shrunk: boolean;
  /** Per past run: whether its error stood out. */
  readonly elevated: readonly boolean[];
}

/** The metric that grew most against what it may. `hosts` are those of the approved run and of this one. */
function evidenceOf(
  check: Check,
  before: BaselineCheck,
  past: PastCheck | undefined,
  hosts: Hosts,
): Evidence {
  let grown: Evidence['grown'] = null;
  let shrunk = false;
  const elevated = past?.standings.map(() => false) ?? [];
  const known = { dtype: check.dtype, ...scaleOf(check) };
  for (const metric of JUDGED_METRICS) {
    const [now, was] = [errorOf(check, metric), errorOf(before, metric)];
    if (now === null || was === null) continue;
    const values = past?.values[metric] ?? [];
    const floor = metric === 'mismatches' ? 0.5 : floorFor([...values, was, now], known);
    const { nights, shift } = logsOf(values, floor, past?.hosts ?? [], hosts);
    const logs = nights.filter((log) => log !== null);
    const usual = usualOf(logError(was, floor) + shift, logs, shifted(before.noise?.[metric], shift));
    nights.forEach((log, at) => {
      if (log !== null && isElevated(log, usual)) elevated[at] = true;
    });
    const growth = growthOf(now, floor, usual, metric === 'mismatches' ? 0 : grainOf(known));
    const worse =
      growth.factor / growth.allowed > (grown === null ? 0 : grown.growth.factor / grown.growth.allowed);
    if (growth.direction === 'grown' && worse) grown = { metric, now, growth };
    if (growth.direction === 'shrunk' && metric !== 'rmse') shrunk = true;
  }
  return { grown, shrunk: shrunk && grown === null, elevated };
}

interface Hosts {
  readonly approved: string;
  readonly now: string | undefined;
}

/** Past errors as if they came from the present host, and what its errors lie above those of the approved run's. */
function logsOf(
  values: readonly (number | null)[],
  floor: number,
  hosts: readonly string[],
  { approved, now }: Hosts,
): { readonly nights: readonly (number | null)[]; readonly shift: number } {
  const nights = values.map((value) => (value === null ? null : logError(value, floor)));
  const seen = nights.flatMap((log, at) => (log === null || log >= CEILING ? [] : [at]));
  const offsets =
    now === undefined
      ? new Map<string, number>()
      : hostOffsets(
          seen.map((at) => nights[at] ?? 0),
          seen.map((at) => hosts[at] ?? ''),
        );
  const there = now === undefined ? undefined : offsets.get(now);
  if (there === undefined) return { nights, shift: 0 };
  const from = (host: string): number => there - (offsets.get(host) ?? there);
  return {
    nights: nights.map((log, at) => (log === null || log >= CEILING ? log : log + from(hosts[at] ?? ''))),
    shift: from(approved),
  };
}

function shifted(noise: BaselineNoise | undefined, shift: number): BaselineNoise | undefined {
  return noise === undefined ? undefined : { ...noise, centre: noise.centre + shift };
}

function outcomeOf(
  check: Check,
  before: BaselineCheck,
  past: PastCheck | undefined,
  { grown, shrunk, elevated }: Evidence,
): Outcome {
  const standing = standingOf(check);
  if (standing === 'skipped' || before.skipped)
    return standing === 'skipped' || standing === 'passed' ? 'unchanged' : 'new';
  const [wasGood, isGood] = [before.verdict === 'pass', standing === 'passed'];
  const bad = !isGood || grown !== null;
  const recoveries = past === undefined ? 0 : recoveriesIn(past, elevated);
  // Bad again after it went away by itself, or twice before: no single change explains that.
  if (wasGood && recoveries >= (bad ? 1 : 2)) return 'flaky';
  if (wasGood && bad) return 'regressed';
  if (!wasGood) return isGood ? 'fixed' : grown === null ? 'unchanged' : 'regressed';
  return shrunk ? 'improved' : 'unchanged';
}

/** How often the check was bad and then good again with the same model and runtime. */
function recoveriesIn(past: PastCheck, elevated: readonly boolean[]): number {
  let recoveries = 0;
  let badBuild: string | null = null;
  past.standings.forEach((standing, at) => {
    if (standing === 'skipped') return;
    const build = past.builds[at] ?? '';
    if (standing !== 'passed' || elevated[at] === true) badBuild = build;
    else {
      if (badBuild === build) recoveries++;
      badBuild = null;
    }
  });
  return recoveries;
}

function changedSince(check: Check, { run }: Baseline, { targets }: ApplyOptions): readonly string[] {
  const changed: string[] = [];
  const model = run.models[check.model];
  if (model !== undefined && model !== null && check.modelSha256 !== null && model !== check.modelSha256) {
    changed.push(`model ${model.slice(0, 8)} → ${check.modelSha256.slice(0, 8)}`);
  }
  const [was, is] = [
    run.runtimes[check.target],
    targets?.find(({ name }) => name === check.target)?.runtimeVersion,
  ];
  if (was != null && is != null && was !== is) changed.push(`runtime ${was} → ${is}`);
  return changed;
}

/** Rows for what the baseline has and this run has not. */
function removedFrom(
  checks: readonly Check[],
  approved: ReadonlyMap<string, { readonly check: BaselineCheck; readonly baseline: Baseline }>,
  { name, inScope }: ApplyOptions,
): readonly Check[] {
  const present = new Set(checks.map((check) => keyOf(check)));
  // Where a case was not executed its outputs may be unknown: one row then stands for all of them.
  const unknown = new Set(checks.filter(({ output }) => output === null).map((check) => keyOf(check)));
  return [...approved]
    .filter(([key]) => !present.has(key))
    .map(([, { check, baseline }]) => ({ ...check, suite: baseline.suite }))
    .filter((check) => !unknown.has(keyOf({ ...check, output: null })) && (inScope?.(check) ?? true))
    .filter(({ output, skipped }) => !(skipped && output === null))
    .map((check) => removedRow(check, name));
}

function removedRow(check: BaselineCheck & { readonly suite: string }, name: string): Check {
  const { suite, model, case: caseName, target, output, dtype, shape } = check;
  return {
    suite,
    model,
    modelSha256: null,
    case: caseName,
    target,
    output,
    dtype,
    shape,
    optional: false,
    status: 'error',
    verdict: null,
    outcome: 'removed',
    metrics: {},
    bounds: [],
    needed: [],
    worst: [],
    placement: null,
    golden: { state: 'fresh' },
    reproduce: '',
    reasons: [
      historyReason.removed(
        suite,
        [caseName, target, output ?? ''].filter((part) => part !== '').join(' / '),
        name,
      ),
    ],
    timing: null,
  };
}
