/** The smallest limits that would pass. Fed back, each of them does pass. */
import type { Needed } from '../../result/index.ts';
import { toWire } from '../../result/index.ts';
import { isFloating } from '../../tensor/index.ts';
import type { Measured } from '../measured.ts';
import { nonFiniteMismatches } from '../measured.ts';
import type { Pair } from '../pair.ts';
import { eachChunk } from '../pair.ts';
import type { JudgedBound } from './judge.ts';
import type { MismatchRule } from './plan.ts';
import { isBudget } from './plan.ts';

/** One entry for each failed bound; none where no limit helps, as with a non-finite mismatch. */
export function neededFor(
  failed: readonly JudgedBound[],
  measured: Measured,
  rule: MismatchRule | undefined,
  pair: Pair,
): readonly Needed[] {
  if (nonFiniteMismatches(measured) > 0) return [];
  return failed.flatMap((bound): Needed[] => {
    const { metric, expression } = bound.planned;
    if (bound.value === undefined || !Number.isFinite(bound.value)) return [];
    if (expression !== undefined) {
      const direct = expression.metric !== undefined && expression.comparator === '<=';
      return direct ? [{ metric, value: toWire(Math.abs(bound.value)) }] : [];
    }
    if (!isBudget(metric))
      return [{ metric, value: toWire(metric === 'bias' ? Math.abs(bound.value) : bound.value) }];
    return [{ metric, value: toWire(bound.value), ...mismatchNeeds(bound, measured, rule, pair) }];
  });
}

/** The smallest atol beside the given rtol, and the smallest rtol beside the given atol. */
function mismatchNeeds(
  { planned, limit }: JudgedBound,
  measured: Measured,
  rule: MismatchRule | undefined,
  pair: Pair,
): Pick<Needed, 'atol' | 'rtol'> {
  if (rule === undefined || pair.dtype === 'string' || pair.dtype === 'bool') return {};
  const budget = planned.metric === 'mismatches' ? limit : Math.floor(limit * pair.elements);
  const { atol, rtol } = rule;
  const excess = rankedExcess(pair, measured, budget, rule);
  const smallestAtol = settled(excess.atol, (candidate) => countOutside(pair, candidate, rtol) <= budget);
  if (!isFloating(pair.dtype)) return smallestAtol === undefined ? {} : { atol: toWire(smallestAtol) };
  const smallestRtol = settled(excess.rtol, (candidate) => countOutside(pair, atol, candidate) <= budget);
  return {
    ...(smallestAtol === undefined ? {} : { atol: toWire(smallestAtol) }),
    ...(smallestRtol === undefined ? {} : { rtol: toWire(smallestRtol) }),
  };
}

/** The (budget + 1)-th largest atol and rtol that single elements ask for. */
function rankedExcess(pair: Pair, measured: Measured, budget: number, { atol, rtol }: MismatchRule) {
  if (budget === 0) {
    const largest = { atol: 0, rtol: 0 };
    eachOutside(pair, atol, rtol, (d, e) => {
      largest.atol = Math.max(largest.atol, d - rtol * e);
      largest.rtol = Math.max(largest.rtol, (d - atol) / e);
    });
    return largest;
  }
  const atols = new Float64Array(measured.outside);
  const rtols = new Float64Array(measured.outside);
  let next = 0;
  eachOutside(pair, atol, rtol, (d, e) => {
    atols[next] = d - rtol * e;
    rtols[next++] = (d - atol) / e;
  });
  const rank = measured.outside - 1 - budget;
  return { atol: atols.sort()[rank]!, rtol: rtols.sort()[rank]! };
}

/** Steps up from the candidate, by rounding errors only, until it passes; `undefined` where no finite one does. */
function settled(candidate: number, passes: (value: number) => boolean): number | undefined {
  let value = candidate;
  for (let step = Number.EPSILON / 2; Number.isFinite(value); step *= 2) {
    if (passes(value)) return value;
    value = candidate * (1 + step) + Number.MIN_VALUE;
  }
  return undefined;
}

function eachOutside(
  pair: Pair,
  atol: number,
  rtol: number,
  visit: (difference: number, expected: number) => void,
): void {
  eachChunk(pair, ({ expected, actual, difference }, count) => {
    for (let i = 0; i < count; i++) {
      const e = Math.abs(expected[i]!);
      if (e - e !== 0 || actual[i]! - actual[i]! !== 0) continue;
      const d = Math.abs(difference[i]!);
      if (!(d <= atol + rtol * e)) visit(d, e);
    }
  });
}

function countOutside(pair: Pair, atol: number, rtol: number): number {
  let outside = 0;
  eachOutside(pair, atol, rtol, () => outside++);
  return outside;
}
