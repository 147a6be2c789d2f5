/** A history as plain data, made from the checks of a run: every run before it has the same checks with other numbers. */
import type { RunDocument } from '../../src/result/document.ts';
import type { ReportEvent, RunHistory } from '../../src/result/report-history.ts';
import { fromWire } from '../../src/result/index.ts';
import { metricOf, standingOf, utilisationOf, type Standing } from '../../src/result/reading.ts';
import { createRandom } from './random.ts';

export interface HistoryPlan {
  readonly runs: number;
  /** What a check's error is multiplied with in a run. */
  readonly factor?: (position: number, run: number) => number;
  readonly standing?: (position: number, run: number) => Standing | null;
  readonly events?: readonly ReportEvent[];
}

/** The last run is the document itself. */
export function createHistory(document: RunDocument, plan: HistoryPlan): RunHistory {
  const random = createRandom(5);
  const last = plan.runs - 1;
  const runs = Array.from({ length: plan.runs }, (_, run) => ({
    runId: run === last ? document.runId : `2026-night-${String(run + 1).padStart(3, '0')}`,
    startedAt: Date.parse(document.startedAt) - (last - run) * 86_400_000,
    commit: run === last ? document.source.commit : (run + 1).toString(16).padStart(40, 'c'),
    branch: 'main',
    host: document.host.fingerprint,
    cpu: document.host.cpu,
    os: document.host.os,
    node: document.host.node,
    toolVersion: document.tool.version,
  }));
  const series = document.checks.map((check, position) => {
    const metric = metricOf(check, 'linf') === undefined ? '' : 'linf';
    const value = fromWire(metricOf(check, 'linf') ?? 0);
    const used = utilisationOf(check);
    const factors = runs.map((_, run) =>
      run === last ? 1 : (plan.factor?.(position, run) ?? 1) * 10 ** (0.1 * (random() - 0.5)),
    );
    return {
      suite: check.suite,
      model: check.model,
      case: check.case,
      target: check.target,
      output: check.output,
      metric,
      runs: runs.map((_, run) => run),
      values: factors.map((factor) => (metric === '' ? null : value * factor)),
      limits: runs.map(() => fromWire(check.bounds.find((bound) => bound.metric === metric)?.limit ?? 'NaN')),
      utilisations: factors.map((factor) => (used === null ? null : used * factor)),
      standings: runs.map(
        (_, run) => (run === last ? null : plan.standing?.(position, run)) ?? standingOf(check),
      ),
      ...(metric === '' ? {} : { approved: value * 0.9 }),
    };
  });
  return {
    runs,
    series,
    events: plan.events ?? [],
    shares: sharesOf(series, plan.runs),
    circumstances: {
      models: runs.flatMap((_, run) =>
        document.suites.flatMap(({ name, models }) =>
          models.map((model) => ({ run, suite: name, model: model.name, sha256: 'a'.repeat(64) })),
        ),
      ),
      runtimes: runs.flatMap((_, run) =>
        document.targets.map((target) => ({
          run,
          target: target.name,
          version: run < plan.runs / 2 ? '1.29.0' : target.runtimeVersion,
        })),
      ),
    },
    baselines: document.suites.slice(0, 3).map(({ name }) => ({
      suite: name,
      runId: runs[0]?.runId ?? '',
      commit: runs[0]?.commit ?? null,
      approvedAt: '2026-11-01T08:00:00.000Z',
      reason: 'release 1.0',
    })),
  };
}

function sharesOf(series: RunHistory['series'], runs: number): RunHistory['shares'] {
  const groups = new Map<
    string,
    { suite: string; target: string; run: number; passed: number; counted: number }
  >();
  for (let run = 0; run < runs; run++) {
    for (const { suite, target, standings } of series) {
      const name = JSON.stringify([suite, target, run]);
      const group = groups.get(name) ?? { suite, target, run, passed: 0, counted: 0 };
      const standing = standings[run];
      if (standing === 'passed') group.passed++;
      if (standing !== 'skipped') group.counted++;
      groups.set(name, group);
    }
  }
  return [...groups.values()];
}
