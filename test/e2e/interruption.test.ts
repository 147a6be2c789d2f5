import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Check, RunDocument } from '../../src/result/index.ts';
import { cli, documentOf, MAIN, ROOT, temporaryFolder, type CliEnd } from './cli.ts';

/** Suites `s0` … of three cases, and `slow`, which computes until it is stopped. */
function createProject(suites: number, slow = false): string {
  const home = temporaryFolder();
  const add = (name: string, model: string, cases: string): void => {
    const folder = join(home, 'suites', name);
    mkdirSync(folder, { recursive: true });
    cpSync(model, join(folder, 'net.onnx'));
    writeFileSync(
      join(folder, 'suite.yaml'),
      `description: y = -x\nmodel: net.onnx\nreference: { runtime: ort-node/cpu@disabled }\ntargets: [ort-node/cpu]\n` +
        `inputs: { x: { dtype: float32 } }\ncases:\n${cases}`,
    );
  };
  const cases = [1, 2, 3].map(
    (seed) => `  c${seed}: { inputs: { x: { normal: { seed: ${seed} }, shape: [50] } } }\n`,
  );
  for (let at = 0; at < suites; at += 1) {
    add(`s${at}`, join(ROOT, 'test/fixtures/models/negate.onnx'), cases.join(''));
  }
  if (slow) {
    const [endless] = endlessLoop();
    add('slow', endless, '  c1: { inputs: { x: { constant: 1, shape: [2, 2] } } }\n');
  }
  return home;
}

function endlessLoop(): [string] {
  return [join(ROOT, 'test/fixtures/hostile/endless-loop.onnx')];
}

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly end: Promise<CliEnd & { readonly signal: string | null }>;
}

function start(home: string, words: readonly string[]): Started {
  const child = spawn(process.execPath, [MAIN, ...words], {
    cwd: home,
    env: { ...process.env, NO_COLOR: '1', TMPDIR: temporaryOf(home) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const end = once(child, 'close').then(([exitCode, signal]) => ({
    exitCode: exitCode as number | null,
    signal: signal as string | null,
    stdout,
    stderr,
  }));
  return { child, output: () => stdout, end };
}

function temporaryOf(home: string): string {
  const folder = join(home, 'tmp');
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function until(holds: () => boolean): Promise<void> {
  for (let at = 0; at < 600 && !holds(); at += 1) await new Promise((next) => setTimeout(next, 50));
  expect(holds()).toBe(true);
}

const stored = (home: string): readonly string[] =>
  readdirSync(join(home, 'reports')).filter((name) => /^\d{8}-/.test(name));

const files = (home: string, run: string): readonly string[] =>
  readdirSync(join(home, 'reports', run)).map((name) => name.replace(/^journal-.*/, 'journal'));

const runJson = (home: string, run: string): RunDocument =>
  JSON.parse(readFileSync(join(home, 'reports', run, 'run.json'), 'utf8')) as RunDocument;

/** All that must be the same in two runs of one plan. */
const comparable = ({ checks, summary, suites, targets, complete }: RunDocument): unknown => ({
  summary,
  suites,
  targets,
  complete,
  checks: checks.map((check: Check) => ({ ...check, timing: null })),
});

const WHOLE = ['checks.parquet', 'index.html', 'junit.xml', 'run.json', 'summary.md'];

test.skipIf(process.platform === 'win32').each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)(
  '%s keeps what is finished, exits %i and leaves nothing behind (POSIX signals)',
  async (signal, exitCode) => {
    const home = createProject(2, true);
    const run = start(home, ['run', '--jobs', '3']);
    await until(() => [...run.output().matchAll(/^✔ s\d/gm)].length === 2);
    run.child.kill(signal);
    const end = await run.end;
    expect(end.exitCode).toBe(exitCode);
    expect(end.stdout).toContain('The run did not finish: what is missing was not judged.');
    const [id = ''] = stored(home);
    expect(runJson(home, id)).toMatchObject({ complete: false, exitCode, summary: { checks: 6, passed: 6 } });
    expect(files(home, id)).toEqual([
      'checks.parquet',
      'index.html',
      'journal',
      'junit.xml',
      'run.json',
      'summary.md',
    ]);
    expect(readdirSync(temporaryOf(home))).toEqual([]);
  },
);

test.skipIf(process.platform === 'win32')(
  'a second signal ends the run at once; what is finished is in its folder (POSIX signals)',
  async () => {
    const home = createProject(1, true);
    const run = start(home, ['run', '--jobs', '2']);
    await until(() => run.output().includes('✔ s0'));
    run.child.kill('SIGINT');
    run.child.kill('SIGTERM');
    const { exitCode } = await run.end;
    expect([130, 143]).toContain(exitCode);
    const [id = ''] = stored(home);
    const shown = documentOf(await cli(['report', id, '--json'], { cwd: home }));
    expect(shown).toMatchObject({ complete: false, summary: { checks: 3, passed: 3 } });
    expect(readdirSync(temporaryOf(home))).toEqual([]);
  },
);

test('a killed run has no run.json, is read by report, and resume makes it equal to an undisturbed one', async () => {
  const home = createProject(12);
  const whole = documentOf(await cli(['run', '--out', 'undisturbed', '--json'], { cwd: home }));
  const run = start(home, ['run', '--jobs', '1']);
  await until(() => run.output().includes('✔ s'));
  run.child.kill('SIGKILL');
  await run.end;
  const [id = ''] = stored(home);
  expect(files(home, id)).toEqual(['journal']);
  expect(readdirSync(join(home, 'reports'))).not.toContain('latest');

  const half = await cli(['report', id, '--json'], { cwd: home });
  expect(half.exitCode).toBe(0);
  expect(documentOf(half).complete).toBe(false);
  expect(documentOf(half).exitCode).toBeGreaterThan(0);
  expect(documentOf(half).checks.length).toBeGreaterThanOrEqual(3);

  const resumed = await cli(['run', '--resume'], { cwd: home });
  expect(resumed.exitCode).toBe(0);
  expect(stored(home)).toEqual([id]);
  expect(files(home, id)).toEqual(WHOLE);
  expect(comparable(runJson(home, id))).toEqual(comparable(whole));
  expect(runJson(home, id).command).toBe('onnx-parity run --jobs 1');

  expect(await cli(['run', '--resume'], { cwd: home })).toMatchObject({
    exitCode: 2,
    stderr: `error No interrupted run in ${join(home, 'reports')}.\nhint  Start one: onnx-parity run\ncode  RESUME_NOTHING\n`,
  });
  expect((await cli(['run', '--resume', id], { cwd: home })).stderr).toBe(
    `error Run ${id} in ${join(home, 'reports')} left nothing to resume from: it is complete, or its journal is gone.\n` +
      `hint  Read it: onnx-parity report ${id}. Run anew: onnx-parity run\ncode  RESUME_NOTHING\n`,
  );
});

test('resume refuses another plan by name, and a run that is still at work', async () => {
  const home = createProject(2, true);
  const run = start(home, ['run', '--jobs', '2']);
  await until(() => run.output().includes('✔ s0'));
  const [id = ''] = stored(home);
  expect(await cli(['run', '--resume', id], { cwd: home })).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(`error Run ${id} is still running.\n`) as string,
  });
  run.child.kill('SIGKILL');
  await run.end;

  const refused = (differences: string): object => ({
    exitCode: 2,
    stderr:
      `error Run ${id} cannot be resumed, because its plan changed: ${differences}.\n` +
      'hint  Undo the change, or run anew: onnx-parity run\ncode  RESUME_DIFFERS\n',
  });
  expect(await cli(['run', '--resume', id, '--linf', '1'], { cwd: home })).toMatchObject(
    refused('tolerances or metrics of the command line'),
  );
  const model = join(home, 'suites/s0/net.onnx');
  const bytes = readFileSync(model);
  writeFileSync(model, Buffer.concat([bytes, Buffer.from([0x32, 0])]));
  expect(await cli(['run', '--resume', id], { cwd: home })).toMatchObject(
    refused('suites/s0/net.onnx changed since then'),
  );
  writeFileSync(model, bytes);
  rmSync(join(home, 'suites/s1'), { recursive: true });
  expect(await cli(['run', '--resume', id], { cwd: home })).toMatchObject(
    refused('suite s1 is gone; suites/s1/net.onnx is gone'),
  );
  expect(files(home, id)).toEqual(['journal']);
});

test('a run is resumed in a fresh checkout, where the files are the same and their times are not', async () => {
  const home = createProject(12);
  const whole = documentOf(await cli(['run', '--out', 'undisturbed', '--json'], { cwd: home }));
  const run = start(home, ['run', '--jobs', '1']);
  await until(() => run.output().includes('✔ s0'));
  run.child.kill('SIGKILL');
  await run.end;
  const [id = ''] = stored(home);
  const checkout = createProject(12);
  cpSync(join(home, 'reports'), join(checkout, 'reports'), { recursive: true });
  writeFileSync(join(home, 'suites/s1/net.onnx'), 'what the first checkout holds by now');
  expect(await cli(['run', '--resume'], { cwd: checkout })).toMatchObject({ exitCode: 0, stderr: '' });
  expect(comparable(runJson(checkout, id))).toEqual(comparable(whole));
});

test('two runs at once into one folder keep both results', async () => {
  const home = createProject(2);
  const ends = await Promise.all([cli(['run'], { cwd: home }), cli(['run'], { cwd: home })]);
  expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const ids = stored(home);
  expect(ids.length).toBe(2);
  for (const id of [...ids, 'latest']) expect(files(home, id)).toEqual(WHOLE);
});

test('a reports path that is a file stops the run before it begins, and the file stays', async () => {
  const home = createProject(1);
  writeFileSync(join(home, 'reports'), 'mine');
  expect(await cli(['run'], { cwd: home })).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr:
      `error Cannot write ${join(home, 'reports')}: a part of the path is a file\n` +
      'hint  Make room there or choose another place; nothing that was there is lost.\ncode  WRITE_FAILED\n',
  });
  expect(readFileSync(join(home, 'reports'), 'utf8')).toBe('mine');
});

test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
  'a read-only reports folder stops the run before it begins (not as root, who may write everywhere)',
  async () => {
    const home = createProject(1);
    mkdirSync(join(home, 'reports'));
    chmodSync(join(home, 'reports'), 0o555);
    const end = await cli(['run'], { cwd: home });
    expect(end).toMatchObject({ exitCode: 2, stdout: '' });
    expect(end.stderr).toContain(`error Cannot write ${join(home, 'reports')}: no permission\n`);
  },
);

test('a --json file that cannot be written is found before the run; a device is written as it is', async () => {
  const home = createProject(1);
  writeFileSync(join(home, 'file'), '');
  const end = await cli(['run', '--json=file/run.json'], { cwd: home });
  expect(end).toMatchObject({ exitCode: 2, stdout: '' });
  expect(end.stderr).toContain(
    `error Cannot write ${join(home, 'file/run.json')}: a part of the path is a file\n`,
  );
  expect((await cli(['run', '--json=/dev/null'], { cwd: home })).exitCode).toBe(0);
  expect(readFileSync('/dev/null', 'utf8')).toBe('');
});

test('--only narrows by glob and names what matches nothing; --shuffle changes the order of execution alone', async () => {
  const home = createProject(3);
  const only = documentOf(await cli(['run', '--only', 's1/c?', '--only', 's2/c3', '--json'], { cwd: home }));
  expect(only.checks.map((check) => `${check.suite}/${check.case}`)).toEqual([
    's1/c1',
    's1/c2',
    's1/c3',
    's2/c3',
  ]);
  const none = await cli(['run', '--only', 'c9'], { cwd: home });
  expect(none.exitCode).toBe(2);
  expect(none.stderr).toContain('error Nothing matches case "c9".\n');

  const plain = documentOf(await cli(['run', '--json'], { cwd: home }));
  const shuffled = documentOf(await cli(['run', '--shuffle', '--json'], { cwd: home }));
  expect(comparable(shuffled)).toEqual(comparable(plain));
  expect(shuffled.command).toMatch(/^onnx-parity run --shuffle --json --seed \d+$/);
});
