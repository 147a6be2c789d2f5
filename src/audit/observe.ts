import {
  EXPRESSION_PREFIX,
  literal,
  maybeNumber,
  maybeText,
  numbersAt,
  textAt,
  type History,
} from '../history/index.ts';
import type { Scope } from '../result/index.ts';
import type { Observed } from './types.ts';

/** Everything that was ever judged, by check and bound; of some suites where they are named. */
export async function observedBounds(
  history: History,
  suites: readonly string[],
): Promise<readonly Observed[]> {
  const only =
    suites.length === 0 ? '' : ` AND suite IN (${suites.map((suite) => literal(suite)).join(', ')})`;
  const columns = await history.query(
    (
      source,
    ) => `SELECT suite, model, "case", target, output, limit_from, metric, expression, max(dtype) AS dtype,
        CASE WHEN expression IS NULL AND limit_from <> 'default' THEN "limit" END AS lim,
        CASE WHEN limit_from <> 'default' THEN atol END AS a, CASE WHEN limit_from <> 'default' THEN rtol END AS r,
        median(scale) AS scale, max(reference_noise) AS noise,
        list(run ORDER BY run) AS runs, list(utilisation ORDER BY run) AS uses
      FROM ${source} WHERE limit_from IS NOT NULL${only}
      GROUP BY suite, model, "case", target, output, limit_from, metric, expression, lim, a, r
      ORDER BY ALL`,
  );
  return (columns['suite'] ?? []).map((_, at): Observed => {
    const metric = textAt(columns, 'metric', at);
    return {
      suite: textAt(columns, 'suite', at),
      model: textAt(columns, 'model', at),
      case: textAt(columns, 'case', at),
      target: textAt(columns, 'target', at),
      output: maybeText(columns, 'output', at),
      dtype: maybeText(columns, 'dtype', at),
      from: textAt(columns, 'limit_from', at) as Scope,
      metric: metric.startsWith(EXPRESSION_PREFIX) ? metric.slice(EXPRESSION_PREFIX.length) : metric,
      limit: maybeNumber(columns, 'lim', at),
      atol: maybeNumber(columns, 'a', at),
      rtol: maybeNumber(columns, 'r', at),
      expression: maybeText(columns, 'expression', at),
      scale: maybeNumber(columns, 'scale', at),
      referenceNoise: maybeNumber(columns, 'noise', at),
      runs: numbersAt(columns, 'runs', at).map((run) => run ?? 0),
      utilisations: numbersAt(columns, 'uses', at),
    };
  });
}
