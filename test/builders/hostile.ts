/** Names and texts that try to leave the place where they are shown. */
import type { RunDocument } from '../../src/result/document.ts';
import type { ReportExtras, ReportKey } from '../../src/result/report-history.ts';
import { createCheck, createFailure, createRun, createUnexecuted } from './run-document.ts';

export const HOSTILE_STRINGS: readonly string[] = [
  '</script><script>globalThis.broken = 1</script>',
  '<img src=x onerror="globalThis.broken = 2">',
  '<!--<script>',
  '"><svg onload=globalThis.broken=3>',
  'javascript:globalThis.broken=4',
  '\u001b[31mred\u001b[0m\u001b]8;;https://example.com\u0007link\u001b]8;;\u0007',
  '\u202etxt.exe\u202c and \u2066isolated\u2069',
  '__proto__',
  'constructor',
  ']]> & <![CDATA[',
  '| pipe | `code` | **bold** | [link](https://example.com) | @someone |',
  'line one\nline two\u2028line three\ttab',
  '\u0000\u0007\u0008bell',
  '\ud800 half',
  '${globalThis.broken = 5}',
  "$& $1 $` $'",
  'name with "quotes" and \\backslashes\\ and spaces',
  'x'.repeat(4000),
  '',
];

/** Every hostile string in every place that shows a text. */
export function createHostileRun(): RunDocument {
  const checks = HOSTILE_STRINGS.flatMap((text) => {
    const names = { suite: text, model: text, case: text, target: text, output: text, reproduce: text };
    const reason = { code: 'BOUND_EXCEEDED', message: text, hint: text, level: 'fail' } as const;
    return [
      createFailure({
        ...names,
        dtype: 'string',
        reasons: [reason],
        metrics: JSON.parse(`{${JSON.stringify(text)}: 1, "linf": 2}`) as Record<string, number>,
        bounds: [
          { metric: text, limit: 1, expression: text, from: 'suite', profile: text, holds: false, value: 2 },
        ],
        needed: [{ metric: text, value: 2 }],
        worst: [{ index: [0], expected: text, actual: text }],
        golden: { state: 'fresh', origin: text, provenance: text },
        placement: {
          requested: text,
          proof: 'profile',
          nodes: JSON.parse(`{${JSON.stringify(text)}: 1}`) as Record<string, number>,
          fallbacks: [{ node: text, op: text, provider: text, why: text }],
        },
      }),
      createUnexecuted({
        ...names,
        output: null,
        crash: { signal: text, exitCode: 1, stderr: text },
        reasons: [reason],
      }),
      createCheck({
        ...names,
        target: `${text} passing`,
        rollout: { case: text, step: 1, steps: 2 },
        timing: { loadMs: 1, runMs: [1], bench: { runs: 3, p50Ms: 1, p90Ms: 2 } },
      }),
    ];
  });
  const run = createRun({ checks, exitCode: 1 });
  const all = HOSTILE_STRINGS.join(' ');
  const host = { ...run.host, os: all, arch: all, cpu: all, node: all, fingerprint: all };
  const reason = { code: 'TARGET_UNAVAILABLE', message: all, hint: all, level: 'fail' } as const;
  return {
    ...run,
    command: all,
    host,
    source: { commit: all, branch: all, dirty: true },
    against: { name: all, runs: HOSTILE_STRINGS, commit: all },
    merged: HOSTILE_STRINGS.map((text) => ({ runId: text, host, shard: text })),
    suites: HOSTILE_STRINGS.map((text) => ({
      name: text,
      file: text,
      description: text,
      models: [{ name: text, path: text, sha256: text, bytes: 1 }],
    })),
    problems: HOSTILE_STRINGS.map((text) => ({ code: 'SUITE_INVALID', message: text, hint: text })),
    targets: HOSTILE_STRINGS.map((text) => ({
      name: text,
      runtime: text,
      runtimeVersion: text,
      provider: text,
      available: false,
      reason,
      options: { [text]: text },
    })),
  };
}

/** Every hostile string in what the page may carry besides its run. */
export function createHostileExtras(): ReportExtras {
  const keys: readonly ReportKey[] = HOSTILE_STRINGS.map((text) => ({
    suite: text,
    model: text,
    case: text,
    target: text,
    output: text,
  }));
  return {
    history: {
      runs: HOSTILE_STRINGS.map((text, i) => ({
        runId: `${i} ${text}`,
        startedAt: i * 86_400_000,
        commit: text,
        branch: text,
        host: text,
        cpu: text,
        os: text,
        node: text,
        toolVersion: text,
      })),
      series: keys.map((key) => ({
        ...key,
        metric: key.suite,
        runs: [0, 1, 2],
        values: [1, 2, 3],
        limits: [1, 1, 1],
        utilisations: [1, 2, 3],
        standings: ['passed', 'failed', 'failed'],
        approved: 1,
      })),
      events: keys.map((key, i) => ({
        kind: 'step',
        run: i % 3,
        worse: true,
        suite: key.suite,
        targets: [key.target],
        checks: [{ ...key, factor: 2, before: 1, after: 2 }],
        changed: [{ what: key.suite, name: key.suite, before: key.suite, after: key.suite }],
      })),
      shares: keys.map(({ suite, target }) => ({ run: 0, suite, target, passed: 1, counted: 2 })),
      circumstances: {
        models: keys.map(({ suite, model }) => ({ run: 0, suite, model, sha256: suite })),
        runtimes: keys.map(({ target }) => ({ run: 0, target, version: target })),
      },
      baselines: HOSTILE_STRINGS.map((text) => ({
        suite: text,
        runId: text,
        commit: text,
        approvedAt: text,
        reason: text,
      })),
    },
    audit: {
      runs: 3,
      audits: HOSTILE_STRINGS.map((text) => ({
        bound: {
          suite: text,
          from: text,
          owner: text,
          ofCase: text,
          metric: text,
          limit: 1,
          atol: null,
          rtol: null,
          expression: text,
        },
        verdict: 'loose',
        why: text,
        checks: 1,
        runs: 3,
        worstEver: 1,
        worstRecent: 1,
        share: [1, 2],
        proposal: { factor: 2, limit: 1, atol: null, rtol: null, falseAlarmPerRun: 0, basis: text },
      })),
      patch: HOSTILE_STRINGS.join('\n'),
    },
  };
}
