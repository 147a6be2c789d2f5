import type { Check } from '../../result/index.ts';
import { RuntimeFailure } from '../../runtimes/types.ts';
import { parseStepName, stepName } from '../../suite/rollout.ts';
import type { RolloutSpec } from '../../suite/types.ts';
import type { NamedTensors } from '../../tensor/index.ts';
import type { Execution } from '../../workers/types.ts';
import { blankCheck } from '../check.ts';
import { judgeCase, renamed } from '../judge.ts';
import type { PlannedCase } from '../plan.ts';
import type { Reference } from '../reference.ts';
import { withGrowth } from './growth.ts';
import { featureReason } from './reason-texts.ts';
import { stepRuns } from './steps.ts';
import type { Trial, TrialContext } from './trial.ts';

/** One run a step; the checks of step k are those of a case `decode[step=k]`. */
export function rolloutTrial(planned: PlannedCase, rollout: RolloutSpec, context: TrialContext): Trial {
  const { suite } = context;
  const { model, case: item } = planned;
  return {
    planned,
    runs: stepRuns(rollout, {
      repeat: item.repeat,
      start: () => suite.feeds(planned),
      outputsBefore: async (step, own) =>
        rollout.mode === 'free'
          ? renamed(own, model.renameOutputs)
          : forcedOutputs(await suite.reference(item), step - 1),
    }),
    alike: (execution) => stepExecutions(execution, rollout.steps),
    judge: async (executions) =>
      judgeSteps(planned, rollout, await suite.reference(item), untilFailure(executions), context),
  };
}

function judgeSteps(
  planned: PlannedCase,
  { steps }: RolloutSpec,
  reference: Reference,
  executions: readonly Execution[],
  { facts, options }: TrialContext,
): readonly Check[] {
  const { name } = planned.case;
  const checks = executions.flatMap((execution, at) => {
    const step = at + 1;
    const one = { ...planned, case: { ...planned.case, name: stepName(name, step) } };
    return judgeCase(one, ofStep(reference, step), execution, facts, options).map((check) => ({
      ...check,
      rollout: { case: name, step, steps },
    }));
  });
  return [...withGrowth(checks, steps), ...beyond(planned, reference, steps, facts)];
}

/** A reference with more steps than the rollout has: steps that are no longer judged. */
function beyond(
  planned: PlannedCase,
  reference: Reference,
  steps: number,
  facts: TrialContext['facts'],
): readonly Check[] {
  const known = [...(reference.outputs?.keys() ?? [])].map((name) => parseStepName(name)?.step ?? 0);
  const last = Math.max(0, ...known);
  if (last <= steps) return [];
  const one = { ...planned, case: { ...planned.case, name: stepName(planned.case.name, last) } };
  const reasons = [featureReason.stepsBeyond(last, steps)];
  return [{ ...blankCheck(one, facts, reference.golden), verdict: 'fail', reasons }];
}

function ofStep(reference: Reference, step: number): Reference {
  return {
    ...reference,
    outputs: reference.outputs === null ? null : stepOutputs(reference.outputs, step),
    samples: stepOutputs(reference.samples, step),
  };
}

/** What belongs to one step, under the names that the model gives. */
function stepOutputs<T>(all: ReadonlyMap<string, T>, step: number): ReadonlyMap<string, T> {
  const own = new Map<string, T>();
  for (const [key, value] of all) {
    const parts = parseStepName(key);
    if (parts?.step === step) own.set(parts.name, value);
  }
  return own;
}

function forcedOutputs(reference: Reference, step: number): NamedTensors {
  if (reference.outputs === null) throw new RuntimeFailure('error', featureReason.forcedWithout());
  return stepOutputs(reference.outputs, step);
}

/** What one execution of all steps means for each: the outputs of a source carry the step in their names. */
function stepExecutions(execution: Execution, steps: number): readonly Execution[] {
  return Array.from({ length: steps }, (_, at) =>
    execution.status === 'ok' ? { ...execution, outputs: stepOutputs(execution.outputs, at + 1) } : execution,
  );
}

/** After the first step that failed nothing was fed: later ones end as it did, and say so. */
function untilFailure(executions: readonly Execution[]): readonly Execution[] {
  const failed = executions.findIndex(({ status }) => status !== 'ok');
  const first = executions[failed];
  if (first === undefined || first.status === 'ok') return executions;
  // A model that was refused before any step ran ends all of them alike.
  if (executions.every((execution) => execution === first)) return executions;
  const { crash: _, ...rest } = first;
  const stopped: Execution = { ...rest, reasons: [featureReason.stoppedAtStep(failed + 1)] };
  return executions.map((execution, at) => (at > failed ? stopped : execution));
}
