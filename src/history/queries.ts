/** What the history is asked: series of checks, shares passing, and what the numbers depended on. */
import { codeOf, KEY_COLUMNS, keyAt, sameCheck, STANDING_CODE, standingFrom } from './coded.ts';
import { literal, maybeNumber, maybeText, numbersAt, textAt, type Columns } from './duckdb.ts';
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
  const table = await leadTable(history, filter);
  if (table === null) return [];
  // Texts are slow to hand over: checks are numbered, and their nights come as plain numbers.
  const checks = await history
    .query(
      () => `CREATE OR REPLACE TEMP TABLE ${table}_checks AS SELECT row_number() OVER () - 1 AS id, * FROM
      (SELECT ${KEY_COLUMNS}, max(metric) AS metric, max(dtype) AS dtype, max(scale) AS scale FROM ${table} GROUP BY ${KEY_COLUMNS})`,
      'leads',
    )
    .then(() => history.query(() => `SELECT * FROM ${table}_checks ORDER BY id`, 'leads'));
  const nights = await history.query(() => nightsQuery(table), 'leads');
  const apart =
    metric === undefined || metric === LEADING_METRICS[0] ? null : await valuesOf(history, metric, filter);
  const wanted = keyFilter(filter);
  const ends = endsOf(nights, (checks['suite'] ?? []).length);
  return (checks['suite'] ?? [])
    .flatMap((_, at) => {
      const key = keyAt(checks, at);
      if (!wanted(key)) return [];
      const found = apart === null ? null : (apart.get(keyOf(key)) ?? []);
      const about = {
        metric: found === null ? textAt(checks, 'metric', at) : (metric ?? ''),
        dtype: maybeText(checks, 'dtype', at),
        scale: maybeNumber(checks, 'scale', at),
      };
      return [{ ...key, ...about, ...nightsIn(nights, ends[at - 1] ?? 0, ends[at] ?? 0, found) }];
    })
    .toSorted((left, right) => compareKeys(left, right));
}

// The rows that lead their checks hold the metric that checks are followed by: one row per check and run. Series, shares
// and circumstances are all told from them, so the files are read once and the rest is asked of memory.
async function leadTable(history: History, filter: SeriesFilter): Promise<string | null> {
  if (history.runs.length === 0) return null;
  const part = equalities(filter);
  const known = tables.get(history) ?? new Map<string, string>();
  const found = known.get(part);
  if (found !== undefined) return found;
  const table = `lead_rows_${known.size}`;
  await history.query(
    (
      source,
    ) => `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT run, ${KEY_COLUMNS}, metric, value, "limit", used, dtype,
        ${STANDING_CODE} AS standing,
        scale, model_sha256, runtime_version
      FROM ${source} WHERE lead${part}`,
    'leads',
  );
  tables.set(history, known.set(part, table));
  return table;
}

const tables = new WeakMap<History, Map<string, string>>();

async function leadQuery(
  history: History,
  filter: SeriesFilter,
  query: (source: string) => string,
): Promise<Columns> {
  const table = await leadTable(history, filter);
  return table === null ? {} : history.query(() => query(table), 'leads');
}

function nightsQuery(table: string): string {
  return `SELECT c.id::INTEGER AS "check", l.run, l.value, l."limit", l.used, l.standing
    FROM ${table} l JOIN ${table}_checks c ON ${sameCheck('l', 'c')}
    ORDER BY c.id, l.run`;
}

/** Where the rows of each check end, in rows sorted by check. */
function endsOf(nights: Columns, checks: number): readonly number[] {
  const ends = Array.from({ length: checks }, () => 0);
  (nights['check'] ?? []).forEach((check, at) => {
    ends[Number(check)] = at + 1;
  });
  return ends;
}

/** The rows `from` up to but not including `to`. `apart` are the values of a metric that does not lead its checks. */
function nightsIn(
  nights: Columns,
  from: number,
  to: number,
  apart: readonly Measured[] | null,
): Pick<Series, 'runs' | 'values' | 'limits' | 'utilisations' | 'standings'> {
  const part = (name: string): readonly (number | null)[] =>
    (nights[name] ?? []).slice(from, to) as (number | null)[];
  const runs = part('run').map((run) => run ?? 0);
  const byRun = new Map(apart?.map((one) => [one.run, one]));
  return {
    runs,
    values: apart === null ? part('value') : runs.map((run) => byRun.get(run)?.value ?? null),
    limits: apart === null ? part('limit') : runs.map((run) => byRun.get(run)?.limit ?? null),
    utilisations: part('used'),
    standings: part('standing').map((code) => standingFrom(code)),
  };
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
    (source) => `SELECT run, suite, target, count(*) FILTER (standing = ${codeOf('passed')}) AS passed,
        count(*) FILTER (standing <> ${codeOf('skipped')}) AS counted
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
