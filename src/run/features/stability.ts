/** Variations of the session that must not change the outputs: each is held against the plain run. */
import type { Check, Reason } from '../../result/index.ts';
import type { StabilitySpec, TargetSpec } from '../../suite/types.ts';
import { sameBits } from '../../workers/same-bits.ts';
import type { Execution } from '../../workers/types.ts';
import type { CheckFacts } from '../check.ts';
import { judgeCase, renamed, type JudgeOptions } from '../judge.ts';
import type { PlannedCase } from '../plan.ts';
import type { TensorKeeper } from '../tensor-keeper.ts';
import { NO_REFERENCE, type Reference } from '../reference.ts';
import { featureReason } from './reason-texts.ts';
import { range } from './axes.ts';

/** One way to run the cases of a job once more. */
export interface Variation {
  /** `threads=2`: stands behind the name of the target. */
  readonly name: string;
  /** For a person: `with 2 threads`. */
  readonly what: string;
  readonly options: TargetSpec['options'];
  /** Runs in one session. */
  readonly runs: number;
  readonly freshProcess: boolean;
  /** All cases of the job run, last first. */
  readonly reversed: boolean;
}

export function variationsOf(stability: StabilitySpec | undefined): readonly Variation[] {
  if (stability === undefined) return [];
  const { repeat, threads = [], optimization = [], freshProcess, order } = stability;
  const list: Variation[] = [];
  const add = (name: string, what: string, changes: Partial<Variation> = {}): void => {
    list.push({ name, what, options: {}, runs: 1, freshProcess: false, reversed: false, ...changes });
  };
  if (repeat !== undefined) add(`repeat=${repeat}`, `${repeat} runs in one session`, { runs: repeat });
  for (const count of threads) {
    add(`threads=${count}`, `${count} intra-op ${count === 1 ? 'thread' : 'threads'}`, {
      options: { threads: count },
    });
  }
  for (const level of optimization) {
    add(`optimization=${level}`, `graph optimisation ${level}`, { options: { optimization: level } });
  }
  if (freshProcess === true) add('freshProcess', 'a process that did nothing before', { freshProcess });
  if (order === 'reversed') add('order=reversed', 'the cases in reversed order', { reversed: true });
  return list;
}

/** `ort-node/cpu@threads=2`; a target that has a variation in its name already takes this one after a comma. */
export function variedTarget(target: TargetSpec, { name, options }: Variation): TargetSpec {
  const joint = target.name.includes('@') ? ',' : '@';
  return { ...target, name: `${target.name}${joint}${name}`, options: { ...target.options, ...options } };
}

/** The targets that the variations of a suite's cases add to those that it lists. */
export function variedTargets(
  targets: readonly TargetSpec[],
  cases: readonly { readonly stability?: StabilitySpec }[],
): readonly TargetSpec[] {
  const byName = new Map<string, TargetSpec>();
  for (const { stability } of cases) {
    for (const variation of variationsOf(stability)) {
      for (const target of targets) {
        const varied = variedTarget(target, variation);
        byName.set(varied.name, varied);
      }
    }
  }
  return [...byName.values()];
}

/** The checks of one variation: each output of the run that is farthest from the plain one. */
export function judgeVariation(
  planned: PlannedCase,
  variation: Variation,
  plain: Execution,
  executions: readonly Execution[],
  facts: CheckFacts,
  options: JudgeOptions,
): readonly Check[] {
  const varied = { ...planned, target: variedTarget(planned.target, variation) };
  const failed = executions.find(({ status }) => status !== 'ok');
  if (failed !== undefined) return judgeCase(varied, plainReference(planned, plain), failed, facts, options);
  const reference = plainReference(planned, plain);
  const { keeper, ...quiet } = facts;
  const judge = (execution: Execution, asked: CheckFacts): readonly Check[] =>
    judgeCase(varied, reference, withoutUnstable(execution), asked, options).map((check) =>
      named(check, planned, variation, plain, execution),
    );
  const judged = executions.map((execution) => judge(execution, quiet));
  return range(judged[0]?.length ?? 0).map((at) => {
    const column = judged.flatMap((checks) => checks.slice(at, at + 1));
    const worst = farthest(column);
    const execution = executions[column.indexOf(worst)];
    if (keeper === undefined || worst.verdict !== 'fail' || execution === undefined) return worst;
    // Of all runs of a variation only the farthest is kept.
    return judge(execution, { ...quiet, keeper: onlyFor(worst, keeper) })[at] ?? worst;
  });
}

function onlyFor({ output }: Check, keeper: TensorKeeper): TensorKeeper {
  return {
    settle: (checks) => checks,
    keep: (of, sides) => (of.output === output ? keeper.keep(of, sides) : { omitted: 'unwritten', bytes: 0 }),
  };
}

function plainReference({ target, model }: PlannedCase, plain: Execution): Reference {
  const golden = { state: 'relation', origin: `plain run on ${target.name}` } as const;
  if (plain.status === 'ok') {
    const reasons = [featureReason.referenceIsPlainRun(target.name)];
    const outputs = renamed(plain.outputs, model.renameOutputs);
    return { ...NO_REFERENCE, outputs, verdict: 'pass', golden, reasons };
  }
  const reasons = [featureReason.plainRunFailed(target.name)];
  return { ...NO_REFERENCE, standing: { status: plain.status, verdict: null }, golden, reasons };
}

/** What repeats within one run differ by is told by the check of the plain run. */
function withoutUnstable(execution: Execution): Execution {
  return execution.status === 'ok' ? { ...execution, unstable: [] } : execution;
}

/** Says where the bits are other than those of the plain run, whatever the tolerance allows. */
function named(
  check: Check,
  { model }: PlannedCase,
  { what }: Variation,
  plain: Execution,
  execution: Execution,
): Check {
  if (plain.status !== 'ok' || execution.status !== 'ok' || check.output === null) return check;
  const expected = renamed(plain.outputs, model.renameOutputs).get(check.output);
  const actual = renamed(execution.outputs, model.renameOutputs).get(check.output);
  if (expected === undefined || actual === undefined || sameBits(expected, actual)) return check;
  const level: Reason['level'] = check.verdict === 'pass' ? 'warn' : 'fail';
  return { ...check, reasons: [...check.reasons, featureReason.bitsDiffer(check.output, what, level)] };
}

const RANK = ['pass', 'unverified', 'fail', 'void'] as const;

/** The check with the weakest verdict, then the largest L∞, then different bits. */
function farthest(checks: readonly Check[]): Check {
  const weight = (check: Check): readonly number[] => [
    check.verdict === null ? RANK.length : RANK.indexOf(check.verdict),
    Number(check.metrics['linf'] ?? 0),
    check.reasons.length,
  ];
  return checks.reduce((worst, check) => {
    const [left, right] = [weight(check), weight(worst)];
    const at = left.findIndex((value, index) => value !== right[index]);
    return at >= 0 && left[at]! > right[at]! ? check : worst;
  });
}
