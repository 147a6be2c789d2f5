import type { Check, GoldenRef } from '../result/index.ts';
import type { PlannedCase } from './plan.ts';
import type { TensorKeeper } from './tensor-keeper.ts';

/** Writes the command line that repeats one check, or a whole suite. */
export type Reproduce = (of: {
  readonly suite: string;
  readonly model?: string;
  readonly case?: string;
  readonly target?: string;
}) => string;

/** What every check of one planned case shares. */
export interface CheckFacts {
  readonly modelSha256: string | null;
  readonly reproduce: string;
  /** Takes the tensors of comparisons that fail, where they are wanted. */
  readonly keeper?: TensorKeeper;
}

/** A check of which nothing is known yet: not executed, not judged. */
export function blankCheck(planned: PlannedCase, facts: CheckFacts, golden: GoldenRef): Check {
  return {
    suite: planned.suite.name,
    model: planned.model.name,
    modelSha256: facts.modelSha256,
    case: planned.case.name,
    target: planned.target.name,
    output: null,
    dtype: null,
    shape: null,
    optional: planned.target.optional,
    status: 'ok',
    verdict: null,
    outcome: 'new',
    metrics: {},
    bounds: [],
    needed: [],
    worst: [],
    placement: null,
    golden,
    reproduce: facts.reproduce,
    reasons: [],
    timing: null,
  };
}
