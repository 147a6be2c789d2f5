import type { Bound, Metrics, Needed, Reason, Verdict, WireNumber, WorstElement } from '../result/index.ts';
import { toWire } from '../result/index.ts';
import type { JudgedBound } from './bounds/judge.ts';
import { boundOf, judgeBounds } from './bounds/judge.ts';
import { neededFor } from './bounds/needed.ts';
import type { MismatchRule, Plan } from './bounds/plan.ts';
import { planBounds } from './bounds/plan.ts';
import type { ChunkSource } from './chunk-source.ts';
import { sourceOf } from './chunk-source.ts';
import { gatherEvidence } from './evidence/index.ts';
import type { Values } from './expressions/compile.ts';
import { fit } from './fit.ts';
import type { MeasureOptions } from './measured.ts';
import { measure } from './measure.ts';
import { measureStrings } from './measure-strings.ts';
import type { Measured } from './measured.ts';
import { nonFiniteMismatches } from './measured.ts';
import { isInt64 } from './metrics/definition.ts';
import { METRICS, metricNamed } from './metrics/index.ts';
import type { Pair } from './pair.ts';
import { pairOf } from './pair.ts';
import { alignRanking } from './ranking.ts';
import { reasons } from './reason-texts.ts';
import { medianMagnitude } from './scale.ts';
import type { Comparison, CompareRequest } from './types.ts';
import { valuesOf } from './values.ts';
import { worstElements } from './worst.ts';

/**
 * Compares two tensors and judges them by the merged layers of tolerance. Pure; reads both sides a few times.
 * Throws a ParityError for an unknown profile or ULP rule, or an expression that was not prepared.
 */
export function compareTensors(request: CompareRequest): Comparison {
  const fitting = fit(request.expected, request.actual, request.policy);
  if ('reason' in fitting) return rejected(fitting.reason);
  const { expected, actual, warnings } = fitting;
  const { ranking } = request.policy;
  const aligned =
    ranking === undefined || 'read' in actual || actual.dtype !== expected.dtype
      ? actual
      : alignRanking({ ...request, expected, actual }, ranking);
  return compareSources({
    ...request,
    expected: sourceOf(expected),
    actual: 'read' in aligned ? aligned : sourceOf(aligned),
    warnings,
  });
}

/** A comparison of sources whose dtypes and shapes are known to fit. */
export interface SourceRequest extends Omit<CompareRequest, 'expected' | 'actual'> {
  readonly expected: ChunkSource;
  readonly actual: ChunkSource;
  readonly warnings?: readonly Reason[];
}

/** The comparison of two sources that are read in pieces, in memory that does not grow with them. */
export function compareSources(request: SourceRequest): Comparison {
  const { policy, layers, warnings = [] } = request;
  const pair = pairOf(request.expected, request.actual);
  const plan = planBounds(layers, { expected: pair.dtype, actual: pair.actual.dtype }, policy);
  if (pair.elements === 0) return emptyComparison(pair, policy.allowEmpty === true, warnings);
  const scale = plan.mismatch?.factor === undefined ? undefined : medianMagnitude(pair.expected);
  const rule = settledRule(plan, scale);
  const options = measureOptions(request, plan, rule);
  const measured = pair.dtype === 'string' ? measureStrings(pair) : measure(pair, options);
  const values = valuesOf(pair, measured, options, plan, request.metrics, scale);
  return judged({ request, pair, plan, rule, scale, options, measured, values, warnings });
}

interface Judging {
  readonly request: SourceRequest;
  readonly pair: Pair;
  readonly plan: Plan;
  readonly rule: MismatchRule | undefined;
  readonly scale: number | undefined;
  readonly options: MeasureOptions;
  readonly measured: Measured;
  readonly values: Values;
  readonly warnings: readonly Reason[];
}

function judged(judging: Judging): Comparison {
  const { request, pair, plan, rule, scale, options, measured, values, warnings } = judging;
  const bounds = judgeBounds(plan, values, measured);
  const failed = bounds.filter(({ holds }) => !holds);
  const verdict = verdictOf(bounds, failed, measured);
  const needed = verdict === 'fail' ? neededFor(failed, measured, rule, pair) : [];
  return {
    verdict,
    metrics: metricsOf(values, bounds, judging),
    bounds: bounds.map((bound): Bound => boundOf(bound, rule)),
    needed,
    worst: worstOf(pair, measured, options, request.worst ?? 5),
    ...(request.evidence === 'none'
      ? {}
      : {
          evidence: gatherEvidence(pair, measured, options, {
            costly: request.evidence === 'always' || verdict !== 'pass',
            scale,
          }),
        }),
    reasons: [...failures(bounds, failed, judging, needed), ...warnings],
  };
}

function verdictOf(
  bounds: readonly JudgedBound[],
  failed: readonly JudgedBound[],
  measured: Measured,
): Verdict {
  if (nonFiniteMismatches(measured) > 0 || failed.length > 0) return 'fail';
  return bounds.length === 0 ? 'void' : 'pass';
}

function worstOf(
  pair: Pair,
  measured: Measured,
  options: MeasureOptions,
  limit: number,
): readonly WorstElement[] {
  return measured.maxAbs === 0 && nonFiniteMismatches(measured) === 0 && pair.dtype !== 'string'
    ? []
    : worstElements(pair, measured, options, limit);
}

/** The metrics asked for, and those that bounds refer to. */
function metricsOf(values: Values, bounds: readonly JudgedBound[], { measured, rule }: Judging): Metrics {
  const metrics: Record<string, WireNumber> = {};
  for (const { name } of METRICS) {
    if (rule === undefined && (name === 'mismatches' || name === 'mismatchShare')) continue;
    const value = values.get(name);
    if (value !== undefined && !Number.isNaN(value)) metrics[name] = toWire(value);
  }
  if (bounds.length > 0 || nonFiniteMismatches(measured) > 0) {
    const worst = nonFiniteMismatches(measured) > 0 ? Infinity : 0;
    metrics['utilisation'] = toWire(
      bounds.reduce((most, { utilisation }) => Math.max(most, utilisation), worst),
    );
  }
  return metrics;
}

/** Non-finite mismatches first; a bound that only they break needs no words of its own. */
function failures(
  bounds: readonly JudgedBound[],
  failed: readonly JudgedBound[],
  { measured, rule, pair }: Judging,
  needed: readonly Needed[],
): readonly Reason[] {
  const { nanActual, nanExpected, nanBoth, infMismatches } = measured;
  const odd = nonFiniteMismatches(measured) > 0;
  const told = odd ? failed.filter((bound) => finiteFailure(bound, measured)) : failed;
  const neededOf = new Map(failed.map((bound) => [bound, neededIn(bound, needed)]));
  return [
    ...(nanActual + nanBoth > 0 ? [reasons.nanActual(nanActual, nanBoth)] : []),
    ...(nanExpected > 0 ? [reasons.nanExpected(nanExpected)] : []),
    ...(infMismatches > 0 ? [reasons.infMismatch(infMismatches)] : []),
    ...told.map((bound) =>
      reasons.boundExceeded(bound, pair.elements, rule, neededOf.get(bound), pair.dtype),
    ),
    ...(bounds.length === 0 && !odd ? [reasons.noBounds()] : []),
  ];
}

/** False for what fails through non-finite elements alone. */
function finiteFailure({ planned, limit, value }: JudgedBound, measured: Measured): boolean {
  if (planned.metric === 'mismatches') return measured.outside > limit;
  if (planned.metric === 'mismatchShare') return measured.outside / measured.elements > limit;
  return value !== undefined && Number.isFinite(value);
}

function neededIn({ planned }: JudgedBound, needed: readonly Needed[]): Needed | undefined {
  return needed.find(({ metric }) => metric === planned.metric);
}

function settledRule({ mismatch }: Plan, scale: number | undefined): MismatchRule | undefined {
  if (mismatch?.factor === undefined || scale === undefined) return mismatch;
  return { ...mismatch, atol: mismatch.factor * scale };
}

function measureOptions(request: SourceRequest, plan: Plan, rule: MismatchRule | undefined): MeasureOptions {
  const { nanEqual = true, infEqual = true } = request.policy;
  return {
    atol: rule?.atol ?? 0,
    rtol: rule?.rtol ?? 0,
    nanEqual,
    infEqual,
    full: needsFull(request, plan),
    norms: plan.bounds.some(({ factor }) => factor !== undefined),
    facts: request.evidence !== 'none',
  };
}

/** Whether anything is asked for that the core pass does not give. */
function needsFull({ metrics, evidence, expected }: SourceRequest, plan: Plan): boolean {
  if (metrics === 'all') return true;
  if (!isInt64(expected.dtype) && (metrics === 'full' || evidence !== 'none')) return true;
  return plan.bounds.some(({ metric, expression }) => {
    if (expression !== undefined) return true;
    const definition = metricNamed(metric);
    return (
      definition !== undefined &&
      (isInt64(expected.dtype) ? definition.ofNorms === true : definition.set === 'full')
    );
  });
}

function emptyComparison(pair: Pair, allowed: boolean, warnings: readonly Reason[]): Comparison {
  return {
    verdict: allowed ? 'pass' : 'void',
    metrics: allowed ? { mismatches: 0, utilisation: 0 } : {},
    bounds: [],
    needed: [],
    worst: [],
    reasons: [...(allowed ? [] : [reasons.empty(pair.shape)]), ...warnings],
  };
}

/** A pair that cannot be compared at all. */
function rejected(reason: Reason): Comparison {
  return { verdict: 'fail', metrics: {}, bounds: [], needed: [], worst: [], reasons: [reason] };
}
