/** The tolerance audit: is each bound justified by what was ever measured against it? */
import type { Scope } from '../result/index.ts';

/** A bound as a suite declares it, or a default. */
export interface DeclaredBound {
  readonly suite: string;
  readonly from: Scope;
  /** The model, target, dtype, case or output that it belongs to; `null` for the whole suite. */
  readonly owner: string | null;
  /** Only for an output's bound of one case. */
  readonly ofCase: string | null;
  /** `mismatches` for a bound of atol and rtol. */
  readonly metric: string;
  /** `null` where it depends on the data. */
  readonly limit: number | null;
  readonly atol: number | null;
  readonly rtol: number | null;
  readonly expression: string | null;
  /** Where it stands in the suite file: keys from the top, without the name of the limit itself; `null` for defaults. */
  readonly path: readonly string[] | null;
}

/** All that was measured against one bound of one check. Arrays have one entry per run. */
export interface Observed {
  readonly suite: string;
  readonly model: string;
  readonly case: string;
  readonly target: string;
  readonly output: string | null;
  readonly dtype: string | null;
  readonly from: Scope;
  readonly metric: string;
  readonly limit: number | null;
  readonly atol: number | null;
  readonly rtol: number | null;
  readonly expression: string | null;
  readonly scale: number | null;
  readonly referenceNoise: number | null;
  /** Indices of runs, ascending. */
  readonly runs: readonly number[];
  readonly utilisations: readonly (number | null)[];
}

export type BoundVerdict = 'loose' | 'tight' | 'justified' | 'never exercised' | 'below the noise';

export interface Proposal {
  /** The new limit is the old one times this. */
  readonly factor: number;
  readonly limit: number | null;
  readonly atol: number | null;
  readonly rtol: number | null;
  /** Chance that a run without a fault exceeds it. */
  readonly falseAlarmPerRun: number;
  /** How that was told. */
  readonly basis: string;
}

export interface BoundAudit {
  readonly bound: DeclaredBound;
  readonly verdict: BoundVerdict;
  /** One sentence with the numbers. */
  readonly why: string;
  readonly checks: number;
  readonly runs: number;
  /** Error ÷ allowed; `null` where it was never exercised. */
  readonly worstEver: number | null;
  readonly worstRecent: number | null;
  /** Limit ÷ typical |expected|, the smallest and largest over its checks; `null` where unknown. */
  readonly share: readonly [number, number] | null;
  readonly proposal: Proposal | null;
}
