/** Names and texts that try to leave the place where they are shown: terminal, JUnit, Markdown, page, and the files of a run. */
import { PassThrough } from 'node:stream';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createProgress, renderSummary, type TerminalKind } from '../../src/reporters/terminal/index.ts';
import { renderJUnit } from '../../src/reporters/junit/index.ts';
import { renderMarkdown } from '../../src/reporters/markdown/index.ts';
import { createHostileRun, HOSTILE_STRINGS } from '../builders/hostile.ts';
import { cli, documentOf, temporaryFolder } from '../e2e/cli.ts';
import { createModelBytes, node, value } from '../onnx/build.ts';

/** What moves a cursor, rings, reorders or hides; lines, tabs and spaces are what a block of text is made of. */
const ACTS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/u;

describe('on a terminal', () => {
  test.each<TerminalKind>([
    { interactive: false, colour: false, columns: 80 },
    { interactive: true, colour: false, columns: 120 },
  ])('no hostile text acts in the summary: %o', async (kind) => {
    const shown = await renderSummary(createHostileRun(), kind);
    expect(ACTS.exec(shown)).toBeNull();
  });

  test('no hostile text acts in the lines of a run at work', async () => {
    const document = createHostileRun();
    const stream = new PassThrough();
    const written: string[] = [];
    stream.on('data', (chunk) => written.push(String(chunk)));
    const progress = await createProgress(stream as unknown as NodeJS.WriteStream, {
      interactive: false,
      colour: false,
      columns: 80,
    });
    const targets = HOSTILE_STRINGS.map((name) => ({
      ...document.targets[0]!,
      name,
      available: false,
      reason: { code: 'TARGET_UNAVAILABLE', message: name, hint: name, level: 'fail' } as const,
    }));
    progress.plan({
      suites: HOSTILE_STRINGS,
      targets: [
        ...targets,
        ...targets.map((target) => ({ ...target, available: true, runtimeVersion: target.name })),
      ],
      jobs: document.checks.map(({ suite, target }) => ({ suite, target, cases: 1 })),
    });
    document.checks.forEach((check, i) =>
      progress.ended({ finished: i + 1, of: document.checks.length, checks: [check] }),
    );
    progress.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect(written.join('').length).toBeGreaterThan(1000);
    expect(ACTS.exec(written.join(''))).toBeNull();
  });
});

describe('in files that other tools read', () => {
  test('JUnit stays XML: no control character, no markup of a name', () => {
    const xml = renderJUnit(createHostileRun());
    expect(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/u.exec(xml)).toBeNull();
    const markup = xml.replaceAll(/<!\[CDATA\[.*?\]\]>/gs, '');
    expect(markup).not.toMatch(/<(?:script|img|svg|!--)/);
  });

  test('Markdown has no markup of a name', () => {
    const text = renderMarkdown(createHostileRun());
    const outsideCode = text.replaceAll(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '');
    expect(outsideCode).not.toMatch(/<(?:script|img|svg|!--)/);
    expect(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/u.exec(text)).toBeNull();
  });
});

describe('as names of a model’s outputs, through the command line', () => {
  /** What protobuf and ONNX can hold: well-formed text that is not empty; a NUL is another test. */
  const names = HOSTILE_STRINGS.filter((text) => text !== '' && text.isWellFormed() && !text.includes('\0'));

  test('every one is compared, and none acts where it is shown', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'm.onnx'), modelNaming(names));
    writeFileSync(join(folder, 'x.json'), '{"x": [1, 2]}');
    // Every second one is expected to differ, so that failures are shown as well.
    const expected = names.map((name, i) => `${JSON.stringify(name)}: [1, ${i % 2 === 0 ? 2 : 3}]`);
    writeFileSync(join(folder, 'y.json'), `{${expected.join(', ')}}`);
    const args = [
      '--inputs',
      'x.json',
      '--reference',
      'y.json',
      '--target',
      'ort-node/cpu',
      '--target',
      'ort-web/wasm',
    ];
    const ended = await cli(['check', 'm.onnx', ...args, '--json', '--html', 'page.html'], { cwd: folder });
    expect(ended.exitCode, ended.stderr).toBe(1);
    const { checks } = documentOf(ended);
    expect(checks).toHaveLength(2 * names.length);
    for (const [i, name] of names.entries()) {
      const of = checks.filter(({ output }) => output === name);
      expect(of.map(({ verdict }) => verdict)).toEqual(i % 2 === 0 ? ['pass', 'pass'] : ['fail', 'fail']);
    }
    expect(ACTS.exec(ended.stderr)).toBeNull();
    const page = readFileSync(join(folder, 'page.html'), 'utf8');
    expect(page).not.toContain('<script>globalThis.broken');
    expect(page).not.toContain('<img src=x');

    const shown = await cli(['inspect', 'm.onnx'], { cwd: folder });
    expect(ACTS.exec(shown.stdout + shown.stderr)).toBeNull();
  });

  test('as the case of a suite, nothing is written outside the run folder', async () => {
    const folder = temporaryFolder();
    const suite = join(folder, 'suites', 's');
    mkdirSync(suite, { recursive: true });
    const paths = ['../../escaped', '..\\escaped', '/tmp/escaped', 'a/b', 'C:evil', '.', '..'];
    writeFileSync(join(suite, 'm.onnx'), modelNaming(paths));
    writeFileSync(
      join(suite, 'suite.json'),
      JSON.stringify({
        model: 'm.onnx',
        targets: ['ort-node/cpu'],
        cases: {
          all: {
            inputs: { x: { values: [1, 2], dtype: 'float32', shape: [2] } },
            reference: { file: 'y.json' },
          },
        },
      }),
    );
    writeFileSync(
      join(suite, 'y.json'),
      `{${paths.map((name) => `${JSON.stringify(name)}: [1, 3]`).join(', ')}}`,
    );
    const ended = await cli(['run', '--json'], { cwd: folder });
    expect(ended.exitCode, ended.stderr).toBe(1);
    expect(documentOf(ended).checks.map(({ output, verdict }) => [output, verdict])).toEqual(
      paths.map((name) => [name, 'fail']),
    );
    expect(readdirSync(folder).toSorted()).toEqual(['reports', 'suites']);
    expect(existsSync('/tmp/escaped')).toBe(false);
  });
});

/** float32 x[2] → one Identity per name. */
function modelNaming(names: readonly string[]): Uint8Array {
  return createModelBytes({
    nodes: names.map((name, i) => ({ ...node('Identity', ['x'], [name]), name: `node ${i}` })),
    inputs: [value('x', 'float32', [2])],
    outputs: names.map((name) => value(name, 'float32', [2])),
  });
}
