/** The history as it is read back: runs in the order of time, and per check one series over them. */
import type { Standing } from '../result/reading.ts';

/** One whole run of the store. */
export interface HistoryRun {
  readonly runId: string;
  /** Its folder; `null` where the history is no folder of runs. */
  readonly folder: string | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number | null;
  readonly host: string;
  readonly cpu: string;
  readonly os: string;
  readonly node: string;
  readonly commit: string | null;
  readonly branch: string | null;
  readonly toolVersion: string;
}

/** What names a check from run to run. */
export interface CheckKey {
  readonly suite: string;
  readonly model: string;
  readonly case: string;
  readonly target: string;
  readonly output: string | null;
}

/** One check over the runs in which it was planned. All arrays have one entry per such run. */
export interface Series extends CheckKey {
  /** The metric of `values`. */
  readonly metric: string;
  readonly dtype: string | null;
  /** Median |expected|, where it is known: what one unit in the last place is measured by. */
  readonly scale: number | null;
  /** Indices into the runs of the history, ascending. */
  readonly runs: readonly number[];
  /** `null` where the check was not executed or has no such metric. */
  readonly values: readonly (number | null)[];
  readonly limits: readonly (number | null)[];
  /** Largest error ÷ allowed over all bounds. */
  readonly utilisations: readonly (number | null)[];
  readonly standings: readonly Standing[];
}

/** Share passing of one suite on one target in one run. */
export interface PassShare {
  readonly run: number;
  readonly suite: string;
  readonly target: string;
  readonly passed: number;
  /** Checks that count: skipped ones do not. */
  readonly counted: number;
}

/** What the numbers of a run depend on beside the host: which model and which runtime computed them. */
export interface Circumstances {
  /** SHA-256 of a model by run. */
  readonly models: readonly {
    readonly run: number;
    readonly suite: string;
    readonly model: string;
    readonly sha256: string | null;
  }[];
  readonly runtimes: readonly {
    readonly run: number;
    readonly target: string;
    readonly version: string | null;
  }[];
}

/** Something in the store that was left out, and why. */
export interface Skipped {
  readonly path: string;
  readonly problem: string;
}

/** A check's name as one string, for maps. */
export function keyOf({ suite, model, case: name, target, output }: CheckKey): string {
  return JSON.stringify([suite, model, name, target, output]);
}
