/** The smallest limits that would pass. Fed back, each of them does pass. */
import type { Needed } from '../../result/index.ts';
import { toWire } from '../../result/index.ts';
import { isFloating } from '../../tensor/index.ts';
import type { Measured } from '../measured.ts';
import { nonFiniteMismatches } from '../measured.ts';
import type { Chunk, Pair } from '../pair.ts';
import { CHUNK } from '../chunk-source.ts';
import { chunkNeeds } from '../measure-kernel.ts';
import { nth } from '../nth.ts';
import { eachChunk, newChunk, readChunk } from '../pair.ts';
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
    // No value, or none that a limit could be written down for.
    if (bound.value === undefined || !Number.isFinite(bound.value) || Number.isNaN(bound.limit)) return [];
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
  // A difference that overflows is beyond every limit.
  if (measured.maxAbs === Infinity) return {};
  // Without rtol every element needs its own error.
  if (budget === 0 && rule.rtol === 0 && !isFloating(pair.dtype)) return { atol: toWire(measured.maxAbs) };
  const { atol, rtol } =
    budget === 0 ? withoutBudget(pair, measured, rule) : withBudget(pair, measured, budget, rule);
  return {
    ...(atol === undefined ? {} : { atol: toWire(atol) }),
    ...(rtol === undefined || !isFloating(pair.dtype) ? {} : { rtol: toWire(rtol) }),
  };
}

interface Needs {
  readonly atol: number | undefined;
  readonly rtol: number | undefined;
}

/** Rounding by which the need of a chunk may lie below that of its elements: relative to the needs, and to what they are differences of. */
const ROUNDING = 2 ** -48;

/** The largest of all needs; what rounding could still leave outside lies in chunks that need about as much. */
function withoutBudget(pair: Pair, measured: Measured, { atol, rtol }: MismatchRule): Needs {
  const needs = chunkNeeds(pair, measured, atol, rtol);
  const largest = (of: Float64Array) => of.reduce((most, need) => Math.max(most, need), 0);
  const mostAtol = largest(needs.atol);
  const mostRtol = largest(needs.rtol);
  const nearAtol = mostAtol - ROUNDING * (mostAtol + measured.maxAbs);
  // Without the full set the largest relative error is not known: every chunk is looked at.
  const nearRtol =
    mostRtol - ROUNDING * (measured.maxRelative === 0 ? Infinity : mostRtol + measured.maxRelative);
  return {
    atol: settled(mostAtol, (candidate) => fits(pair, needs.atol, nearAtol, candidate, rtol)),
    rtol: settled(mostRtol, (candidate) => fits(pair, needs.rtol, nearRtol, atol, candidate)),
  };
}

/** Whether no element of the neediest chunks lies outside. Chunks below them have room to spare. */
function fits(pair: Pair, needs: Float64Array, near: number, atol: number, rtol: number): boolean {
  for (let index = 0; index < needs.length; index++) {
    // Where `near` is NaN or −Infinity every chunk is looked at.
    if (needs[index]! < near) continue;
    if (countOutside(pair, atol, rtol, index) > 0) return false;
  }
  return true;
}

/** The (budget + 1)-th largest needs of single elements. */
function withBudget(pair: Pair, measured: Measured, budget: number, { atol, rtol }: MismatchRule): Needs {
  const atols = new Float64Array(measured.outside);
  const rtols = new Float64Array(measured.outside);
  let next = 0;
  eachOutside(pair, atol, rtol, (d, e) => {
    atols[next] = d - rtol * e;
    rtols[next++] = (d - atol) / e;
  });
  const rank = measured.outside - 1 - budget;
  const within = (a: number, r: number) => countOutside(pair, a, r) <= budget;
  return {
    atol: settled(nth(atols, rank), (candidate) => within(candidate, rtol)),
    rtol: settled(nth(rtols, rank), (candidate) => within(atol, candidate)),
  };
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

type Visit = (difference: number, expected: number) => void;

function eachOutside(pair: Pair, atol: number, rtol: number, visit: Visit): void {
  eachChunk(pair, (chunk, count) => visitOutside(chunk, count, atol, rtol, visit));
}

function visitOutside(chunk: Chunk, count: number, atol: number, rtol: number, visit: Visit): void {
  const { expected, actual, difference } = chunk;
  for (let i = 0; i < count; i++) {
    const e = Math.abs(expected[i]!);
    if (!Number.isFinite(e) || !Number.isFinite(actual[i]!)) continue;
    const d = Math.abs(difference[i]!);
    if (!(d <= atol + rtol * e)) visit(d, e);
  }
}

const looked = newChunk();

/** In the whole, or in one chunk. */
function countOutside(pair: Pair, atol: number, rtol: number, index?: number): number {
  let outside = 0;
  const count = () => outside++;
  if (index === undefined) eachOutside(pair, atol, rtol, count);
  else {
    const length = Math.min(CHUNK, pair.elements - index * CHUNK);
    readChunk(pair, index * CHUNK, length, looked);
    visitOutside(looked, length, atol, rtol, count);
  }
  return outside;
}
