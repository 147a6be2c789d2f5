import type { Check, RunDocument } from '../result/index.ts';
import { standingOf } from '../result/reading.ts';
import { BASELINE_VERSION, type Baseline, type BaselineCheck, type BaselineNoise } from './baseline.ts';
import { levelsOf } from './change-points.ts';
import { hostOffsets, onOneHost } from './hosts.ts';
import { floorFor, logError } from './log-error.ts';
import { marginalSpread, median } from './noise.ts';
import { JUDGED_METRICS, NO_PAST, type Past, type PastCheck } from './past.ts';
import { errorOf } from './judged-error.ts';
import { keyOf } from './types.ts';

/** One baseline per suite of the run. `past` are the runs up to it: their spread is kept, so that CI needs no history. */
export function baselinesFrom(
  document: RunDocument,
  approved: { readonly at: string; readonly reason: string },
  past: Past = NO_PAST,
): readonly Baseline[] {
  const suites = [...new Set(document.checks.map(({ suite }) => suite))];
  return suites.map((suite) => {
    const checks = document.checks.filter((check) => check.suite === suite && check.outcome !== 'removed');
    return {
      schemaVersion: BASELINE_VERSION,
      suite,
      approved,
      run: provenanceOf(document, checks),
      checks: checks.map((check) => checkOf(check, past.get(keyOf(check)), document.host.fingerprint)),
    };
  });
}

function provenanceOf(document: RunDocument, checks: readonly Check[]): Baseline['run'] {
  const { runId, startedAt, tool, source, host, targets } = document;
  const used = new Set(checks.map(({ target }) => target));
  return {
    runId,
    startedAt,
    tool: tool.version,
    commit: source.commit,
    branch: source.branch,
    host: { fingerprint: host.fingerprint, os: host.os, arch: host.arch, cpu: host.cpu, node: host.node },
    models: Object.fromEntries(checks.map(({ model, modelSha256 }) => [model, modelSha256])),
    runtimes: Object.fromEntries(
      targets.filter(({ name }) => used.has(name)).map(({ name, runtimeVersion }) => [name, runtimeVersion]),
    ),
  };
}

function checkOf(check: Check, past: PastCheck | undefined, host: string): BaselineCheck {
  const noise = past === undefined ? {} : noiseOf(check, past, host);
  return {
    model: check.model,
    case: check.case,
    target: check.target,
    output: check.output,
    dtype: check.dtype,
    shape: check.shape === null ? null : [...check.shape],
    status: check.status,
    verdict: check.verdict,
    skipped: standingOf(check) === 'skipped',
    metrics: { ...check.metrics },
    ...(Object.keys(noise).length === 0 ? {} : { noise }),
  };
}

/** Fewer nights say too little to be kept. */
const LEAST_NIGHTS = 5;

/** Noise of the level that the approved run is on: nights before a step belong to another model or runtime. */
function noiseOf(check: Check, past: PastCheck, host: string): Record<string, BaselineNoise> {
  const found: Record<string, BaselineNoise> = {};
  for (const metric of JUDGED_METRICS) {
    const all = past.values[metric] ?? [];
    const values = all.filter((value) => value !== null);
    const hosts = past.hosts.filter((_, at) => all[at] !== null);
    const own = errorOf(check, metric);
    if (own === null || values.length < LEAST_NIGHTS) continue;
    const floor = floorFor([...values, own], { dtype: check.dtype, ...scaleOf(check) });
    const logs = values.map((value) => logError(value, floor));
    const series = onOneHost(logs, hosts, hostOffsets(logs, hosts), host);
    const level = levelsOf(series).at(-1);
    const nights = series.slice(level?.from ?? 0);
    if (nights.length < LEAST_NIGHTS) continue;
    found[metric] = { centre: median(nights), spread: marginalSpread(nights), nights: nights.length };
  }
  return found;
}

/** What {@link floorFor} wants to know of a check. */
export function scaleOf(check: Check): {
  readonly scale: number | null;
  readonly referenceNoise: number | null;
} {
  const scale = check.evidence?.expected.scale;
  const noise = check.golden.noise?.linf;
  return {
    scale: scale === undefined ? null : Number(scale),
    referenceNoise: noise === undefined ? null : Number(noise),
  };
}
