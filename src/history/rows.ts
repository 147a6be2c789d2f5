/** The rows of a run: one per check and metric, and one without a metric for a check that has no numbers. */
import type { Bound, Check, Metrics, RunDocument, TargetInfo } from '../result/index.ts';
import { fromWire } from '../result/index.ts';
import { standingOf, utilisationOf, type Standing } from '../result/reading.ts';

/** What all rows of one run share. */
export interface RunFacts {
  readonly runId: string;
  /** Milliseconds since 1970; `null` where the document's time cannot be read. */
  readonly startedAt: number | null;
  /** False for an interrupted run and for one shard of a plan: neither is a night of its own. */
  readonly complete: boolean;
  readonly toolVersion: string;
  readonly host: string;
  readonly cpu: string;
  readonly os: string;
  readonly node: string;
  readonly commit: string | null;
  readonly branch: string | null;
}

/** One metric of one check. */
export interface HistoryRow {
  /** Place of the check in its document. */
  readonly position: number;
  /** True in exactly one row of each check, that of `linf` where there is one: count these to count checks. */
  readonly lead: boolean;
  readonly suite: string;
  readonly model: string;
  readonly modelSha256: string | null;
  readonly case: string;
  readonly target: string;
  readonly runtime: string | null;
  readonly runtimeVersion: string | null;
  readonly provider: string | null;
  readonly output: string | null;
  readonly dtype: string | null;
  readonly shape: string | null;
  readonly metric: string | null;
  readonly value: number | null;
  readonly limit: number | null;
  readonly limitFrom: string | null;
  readonly expression: string | null;
  /** What makes an element a mismatch, in rows of a mismatch bound. */
  readonly atol: number | null;
  readonly rtol: number | null;
  readonly utilisation: number | null;
  /** Largest utilisation over all bounds of the check. */
  readonly used: number | null;
  readonly status: string;
  readonly verdict: string | null;
  readonly standing: Standing;
  readonly outcome: string;
  readonly reasons: string;
  /** Median |expected| of the finite non-zero elements, where the document says it. */
  readonly scale: number | null;
  /** Largest finite |expected|. */
  readonly maxAbs: number | null;
  readonly elements: number | null;
  /** L∞ of the reference against its own repetitions or float64. */
  readonly referenceNoise: number | null;
  readonly runMs: number | null;
}

export function factsOf({ runId, startedAt, complete, shard, tool, host, source }: RunDocument): RunFacts {
  const time = Date.parse(startedAt);
  return {
    runId,
    startedAt: Number.isNaN(time) ? null : time,
    complete: complete && shard === undefined,
    toolVersion: tool.version,
    host: host.fingerprint,
    cpu: host.cpu,
    os: host.os,
    node: host.node,
    commit: source.commit,
    branch: source.branch,
  };
}

export function rowsOf(document: RunDocument): readonly HistoryRow[] {
  const targets = new Map(document.targets.map((target) => [target.name, target]));
  const rows = document.checks.flatMap((check, position) =>
    checkRows(check, position, targets.get(check.target)),
  );
  // By metric first: values of one metric then lie together, and every column repeats over long runs.
  const order = new Map<string | null, number>();
  for (const { metric } of rows) if (!order.has(metric)) order.set(metric, order.size);
  return rows.toSorted((left, right) => (order.get(left.metric) ?? 0) - (order.get(right.metric) ?? 0));
}

function checkRows(check: Check, position: number, target: TargetInfo | undefined): HistoryRow[] {
  const shared = { ...sharedOf(check, target), position };
  const limited = check.bounds.map((bound) => ({ ...shared, ...ofBound(bound, check.metrics) }));
  const bounded = new Set(
    check.bounds.filter(({ expression }) => expression === undefined).map(({ metric }) => metric),
  );
  const free = Object.entries(check.metrics)
    .filter(([metric]) => !bounded.has(metric))
    .map(([metric, value]) => ({ ...shared, ...NO_LIMIT, metric, value: fromWire(value) }));
  const rows = [...limited, ...free];
  if (rows.length === 0) rows.push({ ...shared, ...NO_LIMIT, metric: null, value: null });
  const lead = Math.max(0, leadAmong(rows));
  return rows.map((row, at) => ({ ...row, lead: at === lead }));
}

/** The metrics that a check is followed by, best first. */
export const LEADING_METRICS: readonly string[] = ['linf', 'mismatches'];

function leadAmong(rows: readonly OfMetric[]): number {
  const found = LEADING_METRICS.map((name) => rows.findIndex(({ metric }) => metric === name)).find(
    (at) => at >= 0,
  );
  return found ?? -1;
}

const NO_LIMIT = {
  limit: null,
  limitFrom: null,
  expression: null,
  atol: null,
  rtol: null,
  utilisation: null,
};

type OfMetric = Pick<
  HistoryRow,
  'metric' | 'value' | 'limit' | 'limitFrom' | 'expression' | 'atol' | 'rtol' | 'utilisation'
>;

function ofBound(bound: Bound, metrics: Metrics): OfMetric {
  const measured = bound.value ?? (Object.hasOwn(metrics, bound.metric) ? metrics[bound.metric] : undefined);
  return {
    // An expression without a metric on its left is named by its text, as the document names it.
    metric: bound.expression === undefined ? bound.metric : `${EXPRESSION_PREFIX}${bound.expression}`,
    value: measured === undefined ? null : fromWire(measured),
    limit: fromWire(bound.limit),
    limitFrom: bound.from,
    expression: bound.expression ?? null,
    atol: bound.atol === undefined ? null : fromWire(bound.atol),
    rtol: bound.rtol === undefined ? null : fromWire(bound.rtol),
    utilisation: bound.utilisation === undefined ? null : fromWire(bound.utilisation),
  };
}

/** Rows of a bound written as an expression carry its text as their metric, so that they never mix with the plain one. */
export const EXPRESSION_PREFIX = 'expression ';

function sharedOf(
  check: Check,
  target: TargetInfo | undefined,
): Omit<HistoryRow, 'position' | 'lead' | keyof OfMetric> {
  const expected = check.evidence?.expected;
  const runs = check.timing === null ? [] : [...check.timing.runMs].sort((left, right) => left - right);
  return {
    suite: check.suite,
    model: check.model,
    modelSha256: check.modelSha256,
    case: check.case,
    target: check.target,
    runtime: target?.runtime ?? null,
    runtimeVersion: target?.runtimeVersion ?? null,
    provider: target?.provider ?? null,
    output: check.output,
    dtype: check.dtype,
    shape: check.shape === null ? null : check.shape.join('x'),
    used: utilisationOf(check),
    status: check.status,
    verdict: check.verdict,
    standing: standingOf(check),
    outcome: check.outcome,
    reasons: check.reasons.map(({ code }) => code).join(' '),
    scale: expected?.scale === undefined ? null : fromWire(expected.scale),
    maxAbs: expected?.maxAbs === undefined ? null : fromWire(expected.maxAbs),
    elements: expected?.elements ?? null,
    referenceNoise: check.golden.noise === undefined ? null : fromWire(check.golden.noise.linf),
    runMs: runs[Math.floor(runs.length / 2)] ?? null,
  };
}
