/** How a document is read. Every reporter and the page decide here, once, what did not pass and what comes first. */
import type { Bound, Check, Needed, RunDocument } from './document.ts';
import { fromWire } from './wire.ts';
import type { WireNumber } from './wire.ts';

/** Verdict and status in one word; `skipped` is what was not executed and does not count against the run. */
export type Standing = 'passed' | 'failed' | 'void' | 'unverified' | 'not run' | 'skipped';

const BY_VERDICT = { pass: 'passed', fail: 'failed', void: 'void', unverified: 'unverified' } as const;

export function standingOf(check: Check): Standing {
  if (check.verdict !== null) return BY_VERDICT[check.verdict];
  return isExcused(check) ? 'skipped' : 'not run';
}

/** What a person is told in one word: the verdict, or what execution did; `regressed` where only that is wrong. */
export function headlineOf({ verdict, status, outcome }: Check): string {
  return verdict === 'pass' && outcome === 'regressed' ? outcome : (verdict ?? status);
}

/** Whether this check keeps the run from passing. One that holds its bounds and regressed does. */
export function didNotPass(check: Check): boolean {
  if (check.outcome === 'known failure') return false;
  const standing = standingOf(check);
  return (standing !== 'passed' && standing !== 'skipped') || check.outcome === 'regressed';
}

/** Not executed and allowed to be: an optional target that is unavailable, or a gap that the suite expects. */
function isExcused(check: Check): boolean {
  if (check.optional && check.status === 'unavailable') return true;
  return check.status === 'unsupported' && check.reasons.length > 0 && failing(check).length === 0;
}

/** Codes that say what a broken bound comes from, so that it is not taken for a regression. */
const CAUSES: readonly string[] = ['PLACEMENT_ELSEWHERE', 'PLACEMENT_UNPROVEN', 'NONDETERMINISTIC'];

/** The reasons that explain why a check did not pass, causes before what follows from them. */
export function failing(check: Check): Check['reasons'] {
  const reasons = check.reasons.filter((reason) => reason.level === 'fail');
  return [
    ...CAUSES.flatMap((code) => reasons.filter((reason) => reason.code === code)),
    ...reasons.filter(({ code }) => !CAUSES.includes(code)),
  ];
}

/** The largest error ÷ allowed over all bounds; `null` where nothing was judged. */
export function utilisationOf(check: Check): number | null {
  const total = check.metrics['utilisation'];
  if (total !== undefined) return fromWire(total);
  let worst: number | null = null;
  for (const { utilisation } of check.bounds) {
    if (utilisation === undefined) continue;
    const value = fromWire(utilisation);
    if (worst === null || Number.isNaN(value) || value > worst) worst = value;
  }
  return worst;
}

/** Whether a bound is a lower limit. It shows in its numbers: only a lower limit is held by a larger value. */
export function isLowerLimit(bound: Bound): boolean {
  if (bound.value === undefined || bound.holds === undefined) return LOWER_LIMITS.has(bound.metric);
  const [value, limit] = [fromWire(bound.value), fromWire(bound.limit)];
  if (value === limit || Number.isNaN(value) || Number.isNaN(limit)) return LOWER_LIMITS.has(bound.metric);
  return bound.holds === value > limit;
}

const LOWER_LIMITS: ReadonlySet<string> = new Set(['cosine', 'snrDb', 'psnrDb', 'topK']);

/** Whether what is needed replaces a lower limit. */
export function needsLower(check: Check, needed: Needed): boolean {
  const bound = check.bounds.find(({ metric }) => metric === needed.metric);
  return bound === undefined ? LOWER_LIMITS.has(needed.metric) : isLowerLimit(bound);
}

/** The bound that is used most, failed ones first. */
export function tightestBound(check: Check): Bound | null {
  let tightest: Bound | null = null;
  for (const bound of check.bounds) {
    if (tightest === null || weightOf(bound) > weightOf(tightest)) tightest = bound;
  }
  return tightest;
}

function weightOf(bound: Bound): number {
  const used = bound.utilisation === undefined ? -1 : fromWire(bound.utilisation);
  const finite = Number.isNaN(used) ? Number.MAX_VALUE : Math.min(used, Number.MAX_VALUE);
  return bound.holds === false ? finite + 1e9 : finite;
}

/** One row of "what a person must look at": a check with its place in the document. */
export interface Finding {
  readonly check: Check;
  readonly position: number;
}

const URGENCY: Readonly<Record<Standing, number>> = {
  failed: 0,
  'not run': 1,
  void: 2,
  unverified: 3,
  skipped: 4,
  passed: 5,
};

/** Everything that did not pass, most urgent first: regressed, verdict, error ÷ allowed, then the document's order. */
export function findings(document: RunDocument): readonly Finding[] {
  return document.checks
    .map((check, position) => ({ check, position }))
    .filter(({ check }) => didNotPass(check))
    .sort((left, right) => compareUrgency(left, right));
}

function compareUrgency(left: Finding, right: Finding): number {
  const byOutcome = Number(right.check.outcome === 'regressed') - Number(left.check.outcome === 'regressed');
  if (byOutcome !== 0) return byOutcome;
  const byStanding = URGENCY[standingOf(left.check)] - URGENCY[standingOf(right.check)];
  if (byStanding !== 0) return byStanding;
  const byUse = orderable(utilisationOf(right.check)) - orderable(utilisationOf(left.check));
  return byUse !== 0 ? byUse : left.position - right.position;
}

function orderable(value: number | null): number {
  if (value === null) return -1;
  return Number.isNaN(value) || value > Number.MAX_VALUE ? Number.MAX_VALUE : value;
}

/** A metric by name; `undefined` where it does not apply, also for names such as `constructor`. */
export function metricOf(check: Check, name: string): WireNumber | undefined {
  return Object.hasOwn(check.metrics, name) ? check.metrics[name] : undefined;
}
