/** What the last runs say about each check: the ground on which a new number is judged. */
import type { Standing } from '../result/reading.ts';
import { literal, maybeText, textAt } from './duckdb.ts';
import type { History } from './open.ts';
import { keyOf, type CheckKey } from './types.ts';

/** One check over the last runs, oldest first; all arrays have the same length. */
export interface PastCheck {
  readonly standings: readonly Standing[];
  /** Outcome that was recorded then; `new` where there was no baseline. */
  readonly outcomes: readonly string[];
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

/** The past of every check of the given suites. */
export async function pastOf(history: History, suites: readonly string[]): Promise<Past> {
  const wanted = suites.map((suite) => literal(suite)).join(', ');
  const metrics = [...JUDGED_METRICS, 'mse'].map((metric) => literal(metric)).join(', ');
  const columns = await history.query(
    (source) => `SELECT run, suite, model, "case", target, output, lead, standing, outcome,
        concat_ws(' ', model_sha256, runtime_version, CASE WHEN lead AND limit_from <> 'default' THEN "limit" END) AS build, metric, value
      FROM ${source} WHERE suite IN (${wanted}) AND (lead OR metric IN (${metrics})) ORDER BY run`,
  );
  const past = new Map<string, Draft>();
  (columns['run'] ?? []).forEach((run, at) => {
    const text = (name: string): string => textAt(columns, name, at);
    const key: CheckKey = {
      suite: text('suite'),
      model: text('model'),
      case: text('case'),
      target: text('target'),
      output: maybeText(columns, 'output', at),
    };
    const night = nightOf(past, keyOf(key), Number(run));
    night.standing = text('standing') as Standing;
    night.outcome = text('outcome');
    if (columns['lead']?.[at] === true) night.build = text('build');
    const [metric, value] = [text('metric'), columns['value']?.[at]];
    if (typeof value === 'number') night.values.set(metric, value);
  });
  return new Map([...past].map(([key, nights]) => [key, settled(nights, history)]));
}

interface Night {
  standing: Standing;
  outcome: string;
  build: string;
  readonly values: Map<string, number>;
}

type Draft = Map<number, Night>;

function nightOf(past: Map<string, Draft>, key: string, run: number): Night {
  const nights = past.get(key) ?? new Map<number, Night>();
  past.set(key, nights);
  const night = nights.get(run) ?? {
    standing: 'not run',
    outcome: 'new',
    build: '',
    values: new Map<string, number>(),
  };
  nights.set(run, night);
  return night;
}

function settled(draft: Draft, { runs }: History): PastCheck {
  const nights = [...draft.values()];
  const valueOf = (night: Night, metric: JudgedMetric): number | null => {
    const value = night.values.get(metric);
    if (value !== undefined || metric !== 'rmse') return value ?? null;
    const mse = night.values.get('mse');
    return mse === undefined ? null : Math.sqrt(mse);
  };
  return {
    standings: nights.map(({ standing }) => standing),
    outcomes: nights.map(({ outcome }) => outcome),
    builds: nights.map(({ build }) => build),
    hosts: [...draft.keys()].map((run) => runs[run]?.host ?? ''),
    values: Object.fromEntries(
      JUDGED_METRICS.map((metric) => [metric, nights.map((night) => valueOf(night, metric))]),
    ),
  };
}
