/** Names and texts that try to leave the place where they are shown. */
import type { RunDocument } from '../../src/result/document.ts';
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
      createCheck({ ...names, target: `${text} passing` }),
    ];
  });
  const run = createRun({ checks, exitCode: 1 });
  return {
    ...run,
    command: HOSTILE_STRINGS.join(' '),
    problems: HOSTILE_STRINGS.map((text) => ({ code: 'SUITE_INVALID', message: text, hint: text })),
    targets: run.targets.map((target) =>
      Object.assign({}, target, { options: { [target.name]: target.name } }),
    ),
  };
}
