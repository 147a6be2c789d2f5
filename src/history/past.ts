/** What the last runs say about each check: the ground on which a new number is judged. */
import type { Standing } from '../result/reading.ts';
import { KEY_COLUMNS, keyAt, sameCheck, STANDING_CODE, standingFrom } from './coded.ts';
import { literal, maybeNumber, type Columns } from './duckdb.ts';
import type { History } from './open.ts';
import { keyOf } from './types.ts';

/** One check over the last runs, oldest first; all arrays have the same length. */
export interface PastCheck {
  readonly standings: readonly Standing[];
  /** Model hash, runtime version and limit as one text: alike means that only chance and host differ. */
  readonly builds: readonly string[];
  /** Fingerprint of the host of each run. */
  readonly hosts: readonly string[];
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
}

export type Past = ReadonlyMap<string, PastCheck>;

export const NO_PAST: Past = new Map();

/** Metrics that are held against the baseline, in this order of telling. `mismatches` where no error applies. */
export const JUDGED_METRICS = ['linf', 'rmse', 'mismatches'] as const;
export type JudgedMetric = (typeof JUDGED_METRICS)[number];

/**
 * The past of every check of the given suites. Texts are slow to hand over and the same every night: DuckDB numbers
 * them, and gives one small table of names beside rows of plain numbers.
 */
export async function pastOf(history: History, suites: readonly string[]): Promise<Past> {
  const wanted = `suite IN (${suites.map((suite) => literal(suite)).join(', ')})`;
  await history.query(
    (
      source,
    ) => `CREATE OR REPLACE TEMP TABLE past_leads AS SELECT run, position, suite, model, "case", target, output,
        standing, metric, value,
        concat_ws(' ', model_sha256, runtime_version, CASE WHEN limit_from <> 'default' THEN "limit" END) AS build
      FROM ${source} WHERE ${wanted} AND lead`,
  );
  const numbered = (columns: string): string =>
    `(SELECT row_number() OVER () - 1 AS id, * FROM (SELECT DISTINCT ${columns} FROM past_leads))`;
  await history.query(() => `CREATE OR REPLACE TEMP TABLE past_checks AS ${numbered(KEY_COLUMNS)}`);
  const names = await history.query(() => `SELECT ${KEY_COLUMNS} FROM past_checks ORDER BY id`);
  const nights = await history.query(
    () => `SELECT c.id::INTEGER AS "check", l.run, l.position::INTEGER AS position, b.id::INTEGER AS build,
        ${STANDING_CODE} AS standing,
        CASE l.metric WHEN 'linf' THEN l.value END AS linf, CASE l.metric WHEN 'mismatches' THEN l.value END AS mismatches
      FROM past_leads l JOIN past_checks c ON ${sameCheck('l', 'c')}
        JOIN ${numbered('build')} b ON l.build = b.build
      ORDER BY l.run`,
  );
  const drafts = (names['suite'] ?? []).map(() => emptyDraft());
  const placed = gather(drafts, nights, history);
  await addRmse(history, wanted, placed);
  return new Map(drafts.map((draft, at) => [keyOf(keyAt(names, at)), draft]));
}

interface Draft extends PastCheck {
  readonly standings: Standing[];
  readonly builds: string[];
  readonly hosts: string[];
  readonly values: Record<JudgedMetric, (number | null)[]>;
}

function emptyDraft(): Draft {
  return { standings: [], builds: [], hosts: [], values: { linf: [], rmse: [], mismatches: [] } };
}

/** One night of one check, by run and position in its document. */
interface Placed {
  readonly draft: Draft;
  readonly night: number;
}

function gather(
  drafts: readonly Draft[],
  nights: Columns,
  { runs }: History,
): readonly (readonly (Placed | undefined)[] | undefined)[] {
  const placed: (Placed | undefined)[][] = [];
  (nights['run'] ?? []).forEach((of, at) => {
    const [run, position] = [Number(of), Number(nights['position']?.[at])];
    const draft = drafts[Number(nights['check']?.[at])];
    if (draft === undefined) return;
    (placed[run] ??= [])[position] = { draft, night: draft.standings.length };
    draft.standings.push(standingFrom(nights['standing']?.[at]));
    draft.builds.push(String(nights['build']?.[at]));
    draft.hosts.push(runs[run]?.host ?? '');
    draft.values.linf.push(maybeNumber(nights, 'linf', at));
    draft.values.rmse.push(null);
    draft.values.mismatches.push(maybeNumber(nights, 'mismatches', at));
  });
  return placed;
}

/** `rmse`, and √mse for nights that were told only that. */
async function addRmse(history: History, wanted: string, placed: ReturnType<typeof gather>): Promise<void> {
  for (const metric of ['rmse', 'mse']) {
    const lacking = placed.some((run) =>
      run?.some((place) => place !== undefined && lacksRmse(place.draft.values, place.night)),
    );
    if (!lacking) return;
    const columns = await history.query(
      (source) =>
        `SELECT run, position::INTEGER AS position, value FROM ${source} WHERE ${wanted} AND metric = ${literal(metric)}`,
    );
    (columns['run'] ?? []).forEach((run, at) => {
      const place = placed[Number(run)]?.[Number(columns['position']?.[at])];
      const value = maybeNumber(columns, 'value', at);
      if (place === undefined || value === null) return;
      place.draft.values.rmse[place.night] ??= metric === 'mse' ? Math.sqrt(value) : value;
    });
  }
}

function lacksRmse({ linf, rmse }: Draft['values'], night: number): boolean {
  return linf[night] !== null && rmse[night] === null;
}
