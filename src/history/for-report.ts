/** What a report page gets of the history: the runs of its suites, their series, and what happened in them. */
import type { ReportBaseline, ReportSeries, RunHistory } from '../result/report-history.ts';
import { fromWire } from '../result/wire.ts';
import type { Baseline } from './baseline.ts';
import { eventsOf } from './events.ts';
import type { History } from './open.ts';
import { circumstancesOf, seriesOf, sharesOf } from './queries.ts';
import { keyOf, type Circumstances, type HistoryRun, type PassShare, type Series } from './types.ts';

/** What is told from the rows of the stored runs, of all suites. */
export interface HistoryFacts {
  readonly runs: readonly HistoryRun[];
  readonly series: readonly Series[];
  readonly shares: readonly PassShare[];
  readonly circumstances: Circumstances;
}

export interface ForReport {
  /** Suites of the run that the page shows. */
  readonly suites: readonly string[];
  readonly baselines: readonly Baseline[];
  /** Runs that the page shows, newest first taken; all where absent. */
  readonly last?: number;
}

export async function factsOfHistory(history: History): Promise<HistoryFacts> {
  return {
    runs: history.runs,
    series: await seriesOf(history),
    shares: await sharesOf(history),
    circumstances: await circumstancesOf(history),
  };
}

/** `null` where no stored run has a check of these suites. Runs without one are left out. */
export function historyForReport(
  facts: HistoryFacts,
  { suites, baselines, last = Infinity }: ForReport,
): RunHistory | null {
  const wanted = new Set(suites);
  const all = facts.series.filter(({ suite }) => wanted.has(suite));
  const used = [...new Set(all.flatMap(({ runs }) => runs))].toSorted((left, right) => left - right);
  const kept = used.slice(Math.max(0, used.length - last));
  const places = new Map(kept.map((run, at) => [run, at]));
  const series = all.flatMap((one) => within(one, places));
  if (series.length === 0) return null;
  const moved = <T extends { readonly run: number }>(items: readonly T[]): readonly T[] =>
    items.flatMap((item) => {
      const run = places.get(item.run);
      return run === undefined ? [] : [{ ...item, run }];
    });
  const runs = kept.flatMap((run) => facts.runs[run] ?? []);
  const circumstances = {
    models: moved(facts.circumstances.models).filter(({ suite }) => wanted.has(suite)),
    runtimes: moved(facts.circumstances.runtimes),
  };
  return {
    runs: runs.map(({ folder: _1, ...run }) => run),
    series: withApproved(series, baselines),
    events: eventsOf(runs, series, circumstances).map(({ runId: _1, startedAt: _2, ...event }) => event),
    shares: moved(facts.shares).filter(({ suite }) => wanted.has(suite)),
    circumstances,
    baselines: baselines.filter(({ suite }) => wanted.has(suite)).map((baseline) => described(baseline)),
  };
}

/** The series in the runs that have a place, which are the newest ones, numbered by it. */
function within(series: Series, places: ReadonlyMap<number, number>): readonly Series[] {
  const from = series.runs.findIndex((run) => places.has(run));
  if (from < 0) return [];
  return [
    {
      ...series,
      runs: series.runs.slice(from).map((run) => places.get(run) ?? 0),
      values: series.values.slice(from),
      limits: series.limits.slice(from),
      utilisations: series.utilisations.slice(from),
      standings: series.standings.slice(from),
    },
  ];
}

function withApproved(series: readonly Series[], baselines: readonly Baseline[]): readonly ReportSeries[] {
  const approved = new Map(
    baselines.flatMap(({ suite, checks }) =>
      checks.map((check) => [keyOf({ ...check, suite }), check.metrics] as const),
    ),
  );
  return series.map(({ dtype: _1, scale: _2, ...one }) => {
    const metrics = approved.get(keyOf(one));
    const value =
      metrics !== undefined && Object.hasOwn(metrics, one.metric) ? metrics[one.metric] : undefined;
    return value === undefined ? one : { ...one, approved: fromWire(value) };
  });
}

function described({ suite, approved, run }: Baseline): ReportBaseline {
  return {
    suite,
    runId: run.runId,
    commit: run.commit,
    approvedAt: approved.at,
    reason: approved.reason,
  };
}
