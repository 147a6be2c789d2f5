import { compareTensors, pairOutputs } from '../compare/index.ts';
import type { ComparePolicy, Comparison, ToleranceLayer } from '../compare/types.ts';
import type { Check, Reason, Verdict } from '../result/index.ts';
import type { OutputSpec } from '../suite/types.ts';
import type { NamedTensors, Tensor } from '../tensor/index.ts';
import type { Execution } from '../workers/types.ts';
import { blankCheck, type CheckFacts } from './check.ts';
import { judgePlacement } from './placement.ts';
import type { PlannedCase } from './plan.ts';
import type { Reference } from './reference.ts';
import { runReason } from './reason-texts.ts';
import { sampledLike } from './sampled.ts';

/** What the command line asks of every comparison. */
export interface JudgeOptions {
  readonly commandLine: ToleranceLayer['tolerance'] | null;
  readonly noDefaults: boolean;
  readonly metrics: 'core' | 'full' | 'all';
  readonly pairBy: 'name' | 'order';
}

/** Turns one ended case into its checks: one per output, none left out. */
export function judgeCase(
  planned: PlannedCase,
  reference: Reference,
  execution: Execution,
  facts: CheckFacts,
  options: JudgeOptions,
): readonly Check[] {
  if (execution.status !== 'ok') return notExecuted(planned, reference, execution, facts);
  if (reference.outputs === null) return withoutExpected(planned, reference, execution, facts);
  return compared(planned, reference, reference.outputs, execution, facts, options);
}

type Failed = Exclude<Execution, { status: 'ok' }>;
type Ended = Extract<Execution, { status: 'ok' }>;

function notExecuted(
  planned: PlannedCase,
  reference: Reference,
  execution: Failed,
  facts: CheckFacts,
): readonly Check[] {
  const names = execution.declared?.map(({ name }) => name) ?? [...(reference.outputs?.keys() ?? [])];
  const expected = planned.model.expectStatus[planned.target.name] === execution.status;
  return (names.length === 0 ? [null] : names).map((name) => ({
    ...blankCheck(planned, facts, reference.golden),
    output: name,
    dtype: execution.declared?.find((value) => value.name === name)?.dtype ?? null,
    status: execution.status,
    placement: execution.placement,
    reasons: [
      ...execution.reasons.map((reason) => (expected ? { ...reason, level: 'warn' as const } : reason)),
      // What the target cannot express has no reference to complain of.
      ...(execution.status === 'unsupported' ? [] : reference.reasons),
    ],
    ...(execution.crash === undefined ? {} : { crash: execution.crash }),
  }));
}

function withoutExpected(
  planned: PlannedCase,
  reference: Reference,
  execution: Ended,
  facts: CheckFacts,
): readonly Check[] {
  const outputs = [...execution.outputs];
  const base = {
    ...blankCheck(planned, facts, reference.golden),
    ...reference.standing,
    reasons: reference.reasons,
  };
  if (outputs.length === 0) return [base];
  return outputs.map(([name, tensor]) => ({
    ...base,
    output: name,
    dtype: tensor.dtype,
    shape: tensor.shape,
    placement: execution.placement,
    timing: { loadMs: execution.loadMs, runMs: execution.runMs },
  }));
}

function compared(
  planned: PlannedCase,
  reference: Reference,
  expected: NamedTensors,
  execution: Ended,
  facts: CheckFacts,
  options: JudgeOptions,
): readonly Check[] {
  const base: Check = {
    ...blankCheck(planned, facts, reference.golden),
    status: 'ok',
    placement: execution.placement,
    timing: { loadMs: execution.loadMs, runMs: execution.runMs },
  };
  const sampled = sampledLike(renamed(execution.outputs, planned.model.renameOutputs), reference.samples);
  const actual = sampled.outputs;
  const { pairs, unpaired } = pairOutputs(expected, actual, options.pairBy);
  const checks: Check[] = pairs.map((pair) => {
    const comparison = compareTensors({
      expected: pair.expected,
      actual: pair.actual,
      layers: layersOf(planned, pair.name, pair.actual.dtype, options.commandLine),
      policy: { ...policyOf(planned, pair.name, options.noDefaults), ...truthPolicy(reference) },
      metrics: options.metrics,
      evidence: 'failures',
      ...scoresOf(planned, pair.name, expected, actual),
    });
    const outside = sampled.reasons.get(pair.name) ?? [];
    const whole = withReasons(comparison, outside);
    const check = judged(base, pair.name, pair.actual, whole, planned, reference, execution);
    if (facts.keeper === undefined || whole.verdict !== 'fail') return check;
    return { ...check, tensors: facts.keeper.keep(check, pair) };
  });
  for (const { name, tensor, reason } of unpaired) {
    checks.push({
      ...base,
      output: name,
      dtype: tensor.dtype,
      shape: tensor.shape,
      verdict: 'fail',
      reasons: [...reference.reasons, reason],
    });
  }
  if (checks.length > 0) return checks;
  return [{ ...base, verdict: 'void', reasons: [...reference.reasons, runReason.noOutputs()] }];
}

/** What is wrong beyond the compared elements. */
function withReasons(comparison: Comparison, more: readonly Reason[]): Comparison {
  if (more.length === 0) return comparison;
  return { ...comparison, verdict: 'fail', reasons: [...comparison.reasons, ...more] };
}

function judged(
  base: Check,
  name: string,
  actual: Tensor,
  comparison: Comparison,
  planned: PlannedCase,
  reference: Reference,
  execution: Ended,
): Check {
  const placement = judgePlacement(execution.placement, planned.target.fallback);
  const reasons: Reason[] = [...reference.reasons, ...comparison.reasons, ...placement.reasons];
  const sample = reference.samples.get(name);
  const noise = reference.noise.get(name);
  if (sample !== undefined) reasons.push(runReason.goldenSampled(name, sample.elements, sample.of));
  const verdict = weakest([comparison.verdict, placement.verdict, reference.verdict]);
  if (execution.unstable.includes(name)) {
    reasons.push(
      runReason.nondeterministic(name, execution.runMs.length, verdict === 'pass' ? 'warn' : 'fail'),
    );
  }
  return {
    ...base,
    golden: {
      ...base.golden,
      ...(noise === undefined ? {} : { noise }),
      ...(sample === undefined ? {} : { sampled: { elements: sample.elements, of: sample.of } }),
    },
    output: name,
    dtype: actual.dtype,
    shape: actual.shape,
    verdict,
    metrics: comparison.metrics,
    bounds: comparison.bounds,
    needed: comparison.needed,
    worst: comparison.worst,
    ...(comparison.evidence === undefined ? {} : { evidence: comparison.evidence }),
    reasons,
  };
}

/** A number computed in the wrong place says nothing, so `void` stands above `fail`. */
const RANK: readonly Verdict[] = ['void', 'fail', 'unverified', 'pass'];

function weakest(verdicts: readonly Verdict[]): Verdict {
  return RANK.find((verdict) => verdicts.includes(verdict)) ?? 'pass';
}

/** Outputs under the names of the reference. */
export function renamed(outputs: NamedTensors, names: Readonly<Record<string, string>>): NamedTensors {
  return new Map(
    [...outputs].map(([name, tensor]) => [Object.hasOwn(names, name) ? (names[name] ?? name) : name, tensor]),
  );
}

/** Settings of one output: the suite's, then the case's over them. */
function outputSpecs(planned: PlannedCase, output: string): readonly OutputSpec[] {
  return [planned.suite.outputs.get(output), planned.case.outputs.get(output)].filter(
    (spec) => spec !== undefined,
  );
}

function layersOf(
  planned: PlannedCase,
  output: string,
  dtype: Tensor['dtype'],
  commandLine: JudgeOptions['commandLine'],
): readonly ToleranceLayer[] {
  const { suite, model, target } = planned;
  const layers: {
    from: ToleranceLayer['from'];
    tolerance: ToleranceLayer['tolerance'] | null | undefined;
  }[] = [
    { from: 'suite', tolerance: suite.tolerance },
    { from: 'suite', tolerance: model.tolerance },
    { from: 'target', tolerance: target.tolerance },
    { from: 'dtype', tolerance: suite.dtypes[dtype] },
    { from: 'case', tolerance: planned.case.tolerance },
    ...outputSpecs(planned, output).map((spec) => ({ from: 'output' as const, tolerance: spec.tolerance })),
    { from: 'command line', tolerance: commandLine },
  ];
  return layers.flatMap(({ from, tolerance }) => (tolerance ? [{ from, tolerance }] : []));
}

function policyOf(planned: PlannedCase, output: string, noDefaults: boolean): ComparePolicy {
  return Object.assign(
    {},
    planned.suite.policy,
    planned.model.policy,
    planned.case.policy,
    ...outputSpecs(planned, output).map((spec) => spec.policy),
    noDefaults ? { noDefaults } : {},
  ) as ComparePolicy;
}

/** A float64 truth is compared in float64: every smaller float is widened to it. */
function truthPolicy({ isTruth }: Reference): ComparePolicy {
  return isTruth ? { widen: { float32: 'float64', float16: 'float64', bfloat16: 'float64' } } : {};
}

function scoresOf(
  planned: PlannedCase,
  output: string,
  expected: NamedTensors,
  actual: NamedTensors,
): { readonly scores?: { readonly expected: Tensor; readonly actual: Tensor } } {
  const name = policyOf(planned, output, false).ranking?.scores;
  const scores = name === undefined ? null : { expected: expected.get(name), actual: actual.get(name) };
  if (scores?.expected === undefined || scores.actual === undefined) return {};
  return { scores: { expected: scores.expected, actual: scores.actual } };
}
