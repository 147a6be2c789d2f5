import type { Bound } from '../../result/index.ts';
import { toWire } from '../../result/index.ts';
import type { Values } from '../expressions/compile.ts';
import type { Measured } from '../measured.ts';
import { nonFiniteMismatches } from '../measured.ts';
import { metricNamed } from '../metrics/index.ts';
import type { MismatchRule, Plan, PlannedBound } from './plan.ts';
import { isBudget } from './plan.ts';

/** A bound once judged, with its numbers as numbers. */
export interface JudgedBound {
  readonly planned: PlannedBound;
  readonly limit: number;
  /** `undefined` where the metric cannot be said of these values; such a bound does not hold. */
  readonly value: number | undefined;
  readonly utilisation: number;
  readonly holds: boolean;
}

/** Judges every bound by the values and, for mismatches, by the largest share of the allowance. */
export function judgeBounds(plan: Plan, values: Values, measured: Measured): readonly JudgedBound[] {
  return plan.bounds.map((planned) => {
    if (planned.expression !== undefined) return judgeExpression(planned, values);
    const value = values.get(planned.k === undefined ? planned.metric : topKName(planned.k));
    const limit = limitOf(planned, measured);
    if (value === undefined || Number.isNaN(value)) {
      return { planned, limit, value: undefined, utilisation: Infinity, holds: false };
    }
    return settle({ planned, limit, value, ...judge(planned.metric, value, limit, measured) });
  });
}

/** Where the share of agreeing rows for k lies among the values. */
export function topKName(k: number): string {
  return `topK:${k}`;
}

/** The bound as it stands in a document. */
export function boundOf(
  { planned, limit, value, utilisation, holds }: JudgedBound,
  rule: MismatchRule | undefined,
): Bound {
  const withRule = isBudget(planned.metric) && planned.expression === undefined && rule !== undefined;
  return {
    metric: planned.metric,
    limit: toWire(limit),
    ...(withRule ? { atol: toWire(rule.atol), rtol: toWire(rule.rtol) } : {}),
    ...(planned.k === undefined ? {} : { k: planned.k }),
    ...(planned.expression === undefined ? {} : { expression: planned.expression.text }),
    from: planned.from,
    ...(planned.profile === undefined ? {} : { profile: planned.profile }),
    ...(value === undefined ? {} : { value: toWire(value) }),
    utilisation: toWire(utilisation),
    holds,
  };
}

export function isLowerLimit(metric: string): boolean {
  return metricNamed(metric)?.smallerIsBetter === false;
}

function limitOf({ limit, factor }: PlannedBound, { expected }: Measured): number {
  if (factor === undefined) return limit;
  return expected.finite === 0 ? 0 : factor * factor * (expected.sumSquares / expected.finite);
}

function judge(
  metric: string,
  value: number,
  limit: number,
  measured: Measured,
): { readonly holds: boolean; readonly utilisation: number } {
  if (isBudget(metric) && limit === 0) {
    const utilisation = nonFiniteMismatches(measured) > 0 ? Infinity : measured.maxRatio;
    return { holds: value === 0, utilisation };
  }
  if (!isLowerLimit(metric)) {
    const size = Math.abs(value);
    return { holds: size <= limit, utilisation: share(size, limit) };
  }
  return { holds: value >= limit, utilisation: lowerShare(metric, value, limit) };
}

function judgeExpression(planned: PlannedBound, values: Values): JudgedBound {
  const { comparator, left, right } = planned.expression!;
  const value = left(values);
  const limit = right(values);
  if (Number.isNaN(value) || Number.isNaN(limit)) {
    return {
      planned,
      limit,
      value: Number.isNaN(value) ? undefined : value,
      utilisation: Infinity,
      holds: false,
    };
  }
  const upper = comparator === '<=' || comparator === '<';
  const strict = comparator === '<' || comparator === '>';
  const holds = strict && value === limit ? false : upper ? value <= limit : value >= limit;
  const utilisation = upper ? share(Math.abs(value), limit) : lowerShare(planned.metric, value, limit);
  return settle({ planned, limit, value, holds, utilisation });
}

/** Of a limit from below: the error ratio of decibels, the distance from 1 of what is at most 1, else limit ÷ value. */
function lowerShare(metric: string, value: number, limit: number): number {
  if (metric.endsWith('Db')) return value === limit ? 1 : 10 ** ((limit - value) / 20);
  return isLowerLimit(metric) ? share(1 - value, 1 - limit) : share(limit, value);
}

/** error ÷ allowed, with 0 ÷ 0 = 0; an error against nothing allowed (or less) is Infinity. */
function share(error: number, allowed: number): number {
  if (error <= 0) return 0;
  if (allowed <= 0) return Infinity;
  if (error === Infinity) return Infinity;
  return error / allowed;
}

/** Rounding never lets the share contradict the verdict. */
function settle(judged: JudgedBound): JudgedBound {
  const { holds, utilisation } = judged;
  if (holds && utilisation > 1) return { ...judged, utilisation: 1 };
  if (!holds && utilisation <= 1) return { ...judged, utilisation: 1 + Number.EPSILON };
  return judged;
}
