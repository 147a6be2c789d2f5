// Kills runs with SIGKILL at random moments, resumes them, and holds what comes out against an undisturbed run.
//
//   node scripts/kill-test.mjs [--points 500] [--lanes 2] [--cli dist/cli/main.js] [--minutes 30] [--write docs/durability.md]
//
// A finished check is one that the run has announced: the line of its suite and target on stdout. The seed makes the
// moments repeatable, as far as a scheduler lets them be.
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { createRandom } from './random.mjs';
import { normalCase, ownFolder, runsIn, writeNegateSuite } from './small-project.mjs';
import { writeSection } from './write-section.mjs';

const { values: given } = parseArgs({
  options: {
    points: { type: 'string', default: '500' },
    lanes: { type: 'string', default: '2' },
    suites: { type: 'string', default: '12' },
    seed: { type: 'string', default: '1' },
    cli: { type: 'string', default: 'dist/cli/main.js' },
    minutes: { type: 'string', default: 'Infinity' },
    write: { type: 'string' },
  },
});
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = resolve(ROOT, given.cli);
const POINTS = Number(given.points);
const SUITES = Number(given.suites);
const CASES = 3;
const ORPHAN_MS = 5000;
/** Every so many points are read by the command, the others by the function below it. */
const REPORTED = 5;
/** How often a resumed run is killed as well. */
const KILLED_AGAIN = 0.3;
/** How often the moment is counted from the start of the process instead of the run. */
const KILLED_EARLY = 0.1;
const NOT_COMPARED = { runId: null, startedAt: null, durationMs: null, command: null };

const store = await import(join(dirname(MAIN), 'store.js'));
const home = ownFolder('onnx-parity-kill-');
const { next: random } = createRandom(Number(given.seed));
const began = Date.now();
const oracle = await undisturbed();
const tally = {
  points: 0,
  early: 0,
  interrupted: 0,
  ended: 0,
  again: 0,
  announced: 0,
  lost: 0,
  torn: 0,
  unequal: 0,
  halfAsWhole: 0,
  orphans: 0,
  slowestOrphanMs: 0,
  litter: 0,
};
const troubles = [];
await Promise.all(Array.from({ length: Number(given.lanes) }, (_, lane) => work(lane)));
report();

async function work(lane) {
  const project = makeProject(`lane-${lane}`);
  while (tally.points < POINTS && Date.now() - began < Number(given.minutes) * 60_000) {
    tally.points += 1;
    await point(project, tally.points);
    if (tally.points % 10 === 0) process.stderr.write(`${tally.points} points: ${JSON.stringify(tally)}\n`);
  }
  // One more run, which sweeps what the killed ones left in the temporary folder.
  await execute(project, ['run', '--only', 'suite-00'], null);
  const litter = readdirSync(project.temporary);
  tally.litter += litter.length;
  if (litter.length > 0) troubles.push(`left in the temporary folder: ${litter.join(', ')}`);
}

/** One run, killed once; resumed, and perhaps killed again, until it ends. */
async function point(project, number) {
  rmSync(project.reports, { recursive: true, force: true });
  let killed = await execute(project, ['run'], random() * oracle.workMs * 1.1);
  for (;;) {
    const [id] = runsIn(project.reports);
    if (id === undefined) {
      tally.early += 1;
      return;
    }
    await examine(project, id, killed.stdout, number);
    if (finalDocument(project, id)?.complete === true) break;
    tally.interrupted += 1;
    const again = random() < KILLED_AGAIN;
    tally.again += again ? 1 : 0;
    const resumed = await execute(project, ['run', '--resume'], again ? random() * oracle.workMs : null);
    if (!again && resumed.exitCode !== 1) {
      trouble('unequal', number, `run --resume exited ${resumed.exitCode}: ${resumed.stderr}`);
      return;
    }
    killed = { ...resumed, stdout: killed.stdout + resumed.stdout };
  }
  tally.ended += 1;
  const [id] = runsIn(project.reports);
  const document = finalDocument(project, id);
  if (!isDeepStrictEqual(comparable(document), oracle.document))
    trouble('unequal', number, firstDifference(document));
  if (readdirSync(join(project.reports, id)).some((name) => name.startsWith('journal'))) {
    // Killed between run.json and the end: complete, and whatever else is missing can be made from it again.
    tally.halfAsWhole += killed.signal === 'SIGKILL' ? 0 : 1;
  }
}

/** Holds what lies there after a kill against what the run had announced. */
async function examine(project, id, announced, number) {
  const folder = join(project.reports, id);
  const whole = finalDocument(project, id);
  for (const [file, ending] of [
    ['run.json', '}\n'],
    ['junit.xml', '>'],
    ['index.html', '</html>'],
    ['summary.md', '\n'],
  ]) {
    const path = join(folder, file);
    if (!existsSync(path)) continue;
    if (!readFileSync(path, 'utf8').trimEnd().endsWith(ending.trimEnd()))
      trouble('torn', number, `${file} is torn`);
  }
  const latest = join(project.reports, 'latest');
  if (existsSync(latest) && !existsSync(join(realpathSync(latest), 'run.json')))
    trouble('torn', number, 'latest points nowhere');
  const document = number % REPORTED === 0 ? await reported(project, id) : await stored(project, id);
  if (document.complete !== (whole?.complete ?? false))
    trouble('halfAsWhole', number, 'a half run says that it is complete');
  const kept = new Map(document.checks.map((check) => [keyOf(check), check]));
  for (const name of announcedSuites(announced)) {
    const expected = oracle.document.checks.filter(({ suite }) => suite === name);
    tally.announced += expected.length;
    for (const check of expected)
      if (!kept.has(keyOf(check))) trouble('lost', number, `${keyOf(check)} is lost`);
  }
  for (const [key, check] of kept) {
    if (!isDeepStrictEqual(comparableCheck(check), oracle.byKey.get(key)))
      trouble('unequal', number, `${key} differs`);
  }
}

/** What `onnx-parity report` makes of a run's folder. */
async function reported(project, id) {
  const shown = join(project.home, 'shown.json');
  rmSync(shown, { force: true });
  const end = await execute(project, ['report', id, `--json=${shown}`], null);
  if (end.exitCode !== 0) throw new Error(`report exited ${end.exitCode}: ${end.stderr}`);
  return JSON.parse(readFileSync(shown, 'utf8'));
}

/** The same by the function that it reads with, which costs no process. */
async function stored(project, id) {
  const path = await store.findRun(project.reports, id, project.home);
  return JSON.parse(JSON.stringify(await store.readRun(path, id)));
}

function announcedSuites(stdout) {
  const counts = new Map();
  for (const [, name] of stdout.matchAll(/^[✔✖–] (suite-\d+) · /gm))
    counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts.keys();
}

function trouble(kind, number, text) {
  tally[kind] += 1;
  troubles.push(`point ${number}: ${text}`);
  process.stderr.write(`point ${number}: ${text}\n`);
}

/** Runs the command line; after `killMs` the parent alone is killed, and its workers have 5 s to notice. */
function execute(project, words, killMs) {
  return new Promise((done) => {
    const child = spawn(
      process.execPath,
      [MAIN, ...words, '--project', project.home, '--out', project.reports],
      {
        cwd: project.home,
        env: { ...process.env, TMPDIR: project.temporary, NO_COLOR: '1', CI: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    const kill = killMs === null ? null : killLater(project, child, killMs);
    child.on('exit', (exitCode, signal) => {
      kill?.abort();
      void orphansGone(`${project.temporary}/onnx-parity-of-${child.pid}-`, signal).then(() =>
        done({ exitCode, signal, stdout, stderr }),
      );
    });
  });
}

/** Kills after `ms`, counted from the moment at which the run's folder is there: before it, there is nothing to lose. */
function killLater(project, child, ms) {
  const ended = new AbortController();
  const wait = (time) => delay(time, undefined, { signal: ended.signal });
  const early = random() < KILLED_EARLY;
  void (async () => {
    if (!early) await until(() => runsIn(project.reports).length > 0, wait);
    await wait(ms);
    child.kill('SIGKILL');
  })().catch(() => {});
  return ended;
}

async function until(holds, wait) {
  while (!holds()) await wait(5);
}

/** Everything that a run starts carries the run's temporary folder in its environment. */
async function orphansGone(mark, signal) {
  if (process.platform !== 'linux' || signal === null) return;
  const since = Date.now();
  while (orphans(mark).length > 0) {
    if (Date.now() - since > ORPHAN_MS) {
      tally.orphans += orphans(mark).length;
      return;
    }
    await delay(50);
  }
  tally.slowestOrphanMs = Math.max(tally.slowestOrphanMs, Date.now() - since);
}

function orphans(mark) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && environmentOf(name).includes(mark));
}

function environmentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

async function undisturbed() {
  const project = makeProject('undisturbed');
  const runs = [];
  for (let at = 0; at < 3; at += 1) {
    rmSync(project.reports, { recursive: true, force: true });
    const opened = opening(project);
    const end = await execute(project, ['run'], null);
    const ended = Date.now();
    if (end.exitCode !== 1)
      throw new Error(`the undisturbed run exited ${end.exitCode}: ${end.stderr}${end.stdout}`);
    const [id] = runsIn(project.reports);
    runs.push({ workMs: ended - (await opened), document: comparable(finalDocument(project, id)) });
  }
  if (!isDeepStrictEqual(runs[0].document, runs[2].document)) throw new Error('two undisturbed runs differ');
  const { document } = runs[0];
  return {
    document,
    workMs: Math.max(...runs.map(({ workMs }) => workMs)),
    byKey: new Map(document.checks.map((check) => [keyOf(check), check])),
  };
}

async function opening(project) {
  while (runsIn(project.reports).length === 0) await delay(5);
  return Date.now();
}

/** Many small suites, so that much is announced; the last case of each has an expected output that is wrong. */
function makeProject(name) {
  const project = {
    home: join(home, name),
    reports: join(home, name, 'reports'),
    temporary: join(home, name, 'tmp'),
  };
  for (const folder of [project.temporary, join(project.home, 'goldens')])
    mkdirSync(folder, { recursive: true });
  for (let at = 0; at < SUITES; at += 1) {
    const folder = join(project.home, 'suites', `suite-${String(at).padStart(2, '0')}`);
    const cases = Array.from({ length: CASES - 1 }, (_, item) =>
      normalCase(`case-${item}`, at * CASES + item, 2000 * (item + 1)),
    );
    const wrong =
      '  wrong: { inputs: { x: { constant: 1, shape: [64] } }, reference: { file: wrong.safetensors } }\n';
    writeNegateSuite(folder, [...cases, wrong]);
    writeFileSync(join(folder, 'wrong.safetensors'), wrongTensors());
  }
  return project;
}

/** `y`, 64 values, of which one is not −1. */
function wrongTensors() {
  const values = Float32Array.from({ length: 64 }, (_, at) => (at === 7 ? -2 : -1));
  const header = Buffer.from(JSON.stringify({ y: { dtype: 'F32', shape: [64], data_offsets: [0, 256] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, Buffer.from(values.buffer)]);
}

function finalDocument(project, id) {
  const path = join(project.reports, id, 'run.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

function keyOf({ suite, model, case: name, target, output }) {
  return [suite, model, name, target, output].join(' / ');
}

/** What must be the same in every run of the same plan: all but ids and times. */
function comparable(document) {
  const { checks, ...head } = document;
  return { ...head, ...NOT_COMPARED, checks: checks.map(comparableCheck) };
}

/** Each lane has a project of its own; paths in messages are the only place where that shows. */
function comparableCheck(check) {
  return JSON.parse(
    JSON.stringify({ ...check, timing: null }).replaceAll(/lane-\d+|undisturbed/g, 'project'),
  );
}

function firstDifference(document) {
  const now = comparable(document);
  const part = Object.keys(oracle.document).find((key) => !isDeepStrictEqual(now[key], oracle.document[key]));
  if (part !== 'checks')
    return `${part}: ${JSON.stringify(now[part])} instead of ${JSON.stringify(oracle.document[part])}`;
  const at = oracle.document.checks.findIndex((check, index) => !isDeepStrictEqual(check, now.checks[index]));
  return `check ${at}: ${JSON.stringify(now.checks[at])}\ninstead of ${JSON.stringify(oracle.document.checks[at])}`;
}

function report() {
  const bad = tally.lost + tally.torn + tally.unequal + tally.halfAsWhole + tally.orphans + tally.litter;
  const rows = [
    ['kills of a run, at random moments', tally.points],
    ['– before the run had a folder', tally.early],
    ['– kills of the resumed run as well', tally.again],
    ['interrupted runs that were read again', tally.interrupted],
    ['runs that ended, most of them resumed', tally.ended],
    ['finished checks held against the journal', tally.announced],
    ['finished checks lost', tally.lost],
    ['torn files', tally.torn],
    ['half runs taken for whole ones', tally.halfAsWhole],
    ['runs that differ from an undisturbed one, ids and times aside', tally.unequal],
    ['processes left after 5 s', tally.orphans],
    ['longest time until the last process was gone', `${tally.slowestOrphanMs} ms`],
    ['temporary folders left after the next run', tally.litter],
  ];
  const table = [['what', 'count'], ['---', '---:'], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
  process.stdout.write(`${table}\n${troubles.slice(0, 20).join('\n')}\n`);
  if (given.write !== undefined) writeSection(resolve(ROOT, given.write), 'kills', sectionOf(table));
  process.exitCode = bad === 0 ? 0 : 1;
}

function sectionOf(table) {
  const minutes = Math.round((Date.now() - began) / 60_000);
  return `\`node scripts/kill-test.mjs --points ${tally.points} --lanes ${given.lanes} --write docs/durability.md\`: ${SUITES} suites of ${CASES} cases in a project of their own, ${given.lanes === '1' ? 'one run' : `${given.lanes} runs`} at a time on ${cpus().length} cores, ${minutes} minutes, Node ${process.version}, seed ${given.seed}. The parent process alone gets SIGKILL; ${KILLED_AGAIN * 100} % of the resumed runs are killed too.

${table}

A finished check is one that the run has announced on stdout. Times of single checks and of the run, the run's id and its command line are left out of the comparison; everything else must be equal.`;
}
