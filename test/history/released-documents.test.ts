/**
 * Documents as released versions of the tool wrote them: `run-v1*.json` and so on, kept as they are. Every later version
 * reads them, and refuses by name what a newer one wrote.
 */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ParityError } from '../../src/errors/index.ts';
import { applyBaseline } from '../../src/history/apply-baseline.ts';
import { BASELINE_VERSION, parseBaseline } from '../../src/history/baseline.ts';
import { mergeRuns } from '../../src/history/merge.ts';
import { openHistory, type History } from '../../src/history/open.ts';
import { seriesOf } from '../../src/history/queries.ts';
import { PARQUET_FILE, RECORDS_VERSION, RUN_FILE } from '../../src/history/records.ts';
import { renderHtml } from '../../src/reporters/html/index.ts';
import { parseRunDocument } from '../../src/reporters/json/index.ts';
import { renderJUnit } from '../../src/reporters/junit/index.ts';
import { renderMarkdown } from '../../src/reporters/markdown/index.ts';
import { SCHEMA_VERSION } from '../../src/result/index.ts';

const FOLDER = fileURLToPath(new URL('../fixtures/documents/', import.meta.url));
const NAMES = await readdir(FOLDER);
const RUNS = NAMES.filter((name) => name.startsWith('run-'));

let reports: string;
let history: History | null = null;

beforeEach(async () => {
  reports = await mkdtemp(join(tmpdir(), 'parity-released-'));
});

afterEach(async () => {
  history?.close();
  history = null;
  await rm(reports, { recursive: true, force: true });
});

const read = (name: string): Promise<string> => readFile(join(FOLDER, name), 'utf8');

async function stored(name: string, text: string): Promise<void> {
  await mkdir(join(reports, name));
  await writeFile(join(reports, name, RUN_FILE), text);
}

async function opened(): Promise<History> {
  history = await openHistory(reports, { parse: parseRunDocument });
  return history;
}

test.each([
  ['run', SCHEMA_VERSION],
  ['baseline', BASELINE_VERSION],
  ['checks', RECORDS_VERSION],
])('there is a %s of every version up to %i', (kind, newest) => {
  for (let version = 1; version <= newest; version++)
    expect(NAMES.filter((name) => new RegExp(`^${kind}-v${version}[-.]`).test(name))).not.toEqual([]);
});

describe.each(RUNS)('%s', (name) => {
  test('is read, and shown in every form', async () => {
    const document = parseRunDocument(await read(name), name);
    const { summary, checks } = document;
    expect(checks).toHaveLength(summary.checks);
    expect(renderJUnit(document)).toContain(`tests="${summary.checks}"`);
    expect(renderMarkdown(document)).toContain('negate');
    expect(await renderHtml(document)).toMatch(/<\/html>\s*$/);
  });

  test('is a night of the history, its records made from it', async () => {
    const document = parseRunDocument(await read(name), name);
    await stored('night', await read(name));
    const { runs, incomplete, skipped } = await opened();
    expect(skipped).toEqual([]);
    expect([...runs.map(({ runId }) => runId), ...incomplete]).toEqual([document.runId]);
  });
});

test('records of the first version are read where their run.json is the one they came from', async () => {
  const text = await read('run-v1.json');
  await stored('night', text);
  const fresh = await seriesOf(await opened());
  history?.close();
  await copyFile(join(FOLDER, 'checks-v1.parquet'), join(reports, 'night', PARQUET_FILE));
  expect(await seriesOf(await opened())).toEqual(fresh);
  const kept = await readFile(join(reports, 'night', PARQUET_FILE));
  expect(kept.equals(await readFile(join(FOLDER, 'checks-v1.parquet')))).toBe(true);
  expect(fresh.find((one) => one.case === 'passes' && one.target === 'ort-node/cpu')?.values).toEqual([
    1.1920928955078125e-7,
  ]);
});

test('a baseline of the first version is held against', async () => {
  const baseline = parseBaseline(await read('baseline-v1.json'), 'baseline.json');
  const { checks } = parseRunDocument(await read('run-v1.json'));
  const outcomes = applyBaseline(checks, [baseline], { name: 'the baseline' }).map(({ outcome }) => outcome);
  expect(new Set(outcomes)).toEqual(new Set(['unchanged']));
});

test('a shard of the first version is merged, and the other is missed', async () => {
  const { problems } = mergeRuns([parseRunDocument(await read('run-v1-shard.json'))]);
  expect(problems.map(({ message }) => message)).toEqual(['Of 2 shards these did not report: 2.']);
});

describe('what a newer version wrote', () => {
  const newer = async (name: string): Promise<string> =>
    JSON.stringify({ ...(JSON.parse(await read(name)) as object), schemaVersion: 99 });

  test('is refused by name', async () => {
    const run = await newer('run-v1.json');
    expect(() => parseRunDocument(run, 'reports/x/run.json')).toThrow(
      expect.objectContaining({
        code: 'RUN_NEWER',
        message: 'reports/x/run.json has schema version 99; this version of onnx-parity reads up to 1.',
      }),
    );
    const baseline = await newer('baseline-v1.json');
    expect(() => parseBaseline(baseline, 'suites/negate/baseline.json')).toThrow(ParityError);
    expect(() => parseBaseline(baseline, 'suites/negate/baseline.json')).toThrow(
      'suites/negate/baseline.json has schema version 99',
    );
  });

  test('is left out of the history by name, and the others stay', async () => {
    await stored('old', await read('run-v1.json'));
    await stored('new', await newer('run-v1-first.json'));
    const { runs, skipped } = await opened();
    expect(runs).toHaveLength(1);
    expect(skipped).toEqual([
      {
        path: join(reports, 'new'),
        problem:
          'its checks.parquet cannot be read and was not made again: run.json has schema version 99; this version of onnx-parity reads up to 1.',
      },
    ]);
  });
});
