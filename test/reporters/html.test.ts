import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openBody } from '../../src/report-app/view/history.ts';
import { packHistory } from '../../src/reporters/html/history.ts';
import type { Check, RunDocument } from '../../src/result/document.ts';
import { packError, unpackError } from '../../src/result/packed-history.ts';
import { htmlChunks } from '../../src/reporters/html/index.ts';
import { pageData } from '../../src/reporters/html/page-data.ts';
import { createEvidence } from '../builders/evidence.ts';
import { createHistory } from '../builders/history.ts';
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
    const all = [...pageData(document)].slice(1);
    expect(all.map(({ id }) => id)).toEqual(['evidence-1', 'evidence-0', 'evidence-2']);
    const size = [...(all[0]?.text ?? [])].join('').length;
    const within = [...pageData(document, { budget: size * 1.5 })].slice(1);
    expect(within.map(({ id }) => id)).toEqual(['evidence-1']);
  });

  test('counts what a large run takes compressed', () => {
    const evidence = createEvidence({ rows: 8, columns: 8, noise: 1e-6 });
    const checks = Array.from({ length: 100 }, (_, index) => createCheck({ case: `${index}`, evidence }));
    const blocks = [...pageData(createRun({ checks }), { mostPlain: 10 })];
    expect(blocks.map(({ id, packed, holds }) => [id, packed, holds?.length])).toEqual([
      ['run', true, undefined],
      ['evidence-of-0', true, 48],
      ['evidence-of-48', true, 48],
      ['evidence-of-96', true, 4],
    ]);
    expect([...pageData(createRun({ checks }), { mostPlain: 10, budget: 1 })]).toHaveLength(2);
  });
});

describe('a large run', () => {
  test('is compressed, and unpacks to the same run', () => {
    const document = createRun({
      checks: Array.from({ length: 30 }, (_, index) => createCheck({ case: `case ${index} </script>` })),
    });
    const [run] = [...pageData(document, { mostPlain: 10 })];
    const text = gunzipSync(Buffer.from([...(run?.text ?? [])].join(''), 'base64')).toString('utf8');
    expect(JSON.parse(text)).toEqual(document);
  });
});

describe('the history in the page', () => {
  const document = createRun({ checks: [createCheck(), createFailure({ case: '</script>' })] });
  const history = createHistory(document, { runs: 3 });

  test('stands in two blocks of its own, the audit in a third', () => {
    const html = [
      ...htmlChunks(document, TEMPLATE, { history, audit: { runs: 3, audits: [], patch: '' } }),
    ].join('');
    expect(slot(html, 'history')).toMatchObject({ checks: 2, leftOut: 0, runs: history.runs });
    expect(slot(html, 'audit')).toEqual({ runs: 3, audits: [], patch: '' });
    const packed = /id="history-columns">([^<]+)</.exec(html)?.[1] ?? '';
    expect([...gunzipSync(Buffer.from(packed, 'base64'))]).toEqual([...packHistory(history).columns]);
    expect(slot(html, 'run')).toEqual(document);
  });

  test('reads back as it was, numbers to three digits', () => {
    const { head, columns } = packHistory(history);
    const view = openBody(head, columns.buffer);
    for (const one of history.series) {
      const check = view.find(one) ?? -1;
      expect(view.keyOf(check)).toEqual({
        suite: one.suite,
        model: one.model,
        case: one.case,
        target: one.target,
        output: one.output,
      });
      expect(view.metricOf(check)).toBe('linf');
      expect(view.limit(check, 2)).toBe(1e-4);
      expect(view.approved(check)).toBeCloseTo(one.approved ?? 0, 8);
      for (const run of [0, 1, 2]) {
        const cell = view.cell(check, run);
        expect(cell?.standing).toBe(one.standings[run]);
        expect((cell?.value ?? 0) / (one.values[run] ?? 1)).toBeCloseTo(1, 2);
        expect((cell?.utilisation ?? 0) / (one.utilisations[run] ?? 1)).toBeCloseTo(1, 2);
      }
    }
    expect([...view.runtimes(0)]).toEqual([
      ['ort-node/cpu', '1.29.0'],
      ['ort-web/wasm', '1.29.0'],
    ]);
    expect(view.runtimes(2).get('ort-node/cpu')).toBe('1.30.0');
    expect(view.find({ ...document.checks[0]!, case: 'another' })).toBeNull();
  });

  test('a run without the check has no cell, and marks belong to their check', () => {
    const [first, second] = history.series;
    const key = { suite: second!.suite, model: second!.model, case: second!.case, target: second!.target };
    const event = { kind: 'step', run: 2, worse: true, suite: key.suite, targets: [], changed: [] } as const;
    const packed = packHistory({
      ...history,
      series: [
        { ...first!, runs: [1], values: [Infinity], limits: [null], utilisations: [0], standings: ['void'] },
        second!,
      ],
      events: [
        { ...event, checks: [{ ...key, output: second!.output, factor: Infinity, before: 0, after: null }] },
      ],
    });
    const view = openBody(packed.head, packed.columns.buffer);
    expect([0, 1, 2].map((run) => view.cell(0, run))).toEqual([
      null,
      { standing: 'void', value: Infinity, utilisation: 0 },
      null,
    ]);
    expect(view.limit(0, 2)).toBeNull();
    expect([view.marksOf(0), view.marksOf(1)]).toEqual([[], [{ run: 2, kind: 'step', worse: true }]]);
    expect(packed.head.events[0]).toMatchObject({ count: 1, most: [{ factor: 'Infinity', before: 0 }] });
  });

  test('what moved or does not pass stays where not everything fits', () => {
    const { head } = packHistory(history, 3);
    expect([head.checks, head.leftOut]).toEqual([1, 1]);
    const view = openBody(head, packHistory(history, 3).columns.buffer);
    expect(view.keyOf(0).case).toBe('</script>');
  });
});

describe('codes of errors', () => {
  test('keep three digits, zero, nothing and what is not finite apart', () => {
    const values = [null, 0, 1e-4, 4.77e-7, 1.234e-30, 1e-40, Infinity, NaN, -2.5];
    expect(values.map((value) => unpackError(packError(value)))).toEqual([
      null,
      0,
      1e-4,
      expect.closeTo(4.77e-7, 9),
      expect.closeTo(1.234e-30, 32),
      1e-40,
      Infinity,
      Infinity,
      expect.closeTo(2.5, 2),
    ]);
    expect([unpackError(packError(1e-300)), unpackError(packError(1e300))]).toEqual([1e-40, 1.03e40]);
  });
});
