import type { Check, TargetInfo } from '../result/index.ts';

/** What is going to be run. */
export interface RunPlan {
  readonly suites: readonly string[];
  readonly targets: readonly TargetInfo[];
  readonly jobs: readonly { readonly suite: string; readonly target: string; readonly cases: number }[];
}

/** What a run tells while it works; a reporter shows it, nothing else depends on it. */
export interface RunEvents {
  onPlan?(plan: RunPlan): void;
  onCase?(done: {
    /** Position of the case in the plan. */
    readonly index: number;
    readonly finished: number;
    readonly of: number;
    readonly checks: readonly Check[];
  }): void;
}
