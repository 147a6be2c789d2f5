/** What the report page may know besides its run: the runs before and beside it, as plain data. */
import type { Standing } from './reading.ts';

/** One run of the store. */
export interface ReportRun {
  readonly runId: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number | null;
  readonly commit: string | null;
  readonly branch: string | null;
  /** Hash that tells hosts apart. */
  readonly host: string;
  readonly cpu: string;
  readonly os: string;
  readonly node: string;
  readonly toolVersion: string;
}

/** What names a check from run to run. */
export interface ReportKey {
  readonly suite: string;
  readonly model: string;
  readonly case: string;
  readonly target: string;
  readonly output: string | null;
}

/** One check over the runs in which it was planned; all arrays have one entry per such run. */
export interface ReportSeries extends ReportKey {
  /** The metric of `values`. */
  readonly metric: string;
  /** Indices into the runs, ascending. */
  readonly runs: readonly number[];
  readonly values: readonly (number | null)[];
  readonly limits: readonly (number | null)[];
  /** Largest error ÷ allowed over all bounds. */
  readonly utilisations: readonly (number | null)[];
  readonly standings: readonly Standing[];
  /** Its value in the approved run, where there is one. */
  readonly approved?: number | null;
}

export type ReportEventKind = 'step' | 'spike' | 'drift' | 'flaky' | 'fails' | 'passes' | 'replaced';

/** What changed beside the numbers, such as a model's hash or a runtime's version. */
export interface ReportChange {
  readonly what: string;
  /** Which model or target; empty for the others. */
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A check that moved. `factor` is after ÷ before; 1 where only the verdict changed. */
export interface ReportMove extends ReportKey {
  readonly factor: number;
  readonly before: number | null;
  readonly after: number | null;
}

/** Movements of one kind in one suite on one night. */
export interface ReportEvent {
  readonly kind: ReportEventKind;
  /** Index of the first run that shows it. */
  readonly run: number;
  readonly worse: boolean;
  readonly suite: string;
  readonly targets: readonly string[];
  readonly checks: readonly ReportMove[];
  readonly changed: readonly ReportChange[];
}

/** Share passing of one suite on one target in one run. */
export interface ReportShare {
  readonly run: number;
  readonly suite: string;
  readonly target: string;
  readonly passed: number;
  readonly counted: number;
}

/** Which model files and which runtimes computed the numbers of a run. */
export interface ReportCircumstances {
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

/** The approved run of one suite. */
export interface ReportBaseline {
  readonly suite: string;
  readonly runId: string;
  readonly commit: string | null;
  /** ISO 8601. */
  readonly approvedAt: string;
  readonly reason: string;
}

/** The stored runs around the one that the page shows, oldest first. */
export interface RunHistory {
  readonly runs: readonly ReportRun[];
  readonly series: readonly ReportSeries[];
  readonly events: readonly ReportEvent[];
  readonly shares: readonly ReportShare[];
  readonly circumstances: ReportCircumstances;
  readonly baselines: readonly ReportBaseline[];
}

export type AuditVerdict = 'loose' | 'tight' | 'justified' | 'never exercised' | 'below the noise';

/** One bound in force and what the stored runs say about it. */
export interface AuditedBound {
  readonly bound: {
    readonly suite: string;
    readonly from: string;
    readonly owner: string | null;
    readonly ofCase: string | null;
    readonly metric: string;
    readonly limit: number | null;
    readonly atol: number | null;
    readonly rtol: number | null;
    readonly expression: string | null;
  };
  readonly verdict: AuditVerdict;
  readonly why: string;
  readonly checks: number;
  readonly runs: number;
  /** Error ÷ allowed; `null` where it was never exercised. */
  readonly worstEver: number | null;
  readonly worstRecent: number | null;
  /** Limit ÷ typical |expected|, the smallest and largest over its checks. */
  readonly share: readonly [number, number] | null;
  readonly proposal: {
    readonly factor: number;
    readonly limit: number | null;
    readonly atol: number | null;
    readonly rtol: number | null;
    readonly falseAlarmPerRun: number;
    readonly basis: string;
  } | null;
}

/** The tolerance audit. */
export interface ReportAudit {
  /** How many stored runs it rests on. */
  readonly runs: number;
  readonly audits: readonly AuditedBound[];
  /** Unified diff of the suite files; empty where nothing is proposed. */
  readonly patch: string;
}

/** Everything that a page may carry besides its run. */
export interface ReportExtras {
  readonly history?: RunHistory;
  readonly audit?: ReportAudit;
}
