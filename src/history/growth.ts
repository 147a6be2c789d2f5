/**
 * Whether an error left its noise. The method: a robust z-score on the logarithm of the error (Iglewicz & Hoaglin 1993;
 * Hampel 1974), its spread moderated by a prior (Smyth 2004), with a least factor and a floor below which errors are
 * as good as zero. A prediction from n nights is uncertain by √(1 + 1/n) spreads.
 */
import { CEILING, logError, unlog } from './log-error.ts';
import { marginalSpread, median, moderatedSpread, tailSpread } from './noise.ts';
import type { BaselineNoise } from './baseline.ts';

export interface Growth {
  readonly direction: 'grown' | 'shrunk' | 'same';
  /** now ÷ usual. */
  readonly factor: number;
  /** The usual error, in the metric's unit. */
  readonly usual: number;
  /** Factors up to this are noise. */
  readonly allowed: number;
  /** Nights behind the estimate of the noise. */
  readonly nights: number;
}

/** Z-scores beyond this are no chance, even over a hundred checks a night and a spread that is itself estimated. */
const Z = 4.5;
/** Less than twice is not worth stopping a release, however quiet the history. */
const LEAST_FACTOR = Math.log(2);
/** From this many nights on, their median is a better centre than the one approved value. */
const ENOUGH_NIGHTS = 5;

export interface Usual {
  readonly centre: number;
  readonly threshold: number;
  readonly nights: number;
}

/** The usual log error, and how far from it is still noise. `past` are log errors, oldest first. */
export function usualOf(approved: number, past: readonly number[], kept: BaselineNoise | undefined): Usual {
  const own = past.filter((value) => value < CEILING);
  const known = kept !== undefined && kept.nights > own.length ? kept : noiseAround(approved, own);
  const spread = moderatedSpread(known.spread, Math.max(0, known.nights - 1));
  const best = kept !== undefined && kept.nights >= ENOUGH_NIGHTS ? kept : known;
  // An approved value far from the nights around it was approved as it is: it is the level that counts.
  const centred = best.nights >= ENOUGH_NIGHTS && Math.abs(best.centre - approved) <= 3 * spread;
  const behind = centred ? best.nights : 1;
  return {
    centre: centred ? best.centre : approved,
    threshold: Math.max(LEAST_FACTOR, Z * spread * Math.sqrt(1 + 1 / behind)),
    nights: known.nights,
  };
}

/** Nights far from what was approved are no noise, but what must be told. */
function noiseAround(approved: number, own: readonly number[]): BaselineNoise {
  const spread = marginalSpread(own);
  const within = Math.max(LEAST_FACTOR, 2 * Z * moderatedSpread(spread, own.length - 1));
  const near = own.filter((value) => Math.abs(value - approved) <= within);
  const middle = median(near);
  const tail = tailSpread(near.map((value) => value - middle));
  const centre = near.length < ENOUGH_NIGHTS ? approved : middle;
  return { centre, spread: Math.max(spread, tail), nights: own.length };
}

export function isElevated(log: number, { centre, threshold }: Usual): boolean {
  return log - centre > threshold;
}

/** `grain` is what errors change by at least: a change by one is none. */
export function growthOf(now: number, floor: number, usual: Usual, grain = 0): Growth {
  const log = logError(now, floor);
  const apart = log - usual.centre;
  const isGrain = Math.abs(now - unlog(usual.centre)) <= grain;
  const direction = isGrain
    ? 'same'
    : isElevated(log, usual)
      ? 'grown'
      : -apart > usual.threshold
        ? 'shrunk'
        : 'same';
  return {
    direction,
    factor: log >= CEILING ? Infinity : Math.exp(apart),
    usual: unlog(usual.centre),
    allowed: Math.exp(usual.threshold),
    nights: usual.nights,
  };
}
