/** How one planned case is executed: the runs that it needs, and the checks that come of them. */
import type { Check } from '../../result/index.ts';
import type { Execution, Job } from '../../workers/types.ts';
import type { CheckFacts } from '../check.ts';
import { judgeCase, type JudgeOptions } from '../judge.ts';
import type { MetModel } from '../model.ts';
import type { PlannedCase } from '../plan.ts';
import type { SuiteContext } from '../suite-context.ts';
import { relationTrial } from './relation-trial.ts';
import { rolloutTrial } from './rollout-trial.ts';

/** A run as an executor takes it, without the id. */
export type TrialRun = Omit<Job['cases'][number], 'id'>;

export interface Trial {
  readonly planned: PlannedCase;
  /** In one session, in this order; empty where it is known already how the case ends. */
  readonly runs: readonly TrialRun[];
  /** What one execution means for all runs: a model that cannot be loaded, or a source that ran the case. */
  readonly alike: (execution: Execution) => readonly Execution[];
  /** One execution a run. */
  readonly judge: (executions: readonly Execution[]) => Promise<readonly Check[]>;
}

export interface TrialContext {
  readonly suite: SuiteContext;
  readonly model: MetModel;
  readonly facts: CheckFacts;
  readonly options: JudgeOptions;
}

export function trialOf(planned: PlannedCase, context: TrialContext): Promise<Trial> {
  const { reference, rollout } = planned.case;
  if (reference.kind === 'relation') return relationTrial(planned, reference.relation, context);
  return Promise.resolve(
    rollout === undefined ? plainTrial(planned, context) : rolloutTrial(planned, rollout, context),
  );
}

function plainTrial(planned: PlannedCase, { suite, facts, options }: TrialContext): Trial {
  return {
    planned,
    runs: [{ inputs: () => suite.feeds(planned), repeat: planned.case.repeat }],
    alike: (execution) => [execution],
    judge: async ([execution]) => {
      if (execution === undefined) throw new Error('a trial was judged before it ended');
      return judgeCase(planned, await suite.reference(planned.case), execution, facts, options);
    },
  };
}
