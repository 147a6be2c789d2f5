import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Check, RunDocument } from '../../src/result/index.ts';
import { cli, documentOf } from '../e2e/cli.ts';
import { ITEMS, TARGETS, writeHostileProject } from './hostile-project.ts';

const RUNS = 3;
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const DOCS = fileURLToPath(new URL('../../docs/failures.md', import.meta.url));
const [BEGIN, END] = ['<!-- table: begin -->', '<!-- table: end -->'];

const folder = mkdtempSync(join(tmpdir(), 'onnx-parity-hostile-'));
const documents: RunDocument[] = [];

beforeAll(async () => {
  writeHostileProject(folder);
  for (let i = 0; i < RUNS; i += 1) {
    const ended = await cli(['run', '--json', '--jobs', '4'], {
      cwd: folder,
      env: existsSync(SWIFTSHADER) ? { VK_ICD_FILENAMES: SWIFTSHADER } : {},
    });
    expect(ended.exitCode, ended.stderr).toBe(1);
    documents.push(documentOf(ended));
  }
  if (process.env['UPDATE_DOCS'] !== undefined) writeTable();
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What stands in the docs, by item and target. */
const documented = readTable();

describe.each(TARGETS)('on %s', (target) => {
  test.each(ITEMS)('$name ends as the docs say, in every run', ({ name }) => {
    const available = documents[0]?.targets.find((info) => info.name === target)?.available;
    const expected = documented.get(`${name} ${target}`);
    // A host without a GPU and without its software driver: only what is known before loading ends as documented.
    const others = available === true ? [] : [expect.stringMatching(/^`unavailable` TARGET_UNAVAILABLE/)];
    for (const document of documents)
      expect([expected, ...others]).toContainEqual(endOf(document, name, 'bad', target));
  });

  test('the good case behind each of them passes, in every run', () => {
    const available = documents[0]?.targets.find((info) => info.name === target)?.available;
    const wrong = documents.flatMap((document) =>
      ITEMS.map(({ name }) => `${name}: ${endOf(document, name, 'good', target)}`).filter(
        (line) => available === true && !line.endsWith(': `pass`'),
      ),
    );
    expect(wrong).toEqual([]);
  });
});

test('every run is complete and counts every check once', () => {
  for (const { complete, summary, checks, problems } of documents) {
    expect(complete).toBe(true);
    expect(problems).toEqual([]);
    const { checks: count, passed, failed, void: empty, unverified, notRun } = summary;
    expect(count).toBe(checks.length);
    expect(passed + failed + empty + unverified + notRun).toBe(count);
  }
});

test('the docs have a row for every item and no other', () => {
  expect([...documented.keys()].toSorted()).toEqual(
    ITEMS.flatMap(({ name }) => TARGETS.map((target) => `${name} ${target}`)).toSorted(),
  );
});

/** Status or verdict, codes, and what ended the process; the same for all outputs or each of them. */
function endOf(document: RunDocument, suite: string, name: string, target: string): string {
  const checks = document.checks.filter(
    (check) => check.suite === suite && check.case === name && check.target === target,
  );
  return [...new Set(checks.map((check) => textOf(check)))].join('; ') || 'no check';
}

function textOf(check: Check): string {
  const codes = [...new Set(check.reasons.map(({ code }) => code))];
  const signal = check.status === 'crashed' && check.crash?.signal ? `(${check.crash.signal})` : '';
  return [`\`${check.verdict ?? check.status}\``, codes.join(', '), signal]
    .filter((part) => part !== '')
    .join(' ');
}

function readTable(): ReadonlyMap<string, string> {
  const cells = new Map<string, string>();
  const text = existsSync(DOCS) ? readFileSync(DOCS, 'utf8') : '';
  for (const line of text.slice(text.indexOf(BEGIN), text.indexOf(END)).split('\n')) {
    const [, name, , ...ends] = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const item = ITEMS.find((known) => `\`${known.name}\`` === name);
    if (item !== undefined)
      TARGETS.forEach((target, i) => cells.set(`${item.name} ${target}`, ends[i] ?? ''));
  }
  return cells;
}

/** With UPDATE_DOCS set: what the last run showed becomes what the docs say. */
function writeTable(): void {
  const last = documents.at(-1)!;
  const rows = ITEMS.map(({ name, what }) => [
    `\`${name}\``,
    what.replaceAll('|', '\\|'),
    ...TARGETS.map((target) => endOf(last, name, 'bad', target)),
  ]);
  const head = ['fixture', 'what it is', ...TARGETS.map((target) => `\`${target}\``)];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const text = readFileSync(DOCS, 'utf8');
  const table = `${BEGIN}\n\n${lines.join('\n')}\n\n${END}`;
  writeFileSync(
    DOCS,
    text.slice(0, text.indexOf(BEGIN)) + table + text.slice(text.indexOf(END) + END.length),
  );
}
