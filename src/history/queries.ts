/** What the history is asked: series of checks, shares passing, and what the numbers depended on. */
import type { Standing } from '../result/reading.ts';
import { listAt, literal, maybeNumber, maybeText, numbersAt, textAt, type Columns } from './duckdb.ts';
import type { History } from './open.ts';
import { matcherOf, isPattern } from './patterns.ts';
import { LEADING_METRICS } from './rows.ts';
import { keyOf, type CheckKey, type Circumstances, type PassShare, type Series } from './types.ts';

/** Patterns with `*` and `?`; every one that is given must match. */
export interface SeriesFilter {
  readonly suites?: readonly string[];
  readonly models?: readonly string[];
  readonly cases?: readonly string[];
  readonly targets?: readonly string[];
  readonly outputs?: readonly string[];
  /** `linf`, or `mismatches` where that does not apply, unless another is named. */
  readonly metric?: string;
}

/** One series per check, in the order of suite, model, case, target and output. */
export async function seriesOf(history: History, filter: SeriesFilter = {}): Promise<readonly Series[]> {
  const { metric } = filter;
  const checks = await leadQuery(history, filter, checksQuery);
  const apart =
    metric === undefined || metric === LEADING_METRICS[0] ? null : await valuesOf(history, metric, filter);
  const wanted = keyFilter(filter);
  return (checks['suite'] ?? [])
    .flatMap((_, at) => {
      const key = keyAt(checks, at);
      return wanted(key)
        ? [seriesAt(checks, at, key, apart === null ? null : (apart.get(keyOf(key)) ?? []), metric)]
        : [];
    })
    .toSorted((left, right) => compareKeys(left, right));
}

// The rows that lead their checks hold the metric that checks are followed by: one row per check and run. Series, shares
// and circumstances are all told from them, so the files are read once and the rest is asked of memory.
async function leadQuery(
  history: History,
  filter: SeriesFilter,
  query: (source: string) => string,
): Promise<Columns> {
  const part = equalities(filter);
  let table = tables.get(history)?.get(part);
  if (table === undefined) {
    const known = tables.get(history) ?? new Map<string, string>();
    table = `lead_rows_${known.size}`;
    await history.query(
      (
        source,
      ) => `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT run, suite, model, "case", target, output, standing, metric, value, "limit",
        used, dtype, scale, model_sha256, runtime_version FROM ${source} WHERE lead${part}`,
    );
    tables.set(history, known.set(part, table));
  }
  const name = table;
  return history.query(() => query(name));
}

const tables = new WeakMap<History, Map<string, string>>();

function checksQuery(source: string): string {
  return `SELECT suite, model, "case", target, output, list(run) AS runs, list(standing) AS standings, list(value) AS measured,
      list("limit") AS limits, list(used) AS used, max(metric) AS metric, max(dtype) AS dtype, max(scale) AS scale
    FROM ${source} GROUP BY suite, model, "case", target, output`;
}

interface Measured {
  readonly run: number;
  readonly value: number | null;
  readonly limit: number | null;
}

async function valuesOf(
  history: History,
  metric: string,
  filter: SeriesFilter,
): Promise<ReadonlyMap<string, readonly Measured[]>> {
  const columns = await history.query(
    (
      source,
    ) => `SELECT suite, model, "case", target, output, list(run) AS runs, list(value) AS measured, list("limit") AS limits
      FROM ${source} WHERE metric = ${literal(metric)}${equalities(filter)} GROUP BY suite, model, "case", target, output`,
  );
  return new Map(
    (columns['suite'] ?? []).map((_, at) => [keyOf(keyAt(columns, at)), measuredAt(columns, at)]),
  );
}

function measuredAt(columns: Columns, at: number): readonly Measured[] {
  const [values, limits] = [numbersAt(columns, 'measured', at), numbersAt(columns, 'limits', at)];
  return numbersAt(columns, 'runs', at).map((run, index) => ({
    run: run ?? 0,
    value: values[index] ?? null,
    limit: limits[index] ?? null,
  }));
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
  const [suite, model, name, target, output] = [
    any(filter.suites),
    any(filter.models),
    any(filter.cases),
    any(filter.targets),
    any(filter.outputs),
  ];
  return (key) =>
    suite(key.suite) && model(key.model) && name(key.case) && target(key.target) && output(key.output ?? '');
}

function keyAt(columns: Columns, at: number): CheckKey {
  return {
    suite: textAt(columns, 'suite', at),
    model: textAt(columns, 'model', at),
    case: textAt(columns, 'case', at),
    target: textAt(columns, 'target', at),
    output: maybeText(columns, 'output', at),
  };
}

/** `apart` are the values of a metric that does not lead its checks. */
function seriesAt(
  columns: Columns,
  at: number,
  key: CheckKey,
  apart: readonly Measured[] | null,
  metric: string | undefined,
): Series {
  const numbers = (name: string): readonly (number | null)[] => numbersAt(columns, name, at);
  const runs = numbers('runs').map((run) => run ?? 0);
  const order = runs.map((_, index) => index).sort((left, right) => (runs[left] ?? 0) - (runs[right] ?? 0));
  const inOrder = (values: readonly (number | null)[]): (number | null)[] =>
    order.map((index) => values[index] ?? null);
  const standings = listAt(columns, 'standings', at);
  const byRun = new Map(apart?.map((one) => [one.run, one]));
  const ordered = order.map((index) => runs[index] ?? 0);
  return {
    ...key,
    metric: apart === null ? textAt(columns, 'metric', at) : (metric ?? ''),
    dtype: maybeText(columns, 'dtype', at),
    scale: maybeNumber(columns, 'scale', at),
    runs: ordered,
    values:
      apart === null ? inOrder(numbers('measured')) : ordered.map((run) => byRun.get(run)?.value ?? null),
    limits: apart === null ? inOrder(numbers('limits')) : ordered.map((run) => byRun.get(run)?.limit ?? null),
    utilisations: inOrder(numbers('used')),
    standings: order.map((index) => (standings[index] as Standing | undefined) ?? 'not run'),
  };
}

function compareKeys(left: CheckKey, right: CheckKey): number {
  for (const field of ['suite', 'model', 'case', 'target', 'output'] as const) {
    const [a, b] = [left[field] ?? '', right[field] ?? ''];
    if (a !== b) return a < b ? -1 : 1;
  }
  return 0;
}

/** Share passing by run, suite and target, of the checks that the filter names in full. */
export async function sharesOf(history: History, filter: SeriesFilter = {}): Promise<readonly PassShare[]> {
  const columns = await leadQuery(
    history,
    filter,
    (source) => `SELECT run, suite, target, count(*) FILTER (standing = 'passed') AS passed,
        count(*) FILTER (standing <> 'skipped') AS counted
      FROM ${source} GROUP BY ALL ORDER BY ALL`,
  );
  return (columns['run'] ?? []).map((_, at) => ({
    run: maybeNumber(columns, 'run', at) ?? 0,
    suite: textAt(columns, 'suite', at),
    target: textAt(columns, 'target', at),
    passed: maybeNumber(columns, 'passed', at) ?? 0,
    counted: maybeNumber(columns, 'counted', at) ?? 0,
  }));
}

/** Models and runtimes by run. */
export async function circumstancesOf(history: History, filter: SeriesFilter = {}): Promise<Circumstances> {
  const models = await leadQuery(
    history,
    filter,
    (source) =>
      `SELECT run, suite, model, max(model_sha256) AS sha256 FROM ${source} GROUP BY ALL ORDER BY ALL`,
  );
  const runtimes = await leadQuery(
    history,
    filter,
    (source) =>
      `SELECT run, target, max(runtime_version) AS version FROM ${source} GROUP BY ALL ORDER BY ALL`,
  );
  return {
    models: (models['run'] ?? []).map((_, at) => ({
      run: maybeNumber(models, 'run', at) ?? 0,
      suite: textAt(models, 'suite', at),
      model: textAt(models, 'model', at),
      sha256: maybeText(models, 'sha256', at),
    })),
    runtimes: (runtimes['run'] ?? []).map((_, at) => ({
      run: maybeNumber(runtimes, 'run', at) ?? 0,
      target: textAt(runtimes, 'target', at),
      version: maybeText(runtimes, 'version', at),
    })),
  };
}
