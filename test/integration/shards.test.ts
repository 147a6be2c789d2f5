/** One plan on four processes at once, as four hosts would run it, of which one is killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunDocument } from '../../src/result/index.ts';
import { cli, documentOf, MAIN, ROOT, type CliEnd } from '../e2e/cli.ts';
import { withoutTimes } from './without-times.ts';

const SUITES = ['digits-pytorch', 'lstm-pytorch', 'unet-pytorch'];
const PLAN = [...SUITES, '--target', 'ort-node/cpu', '--target', 'ort-web/wasm'];
const KILLED = 3;

/** How the scheduler of each shard names it. */
const SCHEDULERS: readonly Readonly<Record<string, string>>[] = [
  { STRATEGY_JOB_INDEX: '0', STRATEGY_JOB_TOTAL: '4' },
  { CI_NODE_INDEX: '2', CI_NODE_TOTAL: '4' },
  { SLURM_ARRAY_TASK_ID: '2', SLURM_ARRAY_TASK_MIN: '0', SLURM_ARRAY_TASK_COUNT: '4' },
  { JOB_COMPLETION_INDEX: '3', ONNX_PARITY_SHARDS: '4' },
];
const NO_SCHEDULER = Object.fromEntries(
  [
    'STRATEGY_JOB_INDEX',
    'CI_NODE_INDEX',
    'BUILDKITE_PARALLEL_JOB',
    'JOB_COMPLETION_INDEX',
    'SLURM_ARRAY_TASK_ID',
    'ONNX_PARITY_SHARD',
    'ONNX_PARITY_SHARDS',
  ].map((name) => [name, '']),
);

let home: string;
let whole: RunDocument;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'onnx-parity-shards-'));
  for (const suite of SUITES)
    for (const part of ['suites', 'goldens'])
      cpSync(join(ROOT, part, suite), join(home, part, suite), { recursive: true });
  const shards = SCHEDULERS.map((_, at) => start(at + 1));
  const [, , third] = shards;
  await untilAtWork(folderOf(KILLED));
  third?.kill('SIGKILL');
  await Promise.all(shards.map((shard) => ended(shard)));
  whole = documentOf(await cli(['run', ...PLAN, '--json', '--out', 'whole'], { cwd: home }));
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

test('three reported, and the killed one left a run that is not whole', () => {
  expect([1, 2, 3, 4].map((shard) => existsSync(join(runOf(shard), 'run.json')))).toEqual([
    true,
    true,
    false,
    true,
  ]);
  expect(readdirSync(runOf(KILLED)).filter((name) => name.startsWith('journal-'))).toHaveLength(1);
  const parts = [1, 2, 4].map((shard) => documentIn(runOf(shard)).shard);
  expect(parts.map((part) => `${part?.index}/${part?.total}`)).toEqual(['1/4', '2/4', '4/4']);
});

test('merging what reported names what is missing and fails', async () => {
  const end = await merge(
    'gap',
    [1, 2, 4].map((shard) => join(runOf(shard), 'run.json')),
  );
  expectGaps(end);
  expect(documentOf(end).problems.map(({ code, message }) => [code, message])).toEqual([
    ['MERGE_SHARDS_MISSING', 'Of 4 shards these did not report: 3.'],
  ]);
});

test('merging the folder of the killed one takes what it had finished, and fails for the rest', async () => {
  const end = await merge(
    'interrupted',
    [1, 2, 3, 4].map((shard) => runOf(shard)),
  );
  expectGaps(end);
  expect(documentOf(end).problems.map(({ code }) => code)).toEqual(['MERGE_INTERRUPTED']);
});

test('with the shard run again the merged run equals the undivided one, check by check', async () => {
  const again = join(home, 'again');
  await ended(start(KILLED, again));
  const [id = ''] = runsIn(again);
  expectWhole(await merge('repeated', [runOf(1), runOf(2), join(again, id), runOf(4)]));
});

test('with the shard resumed too', async () => {
  const resumed = await cli(['run', '--resume', '--out', folderOf(KILLED)], { cwd: home, env: NO_SCHEDULER });
  expect(resumed.exitCode).toBe(0);
  expectWhole(
    await merge(
      'resumed',
      [4, 3, 2, 1].map((shard) => runOf(shard)),
    ),
  );
});

/** Starts a shard in a process of its own, which learns from its scheduler which one it is. */
function start(shard: number, out = folderOf(shard)): ChildProcess {
  const env = { ...process.env, ...NO_SCHEDULER, ...SCHEDULERS[shard - 1], NO_COLOR: '1' };
  const words = [MAIN, 'run', ...PLAN, '--shard', 'auto', '--jobs', '1', '--out', out];
  return spawn(process.execPath, words, { cwd: home, env, stdio: 'ignore' });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** Some case is finished, and others are not. */
async function untilAtWork(folder: string): Promise<void> {
  for (;;) {
    const [id] = runsIn(folder);
    const [journal] =
      id === undefined ? [] : readdirSync(join(folder, id)).filter((name) => name.startsWith('journal-'));
    if (
      id !== undefined &&
      journal !== undefined &&
      readFileSync(join(folder, id, journal), 'utf8').split('\n').length > 4
    )
      return;
    await delay(5);
  }
}

function folderOf(shard: number): string {
  return join(home, 'shards', String(shard));
}

function runOf(shard: number): string {
  return join(folderOf(shard), runsIn(folderOf(shard))[0] ?? '');
}

function runsIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => /^\d{8}-/.test(name)) : [];
}

function documentIn(folder: string): RunDocument {
  return JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunDocument;
}

function merge(out: string, runs: readonly string[]): Promise<CliEnd> {
  return cli(['merge', '--json', '--out', out, ...runs], { cwd: home });
}

/** Every case of the plan is told, and those of the missing shard do not pass. */
function expectGaps(end: CliEnd): void {
  expect(end.exitCode).not.toBe(0);
  const { checks } = documentOf(end);
  const caseOf = ({ suite, case: name, target }: (typeof checks)[number]): string =>
    JSON.stringify([suite, name, target]);
  expect(new Set(checks.map(caseOf))).toEqual(new Set(whole.checks.map(caseOf)));
  const missing = checks.filter(({ reasons }) => reasons.some(({ code }) => code === 'SHARD_MISSING'));
  expect(missing.length).toBeGreaterThan(0);
  expect(
    missing.every(
      ({ verdict, reasons }) => verdict === null && reasons.some(({ message }) => message.includes('3 of 4')),
    ),
  ).toBe(true);
}

function expectWhole(end: CliEnd): void {
  const merged = documentOf(end);
  expect(merged.problems).toEqual([]);
  expect(end.exitCode).toBe(whole.exitCode);
  const comparable = ({ checks, summary, suites, complete }: RunDocument): unknown => ({
    checks: withoutTimes(checks),
    summary,
    suites,
    complete,
  });
  expect(comparable(merged)).toEqual(comparable(whole));
}
