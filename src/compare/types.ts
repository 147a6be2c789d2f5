/** The contract of the comparison: tensors and layers of tolerance in, numbers and a verdict out. Pure. */
import type {
  Bound,
  Evidence,
  Metrics,
  Needed,
  Reason,
  Scope,
  Verdict,
  WorstElement,
} from '../result/index.ts';
import type { Dtype, NamedTensors, Tensor } from '../tensor/index.ts';

/** Limits as a user writes them, at any scope. A later scope replaces an earlier one per metric. */
export interface Tolerance {
  /** A mismatch is an element with |actual − expected| > atol + rtol·|expected|. Giving only one of the two means 0 for the other, unless a weaker explicit scope gave it. */
  readonly atol?: number;
  readonly rtol?: number;
  /** Share of elements allowed to be mismatches (outlier budget), 0…1; off unless asked for. */
  readonly mismatchShare?: number;
  /** Number of elements allowed to be mismatches. */
  readonly mismatches?: number;
  readonly linf?: number;
  readonly linfRelative?: number;
  readonly mse?: number;
  readonly rmse?: number;
  readonly meanAbs?: number;
  readonly bias?: number;
  readonly maxRel?: number;
  readonly maxUlp?: number;
  readonly meanUlp?: number;
  /** Lower limits. */
  readonly cosine?: number;
  readonly snrDb?: number;
  readonly psnrDb?: number;
  /** Share of rows (over the last axis) whose k best entries agree; a lower limit, 1 by default. */
  readonly topK?: { readonly k: number; readonly min?: number };
  readonly kl?: number;
  /** Bounds such as `linf <= 1e-4 * max(1, refMax)`. */
  readonly expressions?: readonly string[];
  /** A named profile whose bounds stand in for `default` at this scope. */
  readonly profile?: string;
  /** Shape-aware ULP bound as the WebNN conformance tests derive it. */
  readonly ulpFor?: { readonly op: string; readonly [parameter: string]: unknown };
}

/** A tolerance and the scope that gave it; weakest first. */
export interface ToleranceLayer {
  readonly from: Exclude<Scope, 'default'>;
  readonly tolerance: Tolerance;
}

/** How two outputs are to be held against each other, beyond the limits. */
export interface ComparePolicy {
  /** NaN matches NaN in the same place. Default true. */
  readonly nanEqual?: boolean;
  /** An infinity matches the same infinity. Default true. */
  readonly infEqual?: boolean;
  /** No element compared is `pass` instead of `void`. Default false. */
  readonly allowEmpty?: boolean;
  /** Actual dtypes that are accepted for another expected dtype: `{ float16: 'float32' }` widens actual float16. */
  readonly widen?: Readonly<Partial<Record<Dtype, Dtype>>>;
  /** Order of the actual axes that gives the expected layout, as in NumPy's transpose: NHWC actual against NCHW expected is [0, 3, 1, 2]. */
  readonly transposeActual?: readonly number[];
  /** Axes of length one are dropped on both sides before shapes are compared. */
  readonly squeeze?: boolean;
  /** The output is a set or a ranking: judged by scores, not by position. */
  readonly ranking?: Ranking;
  /** `--no-defaults`: only explicit bounds remain. */
  readonly noDefaults?: boolean;
}

/** How positions of a set-like or ranking-like output are judged. */
export interface Ranking {
  readonly kind: 'ranking' | 'set';
  /** Axis along which entries are ranked; the last by default. */
  readonly axis?: number;
  /** Name of the output that holds the scores of these entries (TopK values for TopK indices). */
  readonly scores?: string;
}

export interface CompareRequest {
  readonly expected: Tensor;
  readonly actual: Tensor;
  readonly layers: readonly ToleranceLayer[];
  readonly policy: ComparePolicy;
  /** `core` is the gate's minimum, `full` the default, `all` adds further passes (quantiles, axes, ranks). */
  readonly metrics: 'core' | 'full' | 'all';
  /** How many worst elements to keep; 5 by default. */
  readonly worst?: number;
  /** Scores for a ranking: the tensors of the output that `policy.ranking.scores` names. */
  readonly scores?: { readonly expected: Tensor; readonly actual: Tensor };
  /** Evidence (facts, histogram, heat map …) is gathered only when asked: `failures` gathers the costly part for failures alone. */
  readonly evidence: 'none' | 'failures' | 'always';
}

/** Everything about one pair of tensors that goes into a check. */
export interface Comparison {
  readonly verdict: Verdict;
  readonly metrics: Metrics;
  readonly bounds: readonly Bound[];
  readonly needed: readonly Needed[];
  readonly worst: readonly WorstElement[];
  readonly evidence?: Evidence;
  readonly reasons: readonly Reason[];
}

/** How the outputs of both sides belong together. */
export interface OutputPairing {
  readonly pairs: readonly { readonly name: string; readonly expected: Tensor; readonly actual: Tensor }[];
  /** Outputs that only one side has, each with its reason. */
  readonly unpaired: readonly {
    readonly name: string;
    readonly side: 'expected' | 'actual';
    readonly tensor: Tensor;
    readonly reason: Reason;
  }[];
}

export type PairOutputs = (
  expected: NamedTensors,
  actual: NamedTensors,
  by: 'name' | 'order',
) => OutputPairing;

export type CompareTensors = (request: CompareRequest) => Comparison;
