/**
 * The run result: the one document that every reporter, the store and the report page read.
 * It is plain JSON; see `schemas/run.schema.json` for the published form.
 */
import type { Evidence } from './evidence.ts';
import type { ReasonCode } from './reasons.ts';
import type { WireNumber, WireValue } from './wire.ts';

/** Raised on every change that an older reader would misread. */
export const SCHEMA_VERSION = 1;

/** What execution did. Only `ok` has numbers. */
export type Status =
  'ok' | 'crashed' | 'timed-out' | 'out-of-memory' | 'unavailable' | 'unsupported' | 'environment' | 'error';

/** What the numbers say; `null` in a check that was not executed. */
export type Verdict = 'pass' | 'fail' | 'void' | 'unverified';

/** How a check stands against the baseline; `new` where there is none. */
export type Outcome =
  'unchanged' | 'regressed' | 'improved' | 'new' | 'removed' | 'fixed' | 'known failure' | 'flaky';

/** Where a bound came from, weakest first; a later scope replaces an earlier one per metric. */
export type Scope = 'default' | 'suite' | 'target' | 'dtype' | 'case' | 'output' | 'command line';

/** Names of numeric metrics. Each is defined in one file of `src/compare/metrics`; docs/metrics.md lists them. */
export type MetricName = string;

/** Metrics by name; one that does not apply is left out. */
export type Metrics = Readonly<Record<MetricName, WireNumber>>;

/** One limit on one metric. `value` and `utilisation` are filled in once it was judged. */
export interface Bound {
  readonly metric: MetricName;
  /** Upper limit, or lower limit where the metric is better when larger (`cosine`, `snrDb`, `topK`). */
  readonly limit: WireNumber;
  /** Only for `mismatches` and `mismatchShare`: what makes an element a mismatch. */
  readonly atol?: WireNumber;
  readonly rtol?: WireNumber;
  /** Only for `topK`: how many of the best entries must agree. */
  readonly k?: number;
  /** Only for a bound written as an expression: its text. */
  readonly expression?: string;
  readonly from: Scope;
  /** The named profile that supplied it, if one did. */
  readonly profile?: string;
  readonly value?: WireNumber;
  /** Error ÷ allowed: up to 1 passes. */
  readonly utilisation?: WireNumber;
  readonly holds?: boolean;
}

/** The smallest limit of a failed bound that would pass. */
export interface Needed {
  readonly metric: MetricName;
  readonly value: WireNumber;
  /** For a mismatch bound: the smallest atol with the given rtol, and the smallest rtol with the given atol. */
  readonly atol?: WireNumber;
  readonly rtol?: WireNumber;
}

/** One of the worst elements, worst first. */
export interface WorstElement {
  readonly index: readonly number[];
  readonly expected: WireValue;
  readonly actual: WireValue;
  /** |actual − expected|; left out for strings. */
  readonly error?: WireNumber;
}

/** Which execution provider really computed the nodes. */
export interface Placement {
  readonly requested: string;
  /** `profile` and `log` are evidence by the runtime; `only-provider` where nothing else could have run; `none` proves nothing. */
  readonly proof: 'profile' | 'log' | 'only-provider' | 'none';
  /** Node count by provider. */
  readonly nodes: Readonly<Record<string, number>>;
  /** Kernel time in microseconds by provider, where the runtime gives it. */
  readonly timeUs?: Readonly<Record<string, number>>;
  readonly fallbacks: readonly {
    readonly node: string;
    readonly op: string;
    readonly provider: string;
    readonly why?: string;
  }[];
}

/** The state of the golden that a check was held against. */
export type GoldenStateName =
  'fresh' | 'stale' | 'tampered' | 'missing' | 'unreadable' | 'live' | 'file' | 'runtime' | 'relation';

export interface GoldenRef {
  readonly state: GoldenStateName;
  /** For a person: "PyTorch 2.13.0, export.py:build, 2026-11-21". */
  readonly origin?: string;
  /** Path of the provenance file, relative to the project. */
  readonly provenance?: string;
  /** How far the reference itself is from its repetitions or from float64, where its provenance says so. */
  readonly noise?: { readonly linf: WireNumber; readonly of: 'spread' | 'truth' };
  /** Set where only a sample of the elements was kept. */
  readonly sampled?: { readonly elements: number; readonly of: number };
}

export interface Reason {
  readonly code: ReasonCode;
  readonly message: string;
  /** What to do next; empty only where there is nothing to do. */
  readonly hint: string;
  /** `fail` explains why the check did not pass; `warn` does not change the verdict. */
  readonly level: 'fail' | 'warn';
}

export interface Timing {
  readonly loadMs: number;
  readonly runMs: readonly number[];
  /** Where latency was asked for. */
  readonly bench?: Bench;
}

/** How long warmed runs took, one at a time with nothing else at work. */
export interface Bench {
  readonly runs: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
}

/** Folder in that of a run; tensors of failed comparisons lie in folders below it, one a check. */
export const KEPT_FOLDER = 'evidence';

/**
 * Expected and actual output as files, with paths relative to the folder of the run; or why they are not there: larger
 * than the budget left room for, or not to be written. Bytes are of both together.
 */
export type KeptTensors =
  | { readonly expected: string; readonly actual: string; readonly bytes: number }
  | { readonly omitted: 'budget' | 'unwritten'; readonly bytes: number };

/** One output of one case of one model on one target. */
export interface Check {
  readonly suite: string;
  readonly model: string;
  readonly modelSha256: string | null;
  readonly case: string;
  readonly target: string;
  /** `null` where the model's outputs could not be known. */
  readonly output: string | null;
  /** Of the actual output where there is one, else of the expected one. */
  readonly dtype: string | null;
  readonly shape: readonly number[] | null;
  readonly optional: boolean;
  readonly status: Status;
  readonly verdict: Verdict | null;
  readonly outcome: Outcome;
  readonly metrics: Metrics;
  readonly bounds: readonly Bound[];
  readonly needed: readonly Needed[];
  readonly worst: readonly WorstElement[];
  readonly evidence?: Evidence;
  /** Where the comparison failed: both sides of it, as files in the folder of the run. */
  readonly tensors?: KeptTensors;
  readonly placement: Placement | null;
  readonly golden: GoldenRef;
  /** One command line that repeats this check. */
  readonly reproduce: string;
  readonly reasons: readonly Reason[];
  readonly timing: Timing | null;
  /** Where the check is of one step of a rollout: the case in the suite file, and which step of how many. */
  readonly rollout?: { readonly case: string; readonly step: number; readonly steps: number };
  /** Tail of the worker's stderr and its signal or exit code, where it ended badly. */
  readonly crash?: {
    readonly signal: string | null;
    readonly exitCode: number | null;
    readonly stderr: string;
  };
}

export interface Host {
  readonly os: string;
  readonly arch: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly node: string;
  /** Hash over the fields above: tells hosts apart without naming them. */
  readonly fingerprint: string;
}

/** A target as this run met it. */
export interface TargetInfo {
  readonly name: string;
  readonly runtime: string;
  readonly runtimeVersion: string | null;
  readonly provider: string;
  readonly available: boolean;
  /** Why it is not available and how to get it. */
  readonly reason?: Reason;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A suite as this run met it. */
export interface SuiteInfo {
  readonly name: string;
  /** Relative to the project; `null` for a suite without a suite file. */
  readonly file: string | null;
  readonly description: string;
  readonly models: readonly {
    readonly name: string;
    readonly path: string;
    readonly sha256: string | null;
    readonly bytes: number | null;
  }[];
}

/** A suite file or a selection that could not be used: it makes the run exit 2. */
export interface RunProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

export interface Summary {
  readonly checks: number;
  readonly passed: number;
  readonly failed: number;
  readonly void: number;
  readonly unverified: number;
  readonly notRun: number;
}

/** Which part of a plan this run is. */
export interface Shard {
  /** From 1. */
  readonly index: number;
  readonly total: number;
  /** Of the whole plan: parts of different plans do not belong together. */
  readonly planSha256: string;
  /** Every case of the whole plan, in its order, with the shard that it belongs to. */
  readonly planned: readonly PlannedRef[];
}

/** One planned case on one target. */
export interface PlannedRef {
  readonly suite: string;
  readonly model: string;
  readonly case: string;
  readonly target: string;
  readonly shard: number;
}

export interface RunDocument {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly tool: { readonly name: 'onnx-parity'; readonly version: string };
  readonly runId: string;
  readonly command: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly host: Host;
  readonly source: {
    readonly commit: string | null;
    readonly branch: string | null;
    readonly dirty: boolean | null;
  };
  /** False while running and after an interruption: what is missing was not judged. */
  readonly complete: boolean;
  readonly exitCode: number;
  /** Set where this run is one part of a plan that several hosts share. */
  readonly shard?: Shard;
  /** Set where this document was joined from others. */
  readonly merged?: readonly { readonly runId: string; readonly host: Host; readonly shard?: string }[];
  /** What the outcomes were held against. */
  readonly against?: {
    readonly name: string;
    readonly runs: readonly string[];
    readonly commit: string | null;
  };
  readonly summary: Summary;
  readonly suites: readonly SuiteInfo[];
  readonly targets: readonly TargetInfo[];
  readonly problems: readonly RunProblem[];
  readonly checks: readonly Check[];
}
