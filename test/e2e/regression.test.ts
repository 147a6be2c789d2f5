import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Check, RunDocument } from '../../src/result/index.ts';
import { cli, documentOf, ROOT, temporaryFolder, type CliEnd } from './cli.ts';

const X = Array.from({ length: 64 }, (_, at) => Math.fround(0.5 + at / 64));

/** A suite of four cases whose references are off from −x by `offset`. */
function createProject(offset = 1e-7): string {
  const home = temporaryFolder();
  const folder = join(home, 'suites/net');
  mkdirSync(folder, { recursive: true });
  cpSync(join(ROOT, 'test/fixtures/models/negate.onnx'), join(folder, 'net.onnx'));
  const cases = ['a', 'b', 'c', 'd'].map(
    (name) => `  ${name}: { inputs: { x: { file: x.json, key: x } }, reference: { file: ${name}.json } }\n`,
  );
  writeFileSync(join(folder, 'x.json'), JSON.stringify({ x: { dtype: 'float32', shape: [64], data: X } }));
  writeFileSync(
    join(folder, 'suite.yaml'),
    `description: y = -x\nmodel: net.onnx\ntargets: [ort-node/cpu]\ncases:\n${cases.join('')}`,
  );
  for (const name of ['a', 'b', 'c', 'd']) refer(home, name, offset);
  return home;
}

function refer(home: string, name: string, offset: number): void {
  const data = X.map((value, at) => Math.fround(-value + (at % 2 === 0 ? offset : -offset)));
  writeFileSync(
    join(home, 'suites/net', `${name}.json`),
    JSON.stringify({ y: { dtype: 'float32', shape: [64], data } }),
  );
}

const run = (home: string, ...words: readonly string[]): Promise<CliEnd> =>
  cli(['run', '--json', ...words], { cwd: home });

const outcomes = ({ checks }: RunDocument): unknown =>
  checks.map(({ case: name, verdict, outcome }) => [name, verdict, outcome]);

const comparable = ({ checks }: RunDocument): unknown =>
  checks.map((check: Check) => ({ ...check, timing: null }));

test('a check that holds its bounds and grew fortyfold since the baseline fails the run', async () => {
  const home = createProject();
  expect(outcomes(documentOf(await run(home)))).toEqual([
    ['a', 'pass', 'new'],
    ['b', 'pass', 'new'],
    ['c', 'pass', 'new'],
    ['d', 'pass', 'new'],
  ]);
  const set = await cli(['baseline', 'set', '--reason', 'first'], { cwd: home });
  expect(set.exitCode).toBe(0);
  expect(existsSync(join(home, 'suites/net/baseline.json'))).toBe(true);

  const same = await run(home, '--against', 'baseline');
  expect(same.exitCode).toBe(0);
  expect(documentOf(same).against).toMatchObject({ name: 'the baseline' });

  refer(home, 'c', 4e-6);
  const grown = await run(home, '--against', 'baseline');
  expect(outcomes(documentOf(grown))).toEqual([
    ['a', 'pass', 'unchanged'],
    ['b', 'pass', 'unchanged'],
    ['c', 'pass', 'regressed'],
    ['d', 'pass', 'unchanged'],
  ]);
  expect(grown.exitCode).toBe(1);
  expect(documentOf(grown).checks[2]?.reasons.map(({ code }) => code)).toContain('ERROR_GREW');
  const folder = join(home, 'reports/latest');
  expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toContain('failures="1"');
  expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain('| **regressed** |');
  expect(grown.stderr).toMatch(/^regressed net/m);
});

test('the command that repeats a check keeps what its verdict depends on', async () => {
  const home = createProject(0.5);
  const [check] = documentOf(
    await run(home, '--linf', '1e-3', '--expect', 'mse <= 1e-9', '--no-defaults'),
  ).checks;
  expect(check?.reproduce).toBe(
    "onnx-parity run net --model net --case a --target ort-node/cpu --linf 0.001 --expect 'mse <= 1e-9' --no-defaults",
  );
  const path = join(home, 'suites/net/suite.yaml');
  const elsewhere = await cli(['run', path, '--json'], { cwd: join(home, 'suites') });
  expect(documentOf(elsewhere).checks[0]?.reproduce).toMatch(/^onnx-parity run net --model net/);
});

test('what the baseline has and the run has not is removed, and fails', async () => {
  const home = createProject();
  await run(home);
  await cli(['baseline', 'set', 'last', '--reason', 'first'], { cwd: home });
  const file = join(home, 'suites/net/suite.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^ {2}b:.*\n/m, ''));
  const less = await run(home, '--against', 'baseline');
  expect(less.exitCode).toBe(1);
  expect(documentOf(less).checks.find(({ outcome }) => outcome === 'removed')).toMatchObject({ case: 'b' });
  // A selection leaves out on purpose.
  expect((await run(home, '--case', 'a', '--against', 'baseline')).exitCode).toBe(0);
});

test('a known failure is excused until its date, and told when it passes', async () => {
  const home = createProject();
  refer(home, 'b', 0.5);
  expect((await run(home)).exitCode).toBe(1);
  const list = join(home, 'suites/known-failures.yaml');
  const entry = (expires: string): string =>
    `- { suite: net, case: b, reason: the exporter rounds, expires: ${expires} }\n`;
  writeFileSync(list, entry('2999-01-01'));
  const excused = await run(home);
  expect(excused.exitCode).toBe(0);
  expect(documentOf(excused).checks[1]).toMatchObject({ verdict: 'fail', outcome: 'known failure' });
  writeFileSync(list, entry('2020-01-01'));
  const expired = await run(home);
  expect(expired.exitCode).toBe(1);
  expect(documentOf(expired).checks[1]?.reasons.map(({ code }) => code)).toContain('KNOWN_FAILURE_EXPIRED');
  writeFileSync(list, entry('2999-01-01'));
  refer(home, 'b', 1e-7);
  const passes = await run(home);
  expect(documentOf(passes).checks[1]?.reasons.map(({ code }) => code)).toContain('KNOWN_FAILURE_PASSES');
  writeFileSync(list, '- { suite: net, expires: soon }\n');
  expect((await run(home)).exitCode).toBe(2);
});

test('shards join to what an undivided run gives; a missing one is named and fails', async () => {
  const home = createProject();
  const whole = documentOf(await run(home, '--out', 'whole'));
  const shard = (index: number): Promise<CliEnd> => run(home, '--out', 'shards', '--shard', `${index}/3`);
  const parts = [documentOf(await shard(1)), documentOf(await shard(2)), documentOf(await shard(3))];
  expect(parts.map(({ shard: part }) => [part?.index, part?.total])).toEqual([
    [1, 3],
    [2, 3],
    [3, 3],
  ]);
  expect(parts.reduce((sum, { checks }) => sum + checks.length, 0)).toBe(4);
  const paths = parts.map(({ runId }) => join('shards', runId));
  const merged = await cli(['merge', '--json', '--out', 'merged', ...paths], { cwd: home });
  expect(merged.stderr).not.toMatch(/^error/m);
  expect(merged.exitCode).toBe(0);
  expect(comparable(documentOf(merged))).toEqual(comparable(whole));

  const full = parts.findIndex(({ checks }) => checks.length > 0);
  const gap = await cli(['merge', '--json', '--out', 'gap', ...paths.filter((_, at) => at !== full)], {
    cwd: home,
  });
  expect(gap.exitCode).not.toBe(0);
  const missing = documentOf(gap).checks.filter(({ reasons }) =>
    reasons.some(({ code }) => code === 'SHARD_MISSING'),
  );
  expect(missing.map((check) => check.case)).toEqual(parts[full]?.checks.map((check) => check.case));
});

test('an automatic shard is what the scheduler says, and an error where none does', async () => {
  const home = createProject();
  const of = (env: NodeJS.ProcessEnv): Promise<CliEnd> =>
    cli(['run', '--json', '--shard', 'auto'], { cwd: home, env });
  const none = {
    CI_NODE_INDEX: '',
    BUILDKITE_PARALLEL_JOB: '',
    SLURM_ARRAY_TASK_ID: '',
    JOB_COMPLETION_INDEX: '',
  };
  expect(await of(none)).toMatchObject({ exitCode: 2 });
  const { shard } = documentOf(await of({ ...none, CI_NODE_INDEX: '2', CI_NODE_TOTAL: '2' }));
  expect([shard?.index, shard?.total]).toEqual([2, 2]);
});

test('history shows what the runs of a check were, and audit what its bounds are worth', async () => {
  const home = createProject();
  for (let night = 0; night < 4; night += 1) await run(home);
  const history = await cli(['history', '--suite', 'net', '--case', 'a'], { cwd: home });
  expect(history.exitCode).toBe(0);
  expect(history.stdout).toMatch(/net/);
  const audit = await cli(['audit', '--json'], { cwd: home });
  expect(audit.exitCode).toBe(0);
  expect(JSON.stringify(JSON.parse(audit.stdout))).toMatch(/loose|justified|tight/);
  rmSync(join(home, 'reports'), { recursive: true });
  expect((await cli(['history'], { cwd: home })).exitCode).toBe(2);
});
