/** Numbers by name for bounds, expressions and the document: what the pass gives, and what needs passes of its own. */
import type { Dtype } from '../tensor/index.ts';
import { topKName } from './bounds/judge.ts';
import type { Plan } from './bounds/plan.ts';
import type { Values } from './expressions/compile.ts';
import type { MeasureOptions } from './measured.ts';
import type { Measured } from './measured.ts';
import type { MetricDefinition } from './metrics/index.ts';
import { metricNamed, METRICS, setOf } from './metrics/index.ts';
import { QUANTILES } from './metrics/quantiles.ts';
import type { Pair } from './pair.ts';
import { rankCorrelations } from './passes/correlation.ts';
import { klDivergence } from './passes/kl.ts';
import { errorQuantiles } from './passes/quantiles.ts';
import { topKAgreement } from './passes/top-k.ts';
import { medianMagnitude } from './scale.ts';

type MetricSet = MetricDefinition['set'];

const SETS: Readonly<Record<MetricSet, number>> = { core: 0, full: 1, all: 2 };

/** The metrics of the set, those that bounds name, and the facts that expressions name. */
export function valuesOf(
  pair: Pair,
  measured: Measured,
  options: MeasureOptions,
  plan: Plan,
  set: MetricSet,
  scale: number | undefined,
): Values {
  const values: Values = new Map();
  for (const metric of metricsIn(set, pair.dtype)) addDirect(metric, measured, values);
  const asked = askedMetrics(plan);
  for (const name of asked) {
    const metric = metricNamed(name);
    if (metric !== undefined && metric.appliesTo(pair.dtype)) addDirect(metric, measured, values);
  }
  addFurtherPasses(pair, options, plan, values, (name) => set === 'all' || asked.has(name));
  if (plan.bounds.some(({ expression }) => expression !== undefined)) addFacts(pair, measured, scale, values);
  return values;
}

function askedMetrics(plan: Plan): ReadonlySet<string> {
  const asked = new Set<string>();
  for (const { metric, expression } of plan.bounds) {
    if (expression === undefined) asked.add(metric);
    else for (const name of expression.metrics) asked.add(name);
  }
  return asked;
}

const listed = new Map<string, readonly MetricDefinition[]>();

function metricsIn(set: MetricSet, dtype: Dtype): readonly MetricDefinition[] {
  const key = `${set} ${dtype}`;
  let list = listed.get(key);
  if (list === undefined) {
    list = METRICS.filter((metric) => SETS[setOf(metric, dtype)] <= SETS[set] && metric.appliesTo(dtype));
    listed.set(key, list);
  }
  return list;
}

function addDirect({ name, of }: MetricDefinition, measured: Measured, values: Values): void {
  const value = of?.(measured);
  if (value !== undefined) values.set(name, value);
}

function addFurtherPasses(
  pair: Pair,
  options: MeasureOptions,
  plan: Plan,
  values: Values,
  wanted: (name: string) => boolean,
): void {
  const applies = (name: string) => wanted(name) && metricNamed(name)!.appliesTo(pair.dtype);
  if (applies('topK')) addTopK(pair, plan, values);
  if (applies('kl')) setDefined(values, 'kl', klDivergence(pair));
  if (QUANTILE_NAMES.some(applies)) {
    for (const [name, value] of errorQuantiles(pair, options)) values.set(name, value);
  }
  if (applies('spearman') || applies('kendall')) {
    const { spearman, kendall } = rankCorrelations(pair);
    setDefined(values, 'spearman', spearman);
    setDefined(values, 'kendall', kendall);
  }
}

const QUANTILE_NAMES = Object.keys(QUANTILES);

/** Once for each k that a bound asks for; k = 1 where none does. */
function addTopK(pair: Pair, plan: Plan, values: Values): void {
  const ks = plan.bounds.flatMap(({ k }) => (k === undefined ? [] : [k]));
  for (const k of ks.length > 0 ? ks : [1]) {
    const share = topKAgreement(pair, k);
    values.set(topKName(k), share);
    if (!values.has('topK')) values.set('topK', share);
  }
}

function setDefined(values: Values, name: string, value: number | undefined): void {
  if (value !== undefined) values.set(name, value);
}

/** Names that an expression may use beside metrics; metrics without a value are NaN, and fail it. */
function addFacts(pair: Pair, { expected }: Measured, scale: number | undefined, values: Values): void {
  const known = expected.finite > 0;
  for (const { name } of METRICS) if (!values.has(name)) values.set(name, NaN);
  values.set('elements', pair.elements);
  values.set('refMax', known ? expected.max : 0);
  values.set('refMin', known ? expected.min : 0);
  values.set('refMaxAbs', known ? Math.max(Math.abs(expected.min), Math.abs(expected.max)) : 0);
  values.set('refMean', known ? expected.sum / expected.finite : 0);
  values.set('refScale', scale ?? (pair.dtype === 'string' ? 0 : medianMagnitude(pair.expected)));
}
