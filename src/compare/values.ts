/** Numbers by name for bounds, expressions and the document: what the pass gives, and what needs passes of its own. */
import { isFloating } from '../tensor/index.ts';
import { topKName } from './bounds/judge.ts';
import type { Plan } from './bounds/plan.ts';
import type { Values } from './expressions/compile.ts';
import type { MeasureOptions } from './measure.ts';
import type { Measured } from './measured.ts';
import { METRICS } from './metrics/index.ts';
import { QUANTILES } from './metrics/quantiles.ts';
import type { Pair } from './pair.ts';
import { rankCorrelations } from './passes/correlation.ts';
import { klDivergence } from './passes/kl.ts';
import { errorQuantiles } from './passes/quantiles.ts';
import { topKAgreement } from './passes/top-k.ts';
import { medianMagnitude } from './scale.ts';

const SETS = { core: 0, full: 1, all: 2 } as const;

export function valuesOf(
  pair: Pair,
  measured: Measured,
  options: MeasureOptions,
  plan: Plan,
  set: keyof typeof SETS,
  scale: number | undefined,
): Values {
  const expressions = plan.bounds.flatMap(({ expression }) => (expression === undefined ? [] : [expression]));
  const asked = new Set([
    ...plan.bounds.flatMap(({ metric, expression }) => (expression === undefined ? [metric] : [])),
    ...expressions.flatMap(({ metrics }) => metrics),
  ]);
  const wanted = (name: string, from: keyof typeof SETS) => asked.has(name) || SETS[from] <= SETS[set];
  const values: Values = new Map();
  for (const { name, set: from, appliesTo, of } of METRICS) {
    if (of === undefined || !appliesTo(pair.dtype) || !wanted(name, from)) continue;
    const value = of(measured);
    if (value !== undefined) values.set(name, value);
  }
  addFurtherPasses(pair, options, plan, values, (name) => wanted(name, 'all'));
  if (expressions.length > 0) addFacts(pair, measured, scale, values);
  return values;
}

function addFurtherPasses(
  pair: Pair,
  options: MeasureOptions,
  plan: Plan,
  values: Values,
  wanted: (name: string) => boolean,
): void {
  if (pair.dtype === 'string') return;
  const real = pair.dtype !== 'complex64' && pair.dtype !== 'complex128';
  if (real && wanted('topK')) {
    const ks = plan.bounds.flatMap(({ k }) => (k === undefined ? [] : [k]));
    for (const k of new Set(ks.length > 0 ? ks : [1])) values.set(topKName(k), topKAgreement(pair, k));
    values.set('topK', values.get(topKName(ks[0] ?? 1))!);
  }
  if (isFloating(pair.dtype) && real && wanted('kl')) setDefined(values, 'kl', klDivergence(pair));
  if (Object.keys(QUANTILES).some(wanted)) {
    for (const [name, value] of errorQuantiles(pair, options)) values.set(name, value);
  }
  if (real && (wanted('spearman') || wanted('kendall'))) {
    const { spearman, kendall } = rankCorrelations(pair);
    setDefined(values, 'spearman', spearman);
    setDefined(values, 'kendall', kendall);
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
