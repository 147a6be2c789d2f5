import { describe, expect, test } from 'vitest';
import type { Check, RunDocument } from '../../src/result/document.ts';
import { htmlChunks } from '../../src/reporters/html/index.ts';
import { pageData } from '../../src/reporters/html/page-data.ts';
import { createEvidence } from '../builders/evidence.ts';
import { createHostileRun } from '../builders/hostile.ts';
import { createCheck, createFailure, createRun } from '../builders/run-document.ts';
import { createStory } from '../builders/story.ts';

const TEMPLATE =
  '<title>onnx-parity report</title><noscript></noscript><script type="application/json" id="run"></script><p>end</p>';

const render = (document: RunDocument): string => [...htmlChunks(document, TEMPLATE)].join('');

function omitEvidence(check: Check): Check {
  const { evidence: _, ...rest } = check;
  return rest;
}

/** The text of a script element, as an HTML parser ends it: at the first `</script`. */
function slot(html: string, id: string): unknown {
  const start = html.indexOf('>', html.indexOf(`id="${id}"`)) + 1;
  return JSON.parse(html.slice(start, html.indexOf('</script', start)));
}

describe('the page', () => {
  test('holds the run as it is, less the evidence', () => {
    const document = createStory();
    const bare = document.checks.map((check) => omitEvidence(check));
    expect(slot(render(document), 'run')).toEqual({ ...document, checks: bare });
  });

  test('holds each evidence at the place of its check', () => {
    const evidence = createEvidence({ rows: 4, columns: 5, noise: 1e-6 });
    const html = render(createRun({ checks: [createCheck(), createFailure({ evidence })] }));
    expect(html).not.toContain('id="evidence-0"');
    expect(slot(html, 'evidence-1')).toMatchObject({
      histogram: evidence.histogram,
      expected: evidence.expected,
    });
  });

  test('says the verdict also without scripts', () => {
    expect(render(createRun({ checks: [createFailure()] }))).toContain(
      '<noscript><p>1 of 1 check did not pass. (1 failed.) The rest of this report needs JavaScript',
    );
  });

  test('no hostile text leaves its script element', () => {
    const html = render(createHostileRun());
    expect(slot(html, 'run')).toEqual(JSON.parse(JSON.stringify(createHostileRun())));
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html.match(/<(?:img|svg|!--)/g)).toBeNull();
    expect(html).not.toMatch(/[\u2028\u2029]/);
  });

  test('a template without its slot is a defect of the installation', () => {
    expect(() => [...htmlChunks(createRun(), '<html></html>')]).toThrow(
      expect.objectContaining({ code: 'REPORT_TEMPLATE_MISSING', exitCode: 3 }),
    );
  });
});

describe('the evidence budget', () => {
  test('is spent on what did not pass before what passed', () => {
    const evidence = createEvidence({ rows: 8, columns: 8, noise: 1e-6 });
    const document = createRun({
      checks: [createCheck({ evidence }), createFailure({ evidence }), createCheck({ case: 'b', evidence })],
    });
    const all = [...pageData(document).evidence];
    expect(all.map(([position]) => position)).toEqual([1, 0, 2]);
    const size = all[0]?.[1].length ?? 0;
    expect([...pageData(document, size * 1.5).evidence].map(([position]) => position)).toEqual([1]);
  });
});
