import { fromWire, type Metrics } from '../result/index.ts';
import type { JudgedMetric } from './past.ts';

/** The error that is held against the baseline; `null` where it does not apply. `rmse` is √mse where only that is given. */
export function errorOf({ metrics }: { readonly metrics: Metrics }, metric: JudgedMetric): number | null {
  const value = metricIn(metrics, metric);
  if (value !== null) return metric === 'mismatches' && metricIn(metrics, 'linf') !== null ? null : value;
  const mse = metric === 'rmse' ? metricIn(metrics, 'mse') : null;
  return mse === null ? null : Math.sqrt(mse);
}

function metricIn(metrics: Metrics, name: string): number | null {
  const value = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  return value === undefined ? null : fromWire(value);
}
