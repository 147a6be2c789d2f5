// Kills runs with SIGKILL at random moments beside a store of earlier runs, and reads the store after each.
//
//   npm run build && node scripts/kill-store.mjs [--points 100] [--seed 1] [--write docs/durability.md]
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openHistory, seriesOf } from '../dist/history/index.js';
import { parseRunDocument } from '../dist/reporters/json/index.js';
import { createRandom } from './random.mjs';
import { normalCase, ownFolder, runsIn, writeNegateSuite } from './small-project.mjs';
import { writeSection } from './write-section.mjs';

const { values: given } = parseArgs({
  options: {
    points: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    write: { type: 'string' },
  },
});
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = join(ROOT, 'dist/cli/main.js');
const POINTS = Number(given.points);
const [SUITES, CASES] = [4, 3];
/** So many whole runs are there before the first kill. */
const EARLIER = 3;
/** How often the moment is counted from the start of the process; else from when the run has its folder. */
const KILLED_EARLY = 0.15;
/** Every so many points the command line reads the store too. */
const READ_BY_COMMAND = 10;

const home = ownFolder('onnx-parity-kill-store-');
const reports = join(home, 'reports');
const { next: random } = createRandom(Number(given.seed));
const began = Date.now();
const tally = {
  points: 0,
  none: 0,
  interrupted: 0,
  whole: 0,
  read: 0,
  lost: 0,
  changed: 0,
  halfAsWhole: 0,
  wholeAsHalf: 0,
  leftOut: 0,
  commands: 0,
};
const troubles = [];

makeProject();
const undisturbed = [];
for (let at = 0; at < EARLIER; at++) undisturbed.push(await run(null));
let earlier = await stored();
for (let point = 1; point <= POINTS; point++) {
  const before = new Set(runsIn(reports));
  const { signal } = await run({ early: random() < KILLED_EARLY, share: random() * 1.1 });
  tally.points++;
  await examine(
    point,
    runsIn(reports).filter((name) => !before.has(name)),
    signal,
  );
  if (point % 10 === 0) process.stderr.write(`${JSON.stringify(tally)}\n`);
}
report();

/** What the history says of every run: the numbers of all its checks. */
async function stored() {
  const history = await openHistory(reports, { parse: parseRunDocument });
  try {
    const texts = new Map(history.runs.map(({ runId }) => [runId, []]));
    for (const { runs, values, standings, ...key } of await seriesOf(history))
      for (const [at, run] of runs.entries())
        texts
          .get(history.runs[run].runId)
          .push(JSON.stringify([key.suite, key.case, key.output, values[at], standings[at]]));
    tally.leftOut += history.skipped.length;
    for (const { path, problem } of history.skipped) troubles.push(`${path}: ${problem}`);
    return texts;
  } finally {
    history.close();
  }
}

async function examine(point, fresh, signal) {
  const now = await stored();
  for (const [id, checks] of earlier) {
    tally.read++;
    if (!now.has(id)) trouble('lost', point, `${id} is lost`);
    else if (now.get(id).join() !== checks.join()) trouble('changed', point, `${id} has changed`);
  }
  if (fresh.length === 0) tally.none++;
  for (const name of fresh) {
    const path = join(reports, name, 'run.json');
    const whole = existsSync(path) && JSON.parse(readFileSync(path, 'utf8')).complete;
    tally[whole ? 'whole' : 'interrupted']++;
    if (!whole && now.has(name)) trouble('halfAsWhole', point, `${name} is in the history`);
    if (whole && now.get(name)?.length !== SUITES * CASES)
      trouble('wholeAsHalf', point, `${name} is not in the history`);
    if (signal === null && !whole) trouble('wholeAsHalf', point, `${name} ended by itself and is not whole`);
  }
  if (point % READ_BY_COMMAND === 0) readByCommand(point, now.size);
  earlier = now;
}

function readByCommand(point, runs) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'history', '--json'], {
    cwd: home,
    encoding: 'utf8',
  });
  tally.commands++;
  if (status !== 0 || JSON.parse(stdout).runs.length !== runs)
    trouble('lost', point, `history exited ${status}: ${stderr}`);
}

function trouble(kind, point, text) {
  tally[kind]++;
  troubles.push(`point ${point}: ${text}`);
}

/** One run, killed after a share of the time that such runs take; the parent process alone gets the signal. */
function run(kill) {
  return new Promise((done) => {
    const before = runsIn(reports).length;
    const [since, ended] = [performance.now(), new AbortController()];
    const child = spawn(process.execPath, [MAIN, 'run'], {
      cwd: home,
      env: { ...process.env, TMPDIR: join(home, 'tmp') },
      stdio: 'ignore',
    });
    let openedMs = null;
    const wait = (ms) => delay(ms, undefined, { signal: ended.signal });
    const work = async () => {
      if (kill?.early) await wait(kill.share * usual('openedMs'));
      else {
        while (runsIn(reports).length === before) await wait(2);
        openedMs = performance.now() - since;
        if (kill === null) return;
        await wait(kill.share * usual('workMs'));
      }
      child.kill('SIGKILL');
    };
    void work().catch(() => {});
    child.on('exit', (_code, signal) => {
      ended.abort();
      const workMs = performance.now() - since - (openedMs ?? 0);
      if (kill !== null && signal === null && openedMs !== null) undisturbed.push({ openedMs, workMs });
      done({ signal, openedMs: openedMs ?? 0, workMs });
    });
  });
}

/** Median over the last runs that came to their end: a busy host changes its pace. */
function usual(field) {
  const last = undisturbed
    .slice(-5)
    .map((end) => end[field])
    .toSorted((left, right) => left - right);
  return last[last.length >> 1];
}

function makeProject() {
  mkdirSync(join(home, 'tmp'));
  for (let suite = 0; suite < SUITES; suite++) {
    const cases = Array.from({ length: CASES }, (_, at) => normalCase(`case-${at}`, at, 2000 * (at + 1)));
    writeNegateSuite(join(home, `suites/suite-${suite}`), cases);
  }
}

function report() {
  const rows = [
    ['kills at random moments of a run', tally.points],
    ['– that left no run', tally.none],
    ['– that left an interrupted run', tally.interrupted],
    ['– that came when the run was whole', tally.whole],
    ['reads of an earlier run after a kill', tally.read],
    ['– of them by `onnx-parity history`', tally.commands],
    ['earlier runs lost', tally.lost],
    ['earlier runs with another number', tally.changed],
    ['interrupted runs in the history', tally.halfAsWhole],
    ['whole runs not in the history', tally.wholeAsHalf],
    ['folders that could not be read', tally.leftOut],
  ];
  const table = [['what', 'count'], ['---', '---:'], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
  const bad = tally.lost + tally.changed + tally.halfAsWhole + tally.wholeAsHalf + tally.leftOut;
  process.stdout.write(`${table}\n${troubles.slice(0, 20).join('\n')}\n`);
  if (given.write !== undefined) writeSection(join(ROOT, given.write), 'store-kills', sectionOf(table));
  process.exitCode = bad === 0 ? 0 : 1;
}

function sectionOf(table) {
  const minutes = Math.round((Date.now() - began) / 60_000);
  return `\`node scripts/kill-store.mjs --points ${tally.points} --write docs/durability.md\`: one store, to which every run that gets that far adds; ${SUITES} suites of ${CASES} cases, ${cpus().length} cores, ${minutes} minutes, Node ${process.version}, seed ${given.seed}. The moments are even over the whole process, from its start to its end.

${table}`;
}
