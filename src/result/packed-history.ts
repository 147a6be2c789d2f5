/**
 * The history as it lies in a page: names once, numbers as columns of small codes. The reporter writes it and the page
 * reads it; both sides of every code are here.
 */
import type { Standing } from './reading.ts';
import type {
  ReportBaseline,
  ReportEvent,
  ReportEventKind,
  ReportMove,
  ReportRun,
} from './report-history.ts';
import type { WireNumber } from './wire.ts';

/** What the first screen needs; read at once. */
export interface HistoryHead {
  readonly runs: readonly ReportRun[];
  readonly events: readonly HeadEvent[];
  readonly shares: readonly HeadShares[];
  readonly baselines: readonly ReportBaseline[];
  /** How many checks the columns hold, and how many were left out to keep the page small. */
  readonly checks: number;
  readonly leftOut: number;
}

/** An event with the checks that moved most; all are marked in {@link HistoryBody.marks}. */
export interface HeadEvent extends Omit<ReportEvent, 'checks'> {
  readonly count: number;
  readonly most: readonly HeadMove[];
}

export interface HeadMove extends Omit<ReportMove, 'factor' | 'before' | 'after'> {
  readonly factor: WireNumber;
  readonly before: WireNumber | null;
  readonly after: WireNumber | null;
}

/** One suite on one target; one entry per run, −1 where it did not run. */
export interface HeadShares {
  readonly suite: string;
  readonly target: string;
  readonly passed: readonly number[];
  readonly counted: readonly number[];
}

/** What is read when a screen asks for series. All check columns have one entry per check. */
export interface HistoryBody {
  readonly names: readonly string[];
  /** Places in `names`. */
  readonly suite: readonly number[];
  readonly model: readonly number[];
  readonly case: readonly number[];
  readonly target: readonly number[];
  /** −1 where the output is not known. */
  readonly output: readonly number[];
  readonly metric: readonly number[];
  /** Per check: run, limit, run, limit …, an entry where the limit changes; `null` for none. */
  readonly limits: readonly (readonly (WireNumber | null)[])[];
  /** Codes of errors. */
  readonly approved: readonly number[];
  /** Check, run, place in {@link EVENT_KINDS}, 1 where it is worse; one after the other. */
  readonly marks: readonly number[];
  readonly models: readonly Changing[];
  readonly runtimes: readonly Changing[];
}

/** A text over the runs: run, text, run, text …, an entry where it changes; `null` where it did not run. */
export interface Changing {
  readonly name: string;
  readonly at: readonly (number | string | null)[];
}

export const EVENT_KINDS: readonly ReportEventKind[] = [
  'fails',
  'step',
  'drift',
  'spike',
  'flaky',
  'passes',
  'replaced',
];

/** Codes of standings; 0 is a run without the check. */
export const STANDING_CODES: readonly (Standing | null)[] = [
  null,
  'passed',
  'failed',
  'void',
  'unverified',
  'not run',
  'skipped',
];

// A sixteen-bit code on a log axis from 1e-40 to 1e40: steps of 0.28 %, finer than any chart shows.
const LOWEST = -40;
const STEPS_PER_DECADE = 819;
const ZERO = 1;
const FIRST = 2;
const LAST = 65_534;
const NOT_FINITE = 65_535;

/** Code of an error: 0 for none, then zero, the log axis, and what is not finite. */
export function packError(value: number | null): number {
  if (value === null) return 0;
  if (!Number.isFinite(value)) return NOT_FINITE;
  const size = Math.abs(value);
  if (size === 0) return ZERO;
  const step = FIRST + Math.round((Math.log10(size) - LOWEST) * STEPS_PER_DECADE);
  return Math.min(LAST, Math.max(FIRST, step));
}

/** The inverse of {@link packError}, to three digits; infinity for whatever was not finite. */
export function unpackError(code: number): number | null {
  if (code === 0) return null;
  const known = unpacked[code] ?? NaN;
  if (!Number.isNaN(known)) return known;
  const value = sizeOf(code);
  unpacked[code] = value;
  return value;
}

/** Millions of codes are read at once, and few of them are different. */
const unpacked = new Float64Array(NOT_FINITE + 1).fill(NaN);

function sizeOf(code: number): number {
  if (code === ZERO) return 0;
  if (code === NOT_FINITE) return Infinity;
  return Number((10 ** ((code - FIRST) / STEPS_PER_DECADE + LOWEST)).toPrecision(3));
}
