/** What the history is asked: series of checks, shares passing, and what the numbers depended on. */
import type { Standing } from '../result/reading.ts';
import { literal, type Columns } from './duckdb.ts';
import type { History } from './open.ts';
import { matcherOf, isPattern } from './patterns.ts';
import type { CheckKey, Circumstances, PassShare, Series } from './types.ts';

/** Patterns with `*` and `?`; every one that is given must match. */
export interface SeriesFilter {
  readonly suites?: readonly string[];
  readonly models?: readonly string[];
  readonly cases?: readonly string[];
  readonly targets?: readonly string[];
  readonly outputs?: readonly string[];
  /** `linf` where absent. */
  readonly metric?: string;
}

/** Where the metric asked for does not apply (strings), the count of mismatches stands in. */
export const STAND_IN = 'mismatches';
export const DEFAULT_METRIC = 'linf';

/** One series per check, in the order of suite, model, case, target and output. */
export async function seriesOf(history: History, filter: SeriesFilter = {}): Promise<readonly Series[]> {
  const metric = filter.metric ?? DEFAULT_METRIC;
  const columns = await history.query((source) => seriesQuery(source, metric, filter));
  const wanted = keyFilter(filter);
  return (columns['suite'] ?? []).flatMap((_, at) => {
    const key = keyAt(columns, at);
    return wanted(key) ? [seriesAt(columns, at, key, metric)] : [];
  });
}

function seriesQuery(source: string, metric: string, filter: SeriesFilter): string {
  const [wanted, standIn] = [literal(metric), literal(STAND_IN)];
  return `SELECT suite, model, "case", target, output,
      list(run ORDER BY run) FILTER (lead) AS planned,
      list(standing ORDER BY run) FILTER (lead) AS standings,
      list(run ORDER BY run) FILTER (metric = ${wanted}) AS measured,
      list(value ORDER BY run) FILTER (metric = ${wanted}) AS values_,
      list("limit" ORDER BY run) FILTER (metric = ${wanted}) AS limits,
      list(run ORDER BY run) FILTER (metric = ${standIn}) AS counted,
      list(value ORDER BY run) FILTER (metric = ${standIn}) AS counts,
      list(run ORDER BY run) FILTER (metric = 'utilisation') AS used,
      list(value ORDER BY run) FILTER (metric = 'utilisation') AS uses,
      max(dtype) AS dtype, median(scale) FILTER (lead) AS scale
    FROM ${source} WHERE (lead OR metric IN (${wanted}, ${standIn}, 'utilisation'))${equalities(filter)}
    GROUP BY ALL ORDER BY ALL`;
}

/** Plain names are left to DuckDB, which skips what does not match; patterns are tried afterwards. */
function equalities(filter: SeriesFilter): string {
  const parts = FIELDS.flatMap(([field, column]) => {
    const names = filter[field] ?? [];
    return names.length === 0 || names.some((name) => isPattern(name))
      ? []
      : [` AND ${column} IN (${names.map((name) => literal(name)).join(', ')})`];
  });
  return parts.join('');
}

const FIELDS = [
  ['suites', 'suite'],
  ['models', 'model'],
  ['cases', '"case"'],
  ['targets', 'target'],
  ['outputs', 'output'],
] as const;

function keyFilter(filter: SeriesFilter): (key: CheckKey) => boolean {
  const any = (patterns: readonly string[] | undefined): ((name: string) => boolean) => {
    if (patterns === undefined || patterns.length === 0) return () => true;
    const matchers = patterns.map((pattern) => matcherOf(pattern));
    return (name) => matchers.some((matches) => matches(name));
  };
  const [suite, model, name, target, output] = [any(filter.suites), any(filter.models), any(filter.cases), any(filter.targets), any(filter.outputs)];
  return (key) => suite(key.suite) && model(key.model) && name(key.case) && target(key.target) && output(key.output ?? '');
}

function keyAt(columns: Columns, at: number): CheckKey {
  const text = (name: string): string => String(columns[name]?.[at] ?? '');
  const output = columns['output']?.[at];
  return {
    suite: text('suite'),
    model: text('model'),
    case: text('case'),
    target: text('target'),
    output: typeof output === 'string' ? output : null,
  };
}

function seriesAt(columns: Columns, at: number, key: CheckKey, metric: string): Series {
  const list = <T>(name: string): readonly T[] => (columns[name]?.[at] as readonly T[] | null | undefined) ?? [];
  const planned = list<number>('planned');
  const measured = list<number>('measured');
  const stands = measured.length > 0;
  const place = new Map(planned.map((run, index) => [run, index]));
  const spread = (runs: readonly number[], values: readonly (number | null)[]): (number | null)[] => {
    const all = planned.map((): number | null => null);
    runs.forEach((run, index) => {
      const to = place.get(run);
      if (to !== undefined) all[to] = values[index] ?? null;
    });
    return all;
  };
  return {
    ...key,
    metric: stands ? metric : STAND_IN,
    dtype: (columns['dtype']?.[at] as string | null | undefined) ?? null,
    scale: (columns['scale']?.[at] as number | null | undefined) ?? null,
    runs: planned,
    values: stands ? spread(measured, list('values_')) : spread(list('counted'), list('counts')),
    limits: stands ? spread(measured, list('limits')) : planned.map(() => null),
    utilisations: spread(list('used'), list('uses')),
    standings: list<Standing>('standings'),
  };
}

/** Share passing by run, suite and target. */
export async function sharesOf(history: History): Promise<readonly PassShare[]> {
  const columns = await history.query(
    (source) => `SELECT run, suite, target, count(*) FILTER (standing = 'passed') AS passed,
        count(*) FILTER (standing <> 'skipped') AS counted
      FROM ${source} WHERE lead GROUP BY ALL ORDER BY ALL`,
  );
  return (columns['run'] ?? []).map((run, at) => ({
    run: Number(run),
    suite: String(columns['suite']?.[at]),
    target: String(columns['target']?.[at]),
    passed: Number(columns['passed']?.[at]),
    counted: Number(columns['counted']?.[at]),
  }));
}

/** Models and runtimes by run. */
export async function circumstancesOf(history: History): Promise<Circumstances> {
  const models = await history.query(
    (source) => `SELECT run, suite, model, max(model_sha256) AS sha256 FROM ${source} WHERE lead GROUP BY ALL ORDER BY ALL`,
  );
  const runtimes = await history.query(
    (source) => `SELECT run, target, max(runtime_version) AS version FROM ${source} WHERE lead GROUP BY ALL ORDER BY ALL`,
  );
  const maybe = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    models: (models['run'] ?? []).map((run, at) => ({
      run: Number(run),
      suite: String(models['suite']?.[at]),
      model: String(models['model']?.[at]),
      sha256: maybe(models['sha256']?.[at]),
    })),
    runtimes: (runtimes['run'] ?? []).map((run, at) => ({
      run: Number(run),
      target: String(runtimes['target']?.[at]),
      version: maybe(runtimes['version']?.[at]),
    })),
  };
}
