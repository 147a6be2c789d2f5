import { allowedAt, noiseAsLimit, noiseOf, shareOfSize } from './noise-floor.ts';
import { propose } from './propose.ts';
import type { BoundAudit, BoundVerdict, DeclaredBound, Observed } from './types.ts';

/** Never used more than this: loose. */
export const LOOSE = 0.01;
/** Used more than this lately: tight. */
export const TIGHT = 0.5;

export interface AuditOptions {
  /** Runs from this index on are "the last runs". */
  readonly recentFrom: number;
}

/** One result per declared bound, and one per bound that was observed and nobody declares: the defaults. */
export function auditBounds(
  declared: readonly DeclaredBound[],
  observed: readonly Observed[],
  { recentFrom }: AuditOptions,
): readonly BoundAudit[] {
  const groups = new Map<DeclaredBound, Observed[]>(declared.map((bound) => [bound, []]));
  const others = new Map<string, DeclaredBound>();
  for (const one of observed) {
    const bound = ownerOf(one, declared) ?? undeclared(one, others);
    if (bound === null) continue;
    groups.set(bound, [...(groups.get(bound) ?? []), one]);
  }
  return [...groups].map(([bound, of]) => auditOne(bound, of, recentFrom));
}

/** The declaration that a judged bound came from: the most specific that fits. */
function ownerOf(one: Observed, declared: readonly DeclaredBound[]): DeclaredBound | null {
  const fitting = declared.filter(
    (bound) =>
      bound.suite === one.suite && bound.from === one.from && sameLimit(bound, one) && belongs(bound, one),
  );
  return (
    fitting.find(({ ofCase }) => ofCase !== null) ??
    fitting.find(({ owner }) => owner !== null) ??
    fitting[0] ??
    null
  );
}

function sameLimit(bound: DeclaredBound, one: Observed): boolean {
  if (bound.expression !== null || one.expression !== null) return bound.expression === one.expression;
  return bound.metric === one.metric || (isBudget(bound.metric) && isBudget(one.metric));
}

function isBudget(metric: string): boolean {
  return metric === 'mismatches' || metric === 'mismatchShare';
}

function belongs({ from, owner, ofCase }: DeclaredBound, one: Observed): boolean {
  if (ofCase !== null && ofCase !== one.case) return false;
  if (owner === null) return true;
  const of = { suite: one.model, target: one.target, dtype: one.dtype, case: one.case, output: one.output };
  return from in of && of[from as keyof typeof of] === owner;
}

/** Defaults belong to a dtype; a bound that the suite no longer has, or of a command line, is not in force. */
function undeclared(one: Observed, others: Map<string, DeclaredBound>): DeclaredBound | null {
  if (one.from !== 'default') return null;
  const key = JSON.stringify([one.suite, one.metric, one.dtype]);
  const found = others.get(key) ?? {
    suite: one.suite,
    from: one.from,
    owner: one.dtype,
    ofCase: null,
    metric: one.metric,
    limit: null,
    atol: null,
    rtol: null,
    expression: one.expression,
    path: null,
  };
  others.set(key, found);
  return found;
}

function auditOne(bound: DeclaredBound, observed: readonly Observed[], recentFrom: number): BoundAudit {
  const used = observed.map((one) => ({ one, utilisations: underPresentLimit(bound, one) }));
  const all = used.flatMap(({ utilisations }) => utilisations.filter((value) => value !== null));
  const recent = used.flatMap(({ one, utilisations }) =>
    utilisations.filter((value, at) => value !== null && (one.runs[at] ?? 0) >= recentFrom),
  ) as number[];
  const [worstEver, worstRecent] = [largest(all), largest(recent)];
  const perRun = worstPerRun(used);
  const floor = noiseShare(bound, observed);
  const jitters = used.some(({ utilisations }) => failedByJitter(utilisations));
  const { verdict, why } = judge(bound, { worstEver, worstRecent, floor, jitters, measured: all.length });
  const wanted =
    verdict === 'loose' ||
    verdict === 'below the noise' ||
    (verdict === 'tight' && (jitters || (worstEver ?? 0) <= 1));
  const shares = observed.flatMap((one) => shareOfSize({ ...one, ...limitsOf(bound, one) }) ?? []);
  return {
    bound,
    verdict,
    why,
    checks: observed.length,
    runs: perRun.length,
    worstEver,
    worstRecent,
    share: shares.length === 0 ? null : [Math.min(...shares), Math.max(...shares)],
    proposal: wanted ? propose(bound, perRun, observed.length, 4 * (floor ?? 0)) : null,
  };
}

/** Old runs were judged by old limits: what they measured is held against the present one. */
function underPresentLimit(bound: DeclaredBound, one: Observed): readonly (number | null)[] {
  if (
    bound.limit === null ||
    one.limit === null ||
    bound.limit === one.limit ||
    isBudget(bound.metric) ||
    bound.limit <= 0
  )
    return one.utilisations;
  const factor = one.limit / bound.limit;
  return one.utilisations.map((value) => (value === null ? null : value * factor));
}

function limitsOf(bound: DeclaredBound, one: Observed): Pick<Observed, 'metric' | 'limit' | 'atol' | 'rtol'> {
  return {
    metric: bound.metric,
    limit: bound.limit ?? one.limit,
    atol: bound.atol ?? one.atol,
    rtol: bound.rtol ?? one.rtol,
  };
}

/** The noise ÷ what the bound allows, at the check where that is largest; above 1 no correct computation is safe. */
function noiseShare(bound: DeclaredBound, observed: readonly Observed[]): number | null {
  if (bound.from === 'default') return null;
  const shares = observed.flatMap((one) => {
    const noise = noiseOf(one);
    const limits = limitsOf(bound, one);
    const allowed = allowedAt({ ...limits, scale: one.scale });
    const least = noise === null ? null : noiseAsLimit(limits.metric, noise, one.scale);
    return least === null || allowed === null || bound.expression !== null || allowed <= 0
      ? []
      : [least / allowed];
  });
  return shares.length === 0 ? null : Math.max(...shares);
}

function worstPerRun(
  used: readonly { readonly one: Observed; readonly utilisations: readonly (number | null)[] }[],
): readonly number[] {
  const worst = new Map<number, number>();
  for (const { one, utilisations } of used) {
    utilisations.forEach((value, at) => {
      const run = one.runs[at] ?? 0;
      if (value !== null) worst.set(run, Math.max(worst.get(run) ?? 0, value));
    });
  }
  return [...worst].toSorted(([left], [right]) => left - right).map(([, value]) => value);
}

/** Passed and failed in turn, near the limit: what changes from run to run decides, not a fault. */
function failedByJitter(utilisations: readonly (number | null)[]): boolean {
  const near = utilisations.filter((value) => value !== null && value > 0.1 && value < 10) as number[];
  let turns = 0;
  for (let at = 1; at < near.length; at++) if ((near[at] ?? 0) > 1 !== (near[at - 1] ?? 0) > 1) turns++;
  return turns >= 2;
}

interface Facts {
  readonly worstEver: number | null;
  readonly worstRecent: number | null;
  readonly floor: number | null;
  readonly jitters: boolean;
  readonly measured: number;
}

function judge(
  bound: DeclaredBound,
  { worstEver, worstRecent, floor, jitters }: Facts,
): { readonly verdict: BoundVerdict; readonly why: string } {
  if (worstEver === null)
    return { verdict: 'never exercised', why: 'No stored run has a check that was judged by it.' };
  if (floor !== null && floor > 1) {
    return {
      verdict: 'below the noise',
      why: `The reference's own noise is ${percent(floor)} of what it allows.`,
    };
  }
  if (jitters) return { verdict: 'tight', why: 'Runs pass and fail in turn, near the limit.' };
  const lately = worstRecent ?? worstEver;
  if (lately > TIGHT) return { verdict: 'tight', why: `The last runs used up to ${percent(lately)} of it.` };
  // A limit of nothing is a demand for equality: it is kept by being used not at all.
  const exact = worstEver === 0 && allowsNothing(bound);
  if (worstEver <= LOOSE && !exact)
    return { verdict: 'loose', why: `No run ever used more than ${percent(worstEver)} of it.` };
  return {
    verdict: 'justified',
    why: exact ? 'It demands equality, and that held.' : `The worst run used ${percent(worstEver)} of it.`,
  };
}

function allowsNothing({ metric, limit, atol, rtol }: DeclaredBound): boolean {
  if (metric === 'topK' || metric === 'cosine') return limit === null || limit >= 1;
  if (isBudget(metric)) return (atol ?? 0) === 0 && (rtol ?? 0) === 0;
  return limit === 0;
}

function largest(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((worst, value) => Math.max(worst, value), 0);
}

/** `0.31 %`, `12 %`, `1,000 %`. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return 'infinitely much';
  return `${Number((share * 100).toPrecision(2)).toLocaleString('en', { maximumSignificantDigits: 2 })} %`;
}
