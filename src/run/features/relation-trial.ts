import type { Reason } from '../../result/index.ts';
import { RuntimeFailure } from '../../runtimes/types.ts';
import type { RelationSpec } from '../../suite/types.ts';
import type { NamedTensors } from '../../tensor/index.ts';
import type { Execution } from '../../workers/types.ts';
import { judgeCase, renamed } from '../judge.ts';
import type { PlannedCase } from '../plan.ts';
import { NO_REFERENCE, type Reference } from '../reference.ts';
import { featureReason } from './reason-texts.ts';
import { derive, type Derived } from './relation.ts';
import type { Trial, TrialContext } from './trial.ts';

type Ended = Extract<Execution, { status: 'ok' }>;
type Failed = Exclude<Execution, { status: 'ok' }>;

/** The plain run, then the derived ones; what one side gives is the reference of the other. */
export async function relationTrial(
  planned: PlannedCase,
  relation: RelationSpec,
  context: TrialContext,
): Promise<Trial> {
  const { facts, options } = context;
  const judged = (execution: Execution, expected: NamedTensors | null, reasons: readonly Reason[]) =>
    judgeCase(planned, referenceOf(relation, expected, reasons), execution, facts, options);
  const prepared = await prepare(planned, relation, context);
  if ('status' in prepared) {
    const judge = ([execution]: readonly Execution[]) =>
      Promise.resolve(judged(execution ?? prepared, null, []));
    return { planned, runs: [], alike: (execution) => [execution], judge };
  }
  const { inputs, derived } = prepared;
  const feeds = [inputs, ...derived.feeds.map((feed) => feed.inputs)];
  return {
    planned,
    runs: feeds.map((given) => ({ inputs: () => Promise.resolve(given), repeat: planned.case.repeat })),
    alike: (execution) => feeds.map(() => execution),
    judge: ([plain, ...others]) => {
      const failed = firstFailure(plain, others, derived);
      if (failed !== null) return Promise.resolve(judged(failed, null, []));
      const ended = plain as Ended;
      const rest = others as readonly Ended[];
      const sides = derived.relate(
        ended.outputs,
        rest.map(({ outputs }) => outputs),
      );
      const unstable = [...new Set([ended, ...rest].flatMap((one) => one.unstable))];
      const execution = { ...ended, outputs: sides.actual, unstable };
      const expected = renamed(sides.expected, planned.model.renameOutputs);
      return Promise.resolve(judged(execution, expected, derived.reasons));
    },
  };
}

async function prepare(
  planned: PlannedCase,
  relation: RelationSpec,
  { suite, model }: TrialContext,
): Promise<{ readonly inputs: NamedTensors; readonly derived: Derived } | Failed> {
  try {
    const inputs = await suite.feeds(planned);
    return { inputs, derived: derive(relation, inputs, model.facts) };
  } catch (error) {
    if (!(error instanceof RuntimeFailure)) throw error;
    return { status: error.status, reasons: [error.reason], declared: model.outputs, placement: null };
  }
}

/** The first run that did not end well, told by what was fed. */
function firstFailure(
  plain: Execution | undefined,
  others: readonly Execution[],
  derived: Derived,
): Failed | null {
  if (plain !== undefined && plain.status !== 'ok') return plain;
  for (const [at, other] of others.entries()) {
    if (other.status === 'ok') continue;
    const what = derived.feeds[at]?.what ?? 'other inputs';
    return { ...other, reasons: other.reasons.map((reason) => featureReason.ofDerivedRun(what, reason)) };
  }
  return null;
}

function referenceOf(
  { kind }: RelationSpec,
  outputs: NamedTensors | null,
  reasons: readonly Reason[],
): Reference {
  return {
    ...NO_REFERENCE,
    outputs,
    verdict: 'pass',
    golden: { state: 'relation', origin: kind },
    reasons: outputs === null ? reasons : [featureReason.referenceIsRelation(kind), ...reasons],
  };
}
