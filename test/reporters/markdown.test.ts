import { describe, expect, test } from 'vitest';
import { codeSpan, escapeMarkdown } from '../../src/reporters/markdown/escape.ts';
import { renderMarkdown } from '../../src/reporters/markdown/index.ts';
import { createCrowd } from '../builders/crowd.ts';
import { createHostileRun } from '../builders/hostile.ts';
import { createCheck, createFailure, createRun, createUnexecuted } from '../builders/run-document.ts';

describe('the summary', () => {
  test('shows verdict, counts, matrix and failures with their next step', () => {
    const checks = [
      createCheck(),
      createFailure(),
      createUnexecuted({ target: 'ort-node/webgpu', status: 'unavailable', optional: true }),
    ];
    expect(renderMarkdown(createRun({ checks }))).toMatchInlineSnapshot(`
      "## ❌ onnx-parity: 1 of 3 checks did not pass.

      | checks | passed | failed | void | unverified | not run |
      | ---: | ---: | ---: | ---: | ---: | ---: |
      | 3 | 1 | 1 | 0 | 0 | 1 |

      ### Suites × targets

      | suite | ort-node/cpu | ort-web/wasm | ort-node/webgpu |
      | --- | --- | --- | --- |
      | digits-pytorch | ✅ 1/1 · 4.77e-3 | ❌ 0/1 · 3.10e0 | ⚪ not run |

      Passed of all checks, and the largest error ÷ allowed (up to 1 passes).

      ### Did not pass

      | verdict | check | why | worst index | expected | actual | passes with |
      | --- | --- | --- | --- | --- | --- | --- |
      | **failed** | digits-pytorch / digits / uniform / logits \\[ort-web/wasm\\] | linf is 3.10e-4, 3.1 times its bound of 1.00e-4 \\(suite\\). | \`[0, 3]\` | \`1.25\` | \`1.25031\` | linf ≤ 3.11e-4 |

      <details><summary>Next steps and commands</summary>

      - digits-pytorch / digits / uniform / logits \\[ort-web/wasm\\]: Compare the export with the source, or allow it with \\\`linf: 3.11e-4\\\`.  
        \`onnx-parity run digits-pytorch --case uniform --target ort-web/wasm\`

      </details>

      <sub>run \`2026-11-21T090000Z-4f2a\` · 18.4 s · onnx-parity 0.1.0 · linux 6.1 · x64 · Node 20.20.2 · commit \`96f15aa0c1d2\`</sub>
      "
    `);
  });

  test('a run that passed has no table of failures', () => {
    const text = renderMarkdown(createRun());
    expect(text).toContain('✅ onnx-parity: The check passed.');
    expect(text).not.toContain('Did not pass');
  });

  test('thousands of failures stay readable and far below the 1 MiB of a CI summary', () => {
    const text = renderMarkdown(createCrowd(20_000));
    expect(text.length).toBeLessThan(200_000);
    expect(text).toContain('… and 350 more: see the report.');
  });

  test('hostile names neither break the table nor become markup', () => {
    const text = renderMarkdown(createHostileRun());
    const rows = text.split('\n').filter((line) => line.startsWith('| **'));
    expect(rows).toHaveLength(38);
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(8);
    const outsideCode = text.replace(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '');
    expect(outsideCode).not.toMatch(/<(?!\/?(?:details|summary|sub)>)/);
  });
});

describe('escaping', () => {
  test('markup, mentions and links are shown as text', () => {
    expect(escapeMarkdown('**a** <b> [c](https://d) @e |')).toBe(
      String.raw`\*\*a\*\* &lt;b&gt; \[c\]\(https&#58;//d\) &#64;e \|`,
    );
  });

  test('a code span is fenced by more backticks than it holds', () => {
    expect(codeSpan('a ``b`` c')).toBe('``` a ``b`` c ```');
    expect(codeSpan('plain')).toBe('`plain`');
  });
});
