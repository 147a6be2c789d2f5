import { describe, expect, test } from 'vitest';
import { renderJUnit } from '../../src/reporters/junit/index.ts';
import { createHostileRun } from '../builders/hostile.ts';
import { createCheck, createFailure, createRun, createUnexecuted } from '../builders/run-document.ts';

describe('JUnit', () => {
  test('a failure names the check, the worst index and the smallest passing tolerance', () => {
    expect(renderJUnit(createRun({ checks: [createCheck(), createFailure()] }))).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="onnx-parity" tests="2" failures="1" errors="0" skipped="0">
        <testsuite name="digits-pytorch" timestamp="2026-11-21T09:00:00" time="0.00364" tests="2" failures="1" errors="0" skipped="0">
          <testcase classname="digits-pytorch / digits" name="normal / logits [ort-node/cpu]" time="0.00182"/>
          <testcase classname="digits-pytorch / digits" name="uniform / logits [ort-web/wasm]" time="0.00182">
            <failure message="linf is 3.10e-4, 3.1 times its bound of 1.00e-4 (suite). Worst at [0, 3]: expected 1.25, actual 1.25031, error 3.10e-4. Smallest passing tolerance: linf ≤ 3.11e-4." type="BOUND_EXCEEDED"><![CDATA[fail: digits-pytorch / digits / uniform / logits [ort-web/wasm]
      BOUND_EXCEEDED: linf is 3.10e-4, 3.1 times its bound of 1.00e-4 (suite).
        next: Compare the export with the source, or allow it with \`linf: 3.11e-4\`.
      does not hold: linf ≤ 1.00e-4 (suite), value 0.00031000123
      worst at [0, 3]: expected 1.25, actual 1.25031, error 3.10e-4
      smallest passing tolerance: linf ≤ 0.00031000123
      reproduce: onnx-parity run digits-pytorch --case uniform --target ort-web/wasm]]></failure>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  test('what was not executed is an error with its stderr', () => {
    const xml = renderJUnit(createRun({ checks: [createUnexecuted()] }));
    expect(xml).toContain(
      '<error message="The worker ended by SIGSEGV while it ran this case." type="WORKER_CRASHED">',
    );
    expect(xml).toContain('<system-err><![CDATA[Segmentation fault]]></system-err>');
  });

  test('only what the run is allowed to leave out is skipped', () => {
    const optional = createUnexecuted({ status: 'unavailable', optional: true, case: 'a' });
    const required = createUnexecuted({ status: 'unavailable', case: 'b' });
    const xml = renderJUnit(createRun({ checks: [optional, required] }));
    expect(xml).toContain('tests="2" failures="0" errors="1" skipped="1"');
  });

  test('problems of the run are errors of their own', () => {
    const problems = [{ code: 'SUITE_INVALID', message: 'suite.yaml: bad', hint: 'Mend it.' }];
    const xml = renderJUnit(createRun({ problems }));
    expect(xml).toContain(
      '<error message="suite.yaml: bad" type="SUITE_INVALID"><![CDATA[Mend it.]]></error>',
    );
  });

  test('hostile texts leave well-formed XML without control characters', () => {
    const xml = renderJUnit(createHostileRun());
    // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]/u);
    expect(xml).not.toMatch(/[\ud800-\udfff]/u);
    expect(xml.match(/<testcase /g)).toHaveLength(createHostileRun().checks.length + 19);
    expect(openTags(xml)).toEqual([]);
  });
});

/** Names of elements that are opened and never closed, with CDATA and attributes set aside. */
function openTags(xml: string): readonly string[] {
  const open: string[] = [];
  const bare = xml.replace(/<!\[CDATA\[[\s\S]*?\]\]>/g, '').replace(/"[^"<]*"/g, '""');
  for (const [, closing, name, selfClosing] of bare.matchAll(/<(\/?)([a-z-]+)[^<>]*?(\/?)>/g)) {
    if (closing === '/' && open.at(-1) === name) open.pop();
    else if (closing === '/') open.push(`/${name}`);
    else if (selfClosing !== '/') open.push(name ?? '');
  }
  return open;
}
