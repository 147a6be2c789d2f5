/** Simulates nights of `run --against`: the newest value held against the baseline or the last run, as the command does. */
import { applyBaseline } from '../dist/history/apply-baseline.js';
import { asBaselines } from '../dist/history/against.js';
import { keyOf } from '../dist/history/types.js';

const PAST_RUNS = 40;

/** Outcome per night after the approval. `approvedAt` is the night (from 0) whose run is the baseline; `last` holds against the run before; `only` is the one night asked for. */
export function outcomesOf(
  values,
  { approvedAt, last = false, only = null, scale = null, hosts = () => 'host' },
) {
  const documents = values.map((value, night) => documentOf(value, scale, hosts(night)));
  const pastAt = (night) => pastOf(values, Math.max(0, night - PAST_RUNS), night, hosts);
  let baselines = asBaselines(documents[approvedAt], pastAt(approvedAt + 1));
  const nights = values.map((_, night) => night).filter((night) => night > approvedAt);
  return nights
    .filter((night) => only === null || night === only)
    .map((night) => {
      if (last) baselines = asBaselines(documents[night - 1], pastAt(night));
      const [check] = applyBaseline(documents[night].checks, baselines, {
        name: 'baseline',
        past: pastAt(night),
        host: hosts(night),
      });
      return { night, outcome: check.outcome };
    });
}

const KEY = { suite: 's', model: 'm', case: 'c', target: 't', output: 'y' };

function pastOf(values, from, to, hosts) {
  const nights = values.slice(from, to);
  return new Map([
    [
      keyOf(KEY),
      {
        standings: nights.map(() => 'passed'),
        builds: nights.map(() => 'build'),
        hosts: nights.map((_, at) => hosts(from + at)),
        values: { linf: nights, rmse: nights.map((value) => value / 3), mismatches: nights.map(() => 0) },
      },
    ],
  ]);
}

function documentOf(value, scale, host) {
  const check = {
    ...KEY,
    modelSha256: 'build',
    dtype: 'float32',
    shape: [64],
    optional: false,
    status: 'ok',
    verdict: 'pass',
    outcome: 'new',
    metrics: { linf: value, rmse: value / 3, mse: (value / 3) ** 2, mismatches: 0 },
    bounds: [],
    needed: [],
    worst: [],
    placement: null,
    golden: { state: 'fresh' },
    reproduce: '',
    reasons: [],
    timing: null,
    ...(scale === null ? {} : { evidence: { expected: { scale } } }),
  };
  return {
    runId: 'run',
    startedAt: '2026-01-01T00:00:00Z',
    tool: { version: '1' },
    source: { commit: null, branch: null },
    host: { fingerprint: host, os: '', arch: '', cpu: '', node: '' },
    targets: [],
    suites: [{ name: 's' }],
    checks: [check],
  };
}
