/** What happened in one series: steps, single spikes, a drift, or no stability at all. */
import { costOfLevels, levelsOf, penaltyFor, type Level } from './change-points.ts';
import { bestRamp } from './drift.ts';
import { CEILING, logError, unlog } from './log-error.ts';
import { onOneHost } from './hosts.ts';
import { longRunSpread, moderatedSpread } from './noise.ts';

/** One movement. `at` is the index into the series of the first run that shows it; errors in the metric's unit. */
export interface Movement {
  readonly kind: 'step' | 'spike' | 'drift' | 'unstable';
  readonly at: number;
  readonly before: number;
  readonly after: number;
  /** after ÷ before; above 1 is worse. */
  readonly factor: number;
}

/** Smaller steps are not worth a person's morning. */
const LEAST_STEP = Math.log(1.5);
/** A single night must stand out more: it proves less. The last one may be the first of many. */
const LEAST_SPIKE = Math.log(4);
const LEAST_LAST = Math.log(2.2);
/** Times the next largest deviation: of errors that scatter widely, one lies far out by chance. */
const LEAST_GAP = 2;
const LEAST_DRIFT = Math.log(2);
/** More than the eight times that lie between exact zeros and the smallest error. */
const LEAST_UNREST = Math.log(10);

export interface SeriesFacts {
  /** Host of each run. */
  readonly hosts?: readonly string[];
  /** Errors come in steps of this, such as a unit in the last place: a change by one is none. */
  readonly grain?: number;
}

/** The movements of a series of errors, oldest first. `null` is a run without a number; `floor` is where errors are as good as zero. */
export function movementsOf(
  values: readonly (number | null)[],
  floor: number,
  { hosts = [], grain = 0 }: SeriesFacts = {},
): readonly Movement[] {
  const places: number[] = [];
  const logs: number[] = [];
  values.forEach((value, at) => {
    if (value === null) return;
    places.push(at);
    logs.push(logError(value, floor));
  });
  if (logs.length < 2) return [];
  const series = comparable(logs, places, hosts);
  return explain(series, Math.log(floor))
    .filter(({ before, after }) => !(Math.abs(after - before) <= GRAIN_ROOM * grain))
    .map((movement) => ({ ...movement, at: places[movement.at] ?? 0 }));
}

/** Levels are medians of logarithms: one grain may come out as a little more. */
const GRAIN_ROOM = 1.01;

/** Infinite errors are infinite on every host. */
function comparable(
  logs: readonly number[],
  places: readonly number[],
  hosts: readonly string[],
): readonly number[] {
  if (hosts.length === 0 || logs.includes(CEILING)) return logs;
  return onOneHost(
    logs,
    places.map((at) => hosts[at] ?? ''),
  );
}

function explain(series: readonly number[], lowest: number): readonly Movement[] {
  const spread = noiseOf(series, lowest);
  const { movements: found, restless } = movementsWith(series, spread);
  const recurring = found.filter(({ kind }) => kind === 'spike').length + returnsIn(found) >= RECURRING;
  if (restless <= Math.max(4, series.length / 8) && !recurring)
    return found.map((one) => asStepFromFirst(one));
  // So many events are a property of the series, not events: they are its noise, and only what stands out of it counts.
  const rough = Math.max(spread, rootMeanSquareOfDifferences(series));
  const standing = movementsWith(series, rough).movements.filter(({ kind }) => kind !== 'spike');
  const [low, high] = [Math.min(...series), Math.max(...series)];
  const from = series.findIndex(
    (value, at) => at > 0 && Math.abs(value - (series[at - 1] ?? value)) >= LEAST_STEP,
  );
  if (high - low < LEAST_UNREST) return standing;
  return [movement('unstable', Math.max(0, from), low, high), ...standing];
}

/** A spike that comes back is how the check behaves, and so is a level that it returns to. */
const RECURRING = 3;

/** Steps to a level that the series had left before. */
function returnsIn(movements: readonly Movement[]): number {
  const levels: number[] = [];
  let returns = 0;
  for (const { kind, before, after } of movements) {
    if (kind !== 'step') continue;
    levels.push(Math.log(before));
    if (levels.some((level) => Math.abs(level - Math.log(after)) < LEAST_STEP)) returns++;
  }
  return returns;
}

/** Long stretches of exact zeros or of infinities say nothing about how far the numbers between them move. */
function noiseOf(series: readonly number[], lowest: number): number {
  const moving = series.filter((value) => value > lowest && value < CEILING);
  const known = moving.length >= FEW ? moving : series;
  return moderatedSpread(longRunSpread(known), known.length - 1);
}

const FEW = 5;

function movementsWith(
  series: readonly number[],
  spread: number,
): { readonly movements: readonly Movement[]; readonly restless: number } {
  const { levels, spikes } = splitSpikes(mergeAlike(levelsOf(series, spread)), series.length);
  const calm = calmed(series, levels, spikes);
  const drift = driftOf(calm, levels, spread);
  const steps = drift === null ? stepsOf(levels) : [drift];
  const usual = largestDeviation(calm, levels);
  const telling = spikes.filter((spike) => isTelling(spike, usual, series.length));
  return {
    movements: [...steps, ...telling].toSorted((left, right) => left.at - right.at),
    restless: spikes.length + levels.length - 1,
  };
}

function isTelling({ at, length, factor }: Spike, usual: number, nights: number): boolean {
  const size = Math.abs(Math.log(factor));
  const isLast = at + length === nights;
  return size >= LEAST_GAP * usual && size >= (isLast ? LEAST_LAST : LEAST_SPIKE);
}

/** Of what came before the first run nothing is known: the second is where the level changed. */
function asStepFromFirst(found: Movement): Movement {
  const { kind, at, before, after, factor } = found;
  return kind === 'spike' && at === 0
    ? { kind: 'step', at: 1, before: after, after: before, factor: 1 / factor }
    : found;
}

/** Of the runs that are no spikes, from their levels. */
function largestDeviation(calm: readonly number[], levels: readonly Level[]): number {
  let largest = 0;
  for (const { from, to, level } of levels)
    for (let at = from; at < to; at++) largest = Math.max(largest, Math.abs((calm[at] ?? level) - level));
  return largest;
}

/** The series with the level in place of every spike. */
function calmed(
  series: readonly number[],
  levels: readonly Level[],
  spikes: readonly Spike[],
): readonly number[] {
  const calm = [...series];
  for (const { at, length } of spikes) {
    const usual = levels.find(({ from, to }) => from <= at && at < to)?.level ?? 0;
    calm.fill(usual, at, at + length);
  }
  return calm;
}

/** Neighbouring levels that differ by less than the least step become one, the closest first. */
function mergeAlike(levels: readonly Level[]): readonly Level[] {
  const merged = [...levels];
  for (;;) {
    let closest = -1;
    let distance = LEAST_STEP;
    for (let at = 1; at < merged.length; at++) {
      const apart = Math.abs((merged[at]?.level ?? 0) - (merged[at - 1]?.level ?? 0));
      if (apart < distance) [closest, distance] = [at, apart];
    }
    const [left, right] = [merged[closest - 1], merged[closest]];
    if (left === undefined || right === undefined) return merged;
    merged.splice(closest - 1, 2, joined(left, right));
  }
}

function joined(left: Level, right: Level): Level {
  const [a, b] = [left.to - left.from, right.to - right.from];
  return { from: left.from, to: right.to, level: (left.level * a + right.level * b) / (a + b) };
}

/** Runs that stood alone, one or two, before the series went back to where it was; and the last run, if it stands out. */
interface Spike extends Movement {
  readonly length: number;
}

function splitSpikes(
  levels: readonly Level[],
  length: number,
): { readonly levels: readonly Level[]; readonly spikes: readonly Spike[] } {
  const spikes: Spike[] = [];
  const kept: Level[] = [];
  for (const [at, level] of levels.entries()) {
    const previous = kept.at(-1) ?? levels[at + 1];
    const next = levels[at + 1];
    if (previous === undefined || !standsAlone(level, previous, next, kept.length === 0)) {
      keep(kept, level);
      continue;
    }
    spikes.push({
      ...movement('spike', level.from, previous.level, level.level),
      length: level.to - level.from,
    });
  }
  return { levels: stretched(kept, length), spikes };
}

function standsAlone(level: Level, previous: Level, next: Level | undefined, first: boolean): boolean {
  const length = level.to - level.from;
  if (length > 2) return false;
  if (first || next === undefined) return length === 1;
  return Math.abs(next.level - previous.level) < Math.abs(level.level - previous.level) / 2;
}

function keep(kept: Level[], level: Level): void {
  const previous = kept.at(-1);
  if (previous !== undefined && Math.abs(previous.level - level.level) < LEAST_STEP) {
    kept[kept.length - 1] = joined(previous, level);
  } else kept.push(level);
}

/** Without gaps where spikes were. */
function stretched(kept: readonly Level[], length: number): readonly Level[] {
  return kept.map((level, at) => ({
    ...level,
    from: at === 0 ? 0 : level.from,
    to: kept[at + 1]?.from ?? length,
  }));
}

function stepsOf(levels: readonly Level[]): readonly Movement[] {
  return levels
    .slice(1)
    .map((level, at) => movement('step', level.from, levels[at]?.level ?? 0, level.level));
}

/** A ramp instead of steps, where it explains the series better; several steps one way are usually that. */
function driftOf(series: readonly number[], levels: readonly Level[], spread: number): Movement | null {
  if (series.includes(CEILING)) return null;
  const ramp = bestRamp(series);
  if (ramp === null) return null;
  const rise = ramp.slope * (series.length - 1 - ramp.from);
  if (Math.abs(rise) < LEAST_DRIFT) return null;
  // A ramp has a place and a slope to pay for.
  const cost = ramp.cost + 2 * penaltyFor(series.length, spread);
  if (cost >= costOfLevels(series, levels, spread)) return null;
  const start = levels[0]?.level ?? 0;
  return movement('drift', ramp.from, start, start + rise);
}

function movement(kind: Movement['kind'], at: number, before: number, after: number): Movement {
  return {
    kind,
    at,
    before: unlog(before),
    after: unlog(after),
    factor: after >= CEILING ? Infinity : Math.exp(after - before),
  };
}

function rootMeanSquareOfDifferences(series: readonly number[]): number {
  let sum = 0;
  for (let at = 1; at < series.length; at++) sum += ((series[at] ?? 0) - (series[at - 1] ?? 0)) ** 2;
  return Math.sqrt(sum / Math.max(1, series.length - 1) / 2);
}
