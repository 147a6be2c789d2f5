/** Run documents for tests and screenshots. Every field has a plausible value; tests override what they speak of. */
import type { Check, RunDocument, Summary } from '../../src/result/document.ts';
import { SCHEMA_VERSION } from '../../src/result/document.ts';

/** A passing check of `digits-pytorch` on `ort-node/cpu`. */
export function createCheck(overrides: Partial<Check> = {}): Check {
  return {
    suite: 'digits-pytorch',
    model: 'digits',
    modelSha256: '5f0c6f2a4b7f1d8e9a3c5b7d9e1f2a4c6b8d0e2f4a6c8b0d2e4f6a8c0b2d4e6f',
    case: 'normal',
    target: 'ort-node/cpu',
    output: 'logits',
    dtype: 'float32',
    shape: [4, 10],
    optional: false,
    status: 'ok',
    verdict: 'pass',
    outcome: 'new',
    metrics: {
      linf: 4.76837158203125e-7,
      mse: 1.9e-14,
      rmse: 1.378404875209022e-7,
      meanAbs: 9.7e-8,
      bias: -3e-9,
      maxRel: 6.1e-6,
      cosine: 0.9999999999999,
      snrDb: 141.2,
      maxUlp: 3,
      mismatches: 0,
      mismatchShare: 0,
      utilisation: 4.76837158203125e-3,
    },
    bounds: [
      {
        metric: 'linf',
        limit: 1e-4,
        from: 'suite',
        value: 4.76837158203125e-7,
        utilisation: 4.76837158203125e-3,
        holds: true,
      },
      {
        metric: 'mismatches',
        limit: 0,
        atol: 1e-4,
        rtol: 1e-4,
        from: 'default',
        value: 0,
        utilisation: 2.1e-3,
        holds: true,
      },
    ],
    needed: [],
    worst: [{ index: [2, 7], expected: 1.5, actual: 1.5000004768371582, error: 4.76837158203125e-7 }],
    placement: { requested: 'cpu', proof: 'only-provider', nodes: { cpu: 12 }, fallbacks: [] },
    golden: {
      state: 'fresh',
      origin: 'PyTorch 2.13.0, export.py:build, 2026-11-20',
      provenance: 'goldens/digits-pytorch/normal.json',
    },
    reproduce: 'onnx-parity run digits-pytorch --case normal --target ort-node/cpu',
    reasons: [],
    timing: { loadMs: 12.4, runMs: [1.82] },
    ...overrides,
  };
}

/** A check whose L∞ lies beyond its bound, with a worst index and a smallest passing tolerance. */
export function createFailure(overrides: Partial<Check> = {}): Check {
  return createCheck({
    case: 'uniform',
    target: 'ort-web/wasm',
    verdict: 'fail',
    metrics: { linf: 3.1000123e-4, mse: 4.2e-10, utilisation: 3.1000123 },
    bounds: [
      {
        metric: 'linf',
        limit: 1e-4,
        from: 'suite',
        value: 3.1000123e-4,
        utilisation: 3.1000123,
        holds: false,
      },
    ],
    needed: [{ metric: 'linf', value: 3.1000123e-4 }],
    worst: [{ index: [0, 3], expected: 1.25, actual: 1.25031000123, error: 3.1000123e-4 }],
    reproduce: 'onnx-parity run digits-pytorch --case uniform --target ort-web/wasm',
    reasons: [
      {
        code: 'BOUND_EXCEEDED',
        message: 'linf is 3.10e-4, 3.1 times its bound of 1.00e-4 (suite).',
        hint: 'Compare the export with the source, or allow it with `linf: 3.11e-4`.',
        level: 'fail',
      },
    ],
    ...overrides,
  });
}

/** A check that was not executed. */
export function createUnexecuted(overrides: Partial<Check> = {}): Check {
  return createCheck({
    status: 'crashed',
    verdict: null,
    metrics: {},
    bounds: [],
    worst: [],
    placement: null,
    timing: null,
    reasons: [
      {
        code: 'WORKER_CRASHED',
        message: 'The worker ended by SIGSEGV while it ran this case.',
        hint: 'Run it alone with the command of this check.',
        level: 'fail',
      },
    ],
    crash: { signal: 'SIGSEGV', exitCode: null, stderr: 'Segmentation fault' },
    ...overrides,
  });
}

/** A complete run of the given checks; the summary and exit code follow from them unless given. */
export function createRun(overrides: Partial<RunDocument> = {}): RunDocument {
  const checks = overrides.checks ?? [createCheck()];
  const summary = summarise(checks);
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'onnx-parity', version: '0.1.0' },
    runId: '2026-11-21T090000Z-4f2a',
    command: 'onnx-parity run',
    startedAt: '2026-11-21T09:00:00.000Z',
    durationMs: 18_420,
    host: {
      os: 'linux 6.1',
      arch: 'x64',
      cpu: 'Example CPU @ 2.80GHz',
      cores: 2,
      memoryBytes: 8 * 2 ** 30,
      node: '20.20.2',
      fingerprint: '9b1c4e7a20d35f68',
    },
    source: { commit: '96f15aa0c1d2e3f405162738495a6b7c8d9e0f11', branch: 'main', dirty: false },
    complete: true,
    exitCode: summary.passed === summary.checks ? 0 : 1,
    summary,
    suites: [...new Set(checks.map(({ suite }) => suite))].map((name) => ({
      name,
      file: `suites/${name}/suite.yaml`,
      description: '',
      models: [...new Set(checks.filter(({ suite }) => suite === name).map(({ model }) => model))].map(
        (model) => ({ name: model, path: `suites/${name}/${model}.onnx`, sha256: null, bytes: 48_213 }),
      ),
    })),
    targets: [...new Set(checks.map(({ target }) => target))].map((name) => ({
      name,
      runtime: name.split('/')[0] ?? name,
      runtimeVersion: '1.30.0',
      provider: name.split('/')[1] ?? name,
      available: true,
      options: { threads: 1 },
    })),
    problems: [],
    checks,
    ...overrides,
  };
}

/** Counts by verdict, as the run itself makes them. */
export function summarise(checks: readonly Check[]): Summary {
  const count = (verdict: Check['verdict']) => checks.filter((check) => check.verdict === verdict).length;
  return {
    checks: checks.length,
    passed: count('pass'),
    failed: count('fail'),
    void: count('void'),
    unverified: count('unverified'),
    notRun: count(null),
  };
}
