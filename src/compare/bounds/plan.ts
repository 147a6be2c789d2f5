import type { Scope } from '../../result/index.ts';
import type { Dtype } from '../../tensor/index.ts';
import { isFloating } from '../../tensor/index.ts';
import { compareError } from '../../errors/catalogue/compare.ts';
import type { CompiledExpression } from '../expressions/compile.ts';
import { preparedExpression } from '../expressions/prepared.ts';
import { metricNamed } from '../metrics/index.ts';
import type { ComparePolicy, Tolerance, ToleranceLayer } from '../types.ts';
import { defaultFactor } from './default-factors.ts';
import { PROFILES, profileNamed } from './profiles.ts';
import { ulpLimit } from './ulp-for.ts';

/** A bound before the values are known. */
export interface PlannedBound {
  readonly metric: string;
  readonly limit: number;
  readonly from: Scope;
  readonly profile?: string;
  /** Of topK. */
  readonly k?: number;
  readonly expression?: CompiledExpression;
  /** Default MSE bound: the limit is `factor²·mean(expected²)`. */
  readonly factor?: number;
}

/** What makes an element a mismatch. With a factor, atol is `factor·s`. */
export interface MismatchRule {
  readonly atol: number;
  readonly rtol: number;
  readonly factor?: number;
  readonly from: Scope;
  readonly profile?: string;
}

export interface Plan {
  readonly bounds: readonly PlannedBound[];
  /** Absent where `noDefaults` left nothing that says what a mismatch is. */
  readonly mismatch?: MismatchRule;
}

interface Draft {
  readonly dtype: Dtype;
  readonly actual: Dtype;
  readonly bounds: Map<string, PlannedBound[]>;
  mismatch: MismatchRule | undefined;
}

/** Limits that stand for a metric of the same name. */
const LIMITS = [
  'mismatches',
  'mismatchShare',
  'linf',
  'linfRelative',
  'mse',
  'rmse',
  'meanAbs',
  'bias',
  'maxRel',
  'maxUlp',
  'meanUlp',
  'cosine',
  'snrDb',
  'psnrDb',
  'kl',
] as const satisfies readonly (keyof Tolerance)[];

/** Scopes that speak of this very output or dtype, and so may loosen the equality of integers. */
const SPECIFIC: ReadonlySet<Scope> = new Set<Scope>(['dtype', 'output', 'command line']);

const RANK: Readonly<Record<Scope, number>> = {
  default: 0,
  suite: 1,
  target: 2,
  dtype: 3,
  case: 4,
  output: 5,
  'command line': 6,
};

/** Merges the layers per metric, weakest first. Bounds without a meaning for the dtype are left out. */
export function planBounds(
  layers: readonly ToleranceLayer[],
  dtypes: { readonly expected: Dtype; readonly actual: Dtype },
  policy: Pick<ComparePolicy, 'noDefaults'>,
): Plan {
  const draft: Draft = {
    dtype: dtypes.expected,
    actual: dtypes.actual,
    bounds: new Map(),
    mismatch: undefined,
  };
  // A string has no other measure than equality.
  if (policy.noDefaults !== true || dtypes.expected === 'string') addDefaults(draft, 'default');
  for (const layer of layers) addLayer(draft, layer);
  return finish(draft);
}

/** Throws the ParityError that a comparison with this tolerance would throw; for checking suites when they are read. */
export function checkTolerance(tolerance: Tolerance): void {
  profileOf(tolerance);
  if (tolerance.ulpFor !== undefined) ulpLimit(tolerance.ulpFor);
}

function addDefaults(draft: Draft, from: Scope, profile?: string): void {
  const named = profile === undefined ? {} : { profile };
  if (!isFloating(draft.dtype)) {
    draft.mismatch = { atol: 0, rtol: 0, from, ...named };
    return;
  }
  const factor = defaultFactor(draft.dtype, draft.actual);
  draft.mismatch = { atol: 0, rtol: factor, factor, from, ...named };
  draft.bounds.set('mse', [{ metric: 'mse', limit: 0, factor, from, ...named }]);
}

function addLayer(draft: Draft, { from, tolerance }: ToleranceLayer): void {
  const profile = profileOf(tolerance);
  if (profile !== undefined && isFloating(draft.dtype)) {
    dropDefaults(draft);
    if (profile.factors !== undefined) addDefaults(draft, from, profile.name);
    const limits = profile.limits?.[draft.dtype] ?? profile.limits?.other;
    if (limits !== undefined) addLimits(draft, from, limits, profile.name);
  }
  addLimits(draft, from, tolerance);
}

function profileOf({ profile }: Tolerance) {
  if (profile === undefined) return undefined;
  const found = profileNamed(profile);
  if (found === undefined) {
    throw compareError('PROFILE_UNKNOWN', { profile, known: PROFILES.map(({ name }) => name).join(', ') });
  }
  return found;
}

function dropDefaults(draft: Draft): void {
  if (draft.mismatch?.from === 'default') draft.mismatch = undefined;
  for (const [metric, bounds] of draft.bounds) {
    if (bounds.some(({ from }) => from === 'default')) draft.bounds.delete(metric);
  }
}

function addLimits(draft: Draft, from: Scope, tolerance: Tolerance, profile?: string): void {
  const named = profile === undefined ? {} : { profile };
  setMismatchRule(draft, from, tolerance, named);
  const added: PlannedBound[] = [];
  for (const metric of LIMITS) {
    const limit = tolerance[metric];
    if (limit !== undefined) added.push({ metric, limit, from, ...named });
  }
  if (tolerance.ulpFor !== undefined) {
    added.push({ metric: 'maxUlp', limit: ulpLimit(tolerance.ulpFor), from, profile: 'webnn-ulp' });
  }
  const { topK } = tolerance;
  if (topK !== undefined) added.push({ metric: 'topK', limit: topK.min ?? 1, k: topK.k, from, ...named });
  for (const text of tolerance.expressions ?? []) {
    const expression = preparedExpression(text);
    added.push({ metric: expression.metric ?? text, limit: NaN, expression, from, ...named });
  }
  const usable = added.filter(({ metric }) => !isBudget(metric) || mayBudget(draft.dtype, from));
  for (const { metric } of usable) draft.bounds.delete(metric);
  for (const bound of usable)
    draft.bounds.set(bound.metric, [...(draft.bounds.get(bound.metric) ?? []), bound]);
}

function setMismatchRule(
  draft: Draft,
  from: Scope,
  { atol, rtol }: Tolerance,
  named: { readonly profile?: string },
): void {
  if (atol === undefined && rtol === undefined) return;
  if (!mayLoosen(draft.dtype, from)) {
    draft.mismatch ??= { atol: 0, rtol: 0, from, ...named };
    return;
  }
  const weaker =
    draft.mismatch !== undefined && draft.mismatch.from !== 'default' && draft.mismatch.factor === undefined
      ? draft.mismatch
      : { atol: 0, rtol: 0 };
  draft.mismatch = { atol: atol ?? weaker.atol, rtol: rtol ?? weaker.rtol, from, ...named };
}

/** Booleans and strings are equal or not; integers are held to equality unless a scope of their own says otherwise. */
function mayLoosen(dtype: Dtype, from: Scope): boolean {
  if (isFloating(dtype)) return true;
  return dtype !== 'bool' && dtype !== 'string' && SPECIFIC.has(from);
}

function mayBudget(dtype: Dtype, from: Scope): boolean {
  return isFloating(dtype) || SPECIFIC.has(from);
}

function finish({ dtype, bounds, mismatch }: Draft): Plan {
  const planned = [...bounds.values()].flat();
  const budgets = planned.filter(({ metric }) => isBudget(metric));
  const rule = mismatch ?? (budgets.length > 0 ? { atol: 0, rtol: 0, from: budgets[0]!.from } : undefined);
  if (rule !== undefined && budgets.length === 0)
    planned.unshift(withRule({ metric: 'mismatches', limit: 0, from: rule.from }, rule));
  const applicable = planned.filter(({ metric, expression }) =>
    (expression?.metrics ?? [metric]).every((name) => metricNamed(name)?.appliesTo(dtype) !== false),
  );
  return {
    bounds: applicable.map((bound) =>
      isBudget(bound.metric) && rule !== undefined ? withRule(bound, rule) : bound,
    ),
    ...(rule === undefined ? {} : { mismatch: rule }),
  };
}

export function isBudget(metric: string): boolean {
  return metric === 'mismatches' || metric === 'mismatchShare';
}

/** A mismatch bound is from the stronger of the scopes of its limit and of its atol and rtol. */
function withRule(bound: PlannedBound, rule: MismatchRule): PlannedBound {
  const stronger = RANK[rule.from] > RANK[bound.from] ? rule.from : bound.from;
  return { ...bound, from: stronger, ...(rule.profile === undefined ? {} : { profile: rule.profile }) };
}
