/** What a report page gets of the history: the runs of its suites, their series, and what happened in them. */
import { fromWire } from '../result/wire.ts';
import type { ReportBaseline, ReportSeries, RunHistory } from '../result/report-history.ts';
import type { Baseline } from './baseline.ts';
import { eventsOf } from './events.ts';
import type { History } from './open.ts';
import { circumstancesOf, seriesOf, sharesOf } from './queries.ts';
import { keyOf, type Series } from './types.ts';

export interface ForReport {
  /** Suites of the run that the page shows. */
  readonly suites: readonly string[];
  readonly baselines: readonly Baseline[];
}

/** `null` where no stored run has a check of these suites. Runs without one are left out. */
export async function historyForReport(
  history: History,
  { suites, baselines }: ForReport,
): Promise<RunHistory | null> {
  // A name with `*` would be a pattern.
  const wanted = new Set(suites);
  const filter = { suites };
  const series = (await seriesOf(history, filter)).filter(({ suite }) => wanted.has(suite));
  if (series.length === 0) return null;
  const circumstances = await circumstancesOf(history, filter);
  const places = renumbered(series);
  const moved = <T extends { readonly run: number }>(items: readonly T[]): readonly T[] =>
    items.flatMap((item) => {
      const run = places.get(item.run);
      return run === undefined ? [] : [{ ...item, run }];
    });
  return {
    runs: [...places.keys()].flatMap((run) => history.runs[run] ?? []).map(({ folder: _1, ...run }) => run),
    series: withApproved(series, baselines).map((one) => ({
      ...one,
      runs: one.runs.map((run) => places.get(run) ?? 0),
    })),
    events: moved(eventsOf(history.runs, series, circumstances)).map(
      ({ runId: _1, startedAt: _2, ...event }) => event,
    ),
    shares: moved(await sharesOf(history, filter)).filter(({ suite }) => wanted.has(suite)),
    circumstances: {
      models: moved(circumstances.models).filter(({ suite }) => wanted.has(suite)),
      runtimes: moved(circumstances.runtimes),
    },
    baselines: baselines.filter(({ suite }) => wanted.has(suite)).map((baseline) => described(baseline)),
  };
}

/** New place of every run that has a check, oldest first. */
function renumbered(series: readonly Series[]): ReadonlyMap<number, number> {
  const used = new Set(series.flatMap(({ runs }) => runs));
  return new Map([...used].toSorted((left, right) => left - right).map((run, at) => [run, at]));
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
