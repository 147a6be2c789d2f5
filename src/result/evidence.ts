/** What a person needs to see why a check stands as it does. Everything here is derived from the two tensors. */
import type { WireNumber } from './wire.ts';

/** Counts of |error| in decades: bin i holds errors in [10^(minExponent+i), 10^(minExponent+i+1)). */
export interface Histogram {
  readonly minExponent: number;
  readonly counts: readonly number[];
  readonly zeros: number;
  /** Errors below the first and at or above the last bin. */
  readonly below: number;
  readonly above: number;
  readonly nonFinite: number;
}

/** Largest |error| per cell of the last two axes (folded down to at most 64 × 64). */
export interface HeatMap {
  readonly rows: number;
  readonly columns: number;
  /** Lengths of the two axes before folding. */
  readonly fromShape: readonly [number, number];
  /** Row-major, rows × columns. */
  readonly cells: readonly WireNumber[];
}

/** Largest |error| by decade of |expected|: shows whether errors are absolute or relative. */
export interface MagnitudeProfile {
  readonly minExponent: number;
  readonly maxError: readonly WireNumber[];
}

/** Largest and mean |error| along one axis. */
export interface AxisProfile {
  readonly axis: number;
  readonly length: number;
  /** At most 128 values; longer axes are folded. */
  readonly maxError: readonly WireNumber[];
}

/** Facts about one of the two tensors. */
export interface TensorFacts {
  readonly elements: number;
  readonly min?: WireNumber;
  readonly max?: WireNumber;
  readonly mean?: WireNumber;
  /** Largest finite |value|. */
  readonly maxAbs?: WireNumber;
  /** Median of the finite non-zero |value|; what the default tolerance scales with. */
  readonly scale?: WireNumber;
  readonly nan: number;
  readonly posInf: number;
  readonly negInf: number;
  readonly zeros: number;
  readonly constant: boolean;
}

/** The error of one output over the steps of a rollout; entry i is of step i + 1, `null` where it has no numbers. */
export interface Growth {
  readonly linf: readonly (WireNumber | null)[];
  readonly mse: readonly (WireNumber | null)[];
  /** Error ÷ allowed. */
  readonly utilisation: readonly (WireNumber | null)[];
}

export interface Evidence {
  readonly expected: TensorFacts;
  readonly actual: TensorFacts;
  readonly histogram?: Histogram;
  readonly heatMap?: HeatMap;
  readonly magnitude?: MagnitudeProfile;
  readonly axes?: readonly AxisProfile[];
  /** In the last step of a rollout that was compared. */
  readonly growth?: Growth;
}
