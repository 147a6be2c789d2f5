// What a long history costs: opening trends over a store of 1,000 runs of 1,000 checks, and `run` itself beside it.
//
//   npm run build && node bench/store.mjs [--runs 1000] [--cases 500] [--rounds 7] [--keep FOLDER] [--write docs/regression.md]
//
// Two targets per case make the checks. One run is executed; the others derive from its document with jitter of their own.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeParquet } from '../dist/history/records.js';
import { serialiseRun } from '../dist/reporters/json/serialise.js';
import { normalCase, ownFolder, runsIn, writeNegateSuite } from '../scripts/small-project.mjs';
import { writeSection } from '../scripts/write-section.mjs';
import { chance } from './detection-series.mjs';
import { median } from './paired.mjs';

const { values: given } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    cases: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '7' },
    keep: { type: 'string' },
    write: { type: 'string' },
  },
});
const [RUNS, CASES, ROUNDS] = [given.runs, given.cases, given.rounds].map(Number);
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = join(ROOT, 'dist/cli/main.js');
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const home = given.keep === undefined ? ownFolder('onnx-parity-store-') : resolve(given.keep);
const full = join(home, 'reports');
const empty = join(home, 'none');

if (!existsSync(full)) await makeStore();
const rows = [];
await opening('as the runs left it');
await single('the first `history` of all checks, which compacts', ['history']);
await opening('compacted');
await onnxParity(['baseline', 'set', 'latest', '--reason', 'bench', '--out', full]);
const beside = [];
for (const words of [[], ['--against', 'baseline'], ['--against', 'last']]) await besideStore(words);
await single(`history prune --keep ${RUNS >> 1}`, ['history', 'prune', '--keep', String(RUNS >> 1)]);
report();

/** A project with one executed run, and as many older ones derived from it. */
async function makeStore() {
  const cases = Array.from({ length: CASES }, (_, at) => normalCase(`case-${at}`, at, 256));
  writeNegateSuite(join(home, 'suites/long'), cases, {
    targets: 'ort-node/cpu, ort-node/cpu@basic',
    extra: 'tolerance: { linf: 1e-4, mse: 1e-9 }\n',
  });
  const executed = await onnxParity(['run', '--out', full]);
  if (executed.exitCode !== 0) throw new Error(executed.stderr);
  const [id] = runsIn(full);
  const template = JSON.parse(readFileSync(join(full, id, 'run.json'), 'utf8'));
  for (let night = 1; night < RUNS; night++) await addNight(template, night);
}

async function addNight(template, night) {
  const of = chance(night);
  const at = new Date(Date.parse(template.startedAt) - night * DAY);
  const [day, time] = at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T');
  const runId = `${day}-${time}-${night.toString(16).padStart(4, '0')}`;
  const checks = template.checks.map((check, place) =>
    withError(check, 1e-7 * (1 + (place % 10)) * Math.exp(0.2 * of.normal())),
  );
  const document = { ...template, runId, startedAt: at.toISOString(), checks };
  const folder = join(full, runId);
  mkdirSync(folder);
  writeFileSync(join(folder, 'run.json'), serialiseRun(document));
  await writeParquet(folder, document);
}

function withError(check, linf) {
  const values = { linf, mse: linf ** 2 / 9, rmse: linf / 3, meanAbs: linf / 4 };
  return {
    ...check,
    metrics: { ...check.metrics, ...values, utilisation: linf / 1e-4 },
    bounds: check.bounds.map((bound) =>
      bound.metric in values && bound.limit > 0
        ? { ...bound, value: values[bound.metric], utilisation: values[bound.metric] / bound.limit }
        : bound,
    ),
  };
}

async function opening(state) {
  await several('one check', state, ['--case', 'case-7', '--target', 'ort-node/cpu']);
  // Of all checks once only: from the second time on they are compacted.
  if (state === 'compacted') await several('all checks', state, []);
  await several('the newest 60 runs of all checks', state, ['--last', '60']);
}

async function several(what, state, words) {
  const ends = [];
  for (let round = 0; round < Math.min(5, ROUNDS); round++) ends.push(await wanting(['history', ...words]));
  rows.push([`\`history\`, ${what}`, state, ...timesOf(ends)]);
}

async function single(what, words) {
  rows.push([what, 'once', ...timesOf([await wanting(words)])]);
}

async function wanting(words, out = full) {
  const end = await onnxParity([...words, '--out', out]);
  if (end.exitCode !== 0) throw new Error(end.stdout + end.stderr);
  return end;
}

/** `run` beside the full and beside an empty store, in turn; what the runs leave is taken away again. */
async function besideStore(words) {
  const samples = { full: [], empty: [] };
  const sides = [
    ['full', full],
    ['empty', empty],
  ];
  for (let round = -1; round < ROUNDS; round++) {
    for (const [name, out] of round % 2 === 0 ? sides : sides.toReversed()) {
      if (name === 'empty') emptied(words.includes('last'));
      const before = new Set(runsIn(out));
      const end = await wanting(['run', ...words], out);
      for (const id of runsIn(out)) if (!before.has(id)) rmSync(join(out, id), { recursive: true });
      if (round >= 0) samples[name].push(end);
    }
  }
  process.stderr.write(`${words.join(' ')} ${JSON.stringify(samples, ['full', 'empty', 'ms', 'cpuMs'])}\n`);
  const grown = (field) => {
    const ratio = median(samples.full.map((end, at) => end[field] / samples.empty[at][field])) - 1;
    return `${(100 * ratio).toFixed(1)} %`;
  };
  beside.push([
    `\`${['run', ...words].join(' ')}\``,
    ...timesOf(samples.empty),
    ...timesOf(samples.full),
    grown('ms'),
    grown('cpuMs'),
  ]);
}

function timesOf(ends) {
  return ['ms', 'cpuMs'].map((field) => `${(median(ends.map((end) => end[field])) / 1000).toFixed(2)} s`);
}

function emptied(keepsOne) {
  rmSync(empty, { recursive: true, force: true });
  mkdirSync(empty, { recursive: true });
  if (keepsOne)
    cpSync(join(full, runsIn(full).at(-1)), join(empty, runsIn(full).at(-1)), { recursive: true });
}

/** `cpuMs` is that of the process and all that it started, as the shell counts it. */
function onnxParity(words) {
  const script = `TIMEFORMAT='%U %S'; time "$@" 2>&3`;
  return new Promise((done) => {
    const began = performance.now();
    const child = spawn('bash', ['-c', script, 'bash', process.execPath, MAIN, ...words, '--project', home], {
      cwd: home,
      env: { ...process.env, NO_COLOR: '1', CI: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const texts = ['', '', '', ''];
    for (const at of [1, 2, 3]) child.stdio[at].on('data', (chunk) => (texts[at] += chunk));
    child.on('close', (exitCode) => {
      const [user, system] = texts[2].trim().split(' ').map(Number);
      done({
        exitCode,
        stdout: texts[1],
        stderr: texts[3],
        ms: performance.now() - began,
        cpuMs: 1000 * (user + system),
      });
    });
  });
}

function report() {
  const table = (head, lines) =>
    [head, head.map(() => '---'), ...lines].map((row) => `| ${row.join(' | ')} |`).join('\n');
  const text = [
    `${RUNS.toLocaleString('en')} runs of ${(2 * CASES).toLocaleString('en')} checks; ${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.version}, load ${os.loadavg()[1].toFixed(1)}. Whole commands, from the start of the process to its end, medians of ${Math.min(5, ROUNDS)}; CPU time is that of all processes and threads together.`,
    '',
    table(['command', 'store', 'time', 'CPU time'], rows),
    '',
    `\`run\` of the ${(2 * CASES).toLocaleString('en')} checks beside an empty store and beside the full one, ${ROUNDS} of each in turn, and the median of their ratios:`,
    '',
    table(['command', 'empty', 'CPU time', 'full', 'CPU time', 'longer', 'more CPU time'], beside),
  ].join('\n');
  console.log(text);
  if (given.write !== undefined) writeSection(given.write, 'store', text);
}
