import { EXPRESSION_PREFIX, literal, type History } from '../history/index.ts';
import type { Scope } from '../result/index.ts';
import type { Observed } from './types.ts';

/** Everything that was ever judged, by check and bound; of some suites where they are named. */
export async function observedBounds(history: History, suites: readonly string[]): Promise<readonly Observed[]> {
  const only = suites.length === 0 ? '' : ` AND suite IN (${suites.map((suite) => literal(suite)).join(', ')})`;
  const columns = await history.query(
    (source) => `SELECT suite, model, "case", target, output, limit_from, metric, expression, max(dtype) AS dtype,
        CASE WHEN expression IS NULL AND limit_from <> 'default' THEN "limit" END AS lim,
        CASE WHEN limit_from <> 'default' THEN atol END AS a, CASE WHEN limit_from <> 'default' THEN rtol END AS r,
        median(scale) AS scale, max(reference_noise) AS noise,
        list(run ORDER BY run) AS runs, list(utilisation ORDER BY run) AS uses
      FROM ${source} WHERE limit_from IS NOT NULL${only}
      GROUP BY suite, model, "case", target, output, limit_from, metric, expression, lim, a, r
      ORDER BY ALL`,
  );
  const maybe = <T>(name: string, at: number): T | null => (columns[name]?.[at] as T | null | undefined) ?? null;
  return (columns['suite'] ?? []).map((suite, at): Observed => {
    const metric = String(columns['metric']?.[at]);
    return {
      suite: String(suite),
      model: String(columns['model']?.[at]),
      case: String(columns['case']?.[at]),
      target: String(columns['target']?.[at]),
      output: maybe('output', at),
      dtype: maybe('dtype', at),
      from: String(columns['limit_from']?.[at]) as Scope,
      metric: metric.startsWith(EXPRESSION_PREFIX) ? metric.slice(EXPRESSION_PREFIX.length) : metric,
      limit: maybe('lim', at),
      atol: maybe('a', at),
      rtol: maybe('r', at),
      expression: maybe('expression', at),
      scale: maybe('scale', at),
      referenceNoise: maybe('noise', at),
      runs: maybe<readonly number[]>('runs', at) ?? [],
      utilisations: maybe<readonly (number | null)[]>('uses', at) ?? [],
    };
  });
}
