import type { Reason } from '../../result/index.ts';
import type { RelationSpec } from '../../suite/types.ts';

/** The reasons that arise from relations, rollouts, stability and latency, each with its next step. */
export const featureReason = {
  referenceIsRelation(kind: RelationSpec['kind']): Reason {
    return {
      code: 'REFERENCE_IS_RELATION',
      level: 'warn',
      message: `${RELATION_TEXTS[kind]} This holds the model against itself.`,
      hint: 'This shows that the model is consistent, not that it is right. Give the case a `reference` beside its relation to show that.',
    };
  },

  referenceIsPlainRun(target: string): Reason {
    return {
      code: 'REFERENCE_IS_RELATION',
      level: 'warn',
      message: `The expected values are the outputs of the plain run on ${target}.`,
      hint: 'This shows that the target is stable, not that it is right: the check of the plain run shows that.',
    };
  },

  noBatch(relation: string, lengths: readonly string[]): Reason {
    return {
      code: 'INPUT_REJECTED',
      level: 'fail',
      message: `${relation} needs inputs with one batch of at least one row; found ${listed(lengths)}.`,
      hint: `Name the inputs that carry the batch: relation: { ${relation}: { inputs: [NAME] } }`,
    };
  },

  oneOrder(): Reason {
    return {
      code: 'REFERENCE_IS_RELATION',
      level: 'warn',
      message: 'A batch of one has only one order: this shows no more than that two runs agree.',
      hint: 'Let the batch of this case have two rows or more.',
    };
  },

  noPadding(axis: number, to: number, lengths: readonly string[]): Reason {
    return {
      code: 'INPUT_REJECTED',
      level: 'fail',
      message: `Padding axis ${axis} to ${to} needs inputs of one shorter length; found ${listed(lengths)}.`,
      hint: 'Let `to` be larger than the length of the case (it may name dimensions: `to: length + 8`), and leave out inputs without this axis.',
    };
  },

  ofDerivedRun(what: string, reason: Reason): Reason {
    return { ...reason, message: `In the run of ${what}: ${reason.message}` };
  },

  stepBeforeFailed(step: number): Reason {
    return {
      code: 'INPUT_REJECTED',
      level: 'fail',
      message: `Step ${step} has nothing to be fed: the step before it gave no outputs.`,
      hint: 'Look at the first step that did not run.',
    };
  },

  stoppedAtStep(failed: number): Reason {
    return {
      code: 'RUN_FAILED',
      level: 'fail',
      message: `The rollout stopped at step ${failed}.`,
      hint: `Look at the check of step ${failed}.`,
    };
  },

  feedMissing(step: number, output: string, given: readonly string[]): Reason {
    return {
      code: 'INPUT_REJECTED',
      level: 'fail',
      message: `Step ${step} feeds on output ${output}, which step ${step - 1} did not give; it gave ${listed(given)}.`,
      hint: 'Correct `feed` of the rollout: onnx-parity inspect MODEL lists the outputs.',
    };
  },

  feedShape(step: number, output: string, shape: readonly number[], take: string): Reason {
    return {
      code: 'INPUT_REJECTED',
      level: 'fail',
      message: `Step ${step}: \`take: ${take}\` finds no entry in output ${output} of shape [${shape.join(', ')}].`,
      hint: '`last` needs [batch, length, …]; `argmax` needs [batch, scores] or [batch, length, scores].',
    };
  },

  feedUncastable(step: number, output: string, problem: string): Reason {
    return {
      code: 'INPUT_REJECTED',
      level: 'fail',
      message: `Step ${step}: output ${output} cannot be fed back: ${problem}`,
      hint: 'Feed an output of the dtype of the input, or give the model one.',
    };
  },

  stepsTooShort(input: string, axis: number, length: number): Reason {
    return {
      code: 'INPUT_REJECTED',
      level: 'fail',
      message: `Axis ${axis} of input ${input} has ${length} entries, fewer than the rollout needs.`,
      hint: '`each` needs an entry for every step; `grow` needs at least as many entries as there are steps.',
    };
  },

  stepsBeyond(step: number, steps: number): Reason {
    return {
      code: 'CASE_DROPPED',
      level: 'fail',
      message: `The reference has outputs of step ${step}, but the rollout ends after ${steps}.`,
      hint: 'Restore `steps`, or record again: onnx-parity record && onnx-parity approve',
    };
  },

  forcedWithout(): Reason {
    return {
      code: 'REFERENCE_FAILED',
      level: 'fail',
      message: 'A forced rollout is fed the outputs of the reference, and there are none.',
      hint: 'Record the reference, or let the rollout feed itself: mode: free',
    };
  },

  bitsDiffer(output: string, variation: string, level: Reason['level']): Reason {
    return {
      code: 'NONDETERMINISTIC',
      level,
      message: `Output ${output} differs in its bits from the plain run: ${variation}.`,
      hint: 'The metrics of this check measure the spread. Look for random operators or training mode: onnx-parity inspect MODEL',
    };
  },

  plainRunFailed(target: string): Reason {
    return {
      code: 'REFERENCE_FAILED',
      level: 'fail',
      message: `There is nothing to hold this against: the plain run on ${target} gave no outputs.`,
      hint: 'Look at the check of the plain run.',
    };
  },

  tooSlow(p50Ms: number, target: string, otherMs: number, factor: number): Reason {
    return {
      code: 'BOUND_EXCEEDED',
      level: 'fail',
      message: `The median of ${three(p50Ms)} ms is ${three(p50Ms / otherMs)} times that of ${target} (${three(otherMs)} ms); at most ${factor} times is allowed.`,
      hint: 'Look at the placement of the nodes, or raise `factor` of `notSlowerThan`.',
    };
  },

  notMeasured(target: string): Reason {
    return {
      code: 'TARGET_UNAVAILABLE',
      level: 'warn',
      message: `The latency was not held against ${target}: it could not be measured there.`,
      hint: 'onnx-parity doctor says which targets work on this host.',
    };
  },
};

const RELATION_TEXTS: Readonly<Record<RelationSpec['kind'], string>> = {
  batchInvariance: 'The expected values come from runs of each row alone.',
  batchPermutation: 'The expected values come from the rows in another order.',
  padding: 'The expected values come from the run without padding.',
};

function three(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
