import type { MetricDefinition } from './definition.ts';
import { NON_FINITE_POLICY, notString } from './definition.ts';

/** Shares of the errors that lie at or below each quantile metric. */
export const QUANTILES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999, p9999: 0.9999 } as const;

/** One metric a quantile: p50 … p99.99 of |actual − expected|. */
export const QUANTILE_METRICS: readonly MetricDefinition[] = Object.entries(QUANTILES).map(
  ([name, share]) => ({
    name,
    title: `${share * 100} % quantile of the error`,
    formula: `the |actual − expected| of rank ⌈${share}·n⌉ in ascending order`,
    source: "numpy.quantile with method='inverted_cdf'",
    unit: "the output's own unit",
    smallerIsBetter: true,
    policy: `${NON_FINITE_POLICY} Infinity as its error. Exact at any size: selected by radix over the bit patterns.`,
    set: 'all',
    appliesTo: notString,
  }),
);
