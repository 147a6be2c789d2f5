/** Paired measurements: every round runs each contender once, in turn, so that a noisy host hits all of them alike. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const CLI = `${ROOT}dist/cli/main.cjs`;

/** One thread each, as the runtimes of the harness have: thread pools make tiny sessions several times slower. */
export const ONE_THREAD = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };

/** CPU milliseconds (user + system) of this process that `work` takes. */
export function cpuOf(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Milliseconds of CPU (user + system, with all processes that it started and waited for) and wall of a program. */
export function costOf(command, args, { env = {}, cwd = ROOT, mayFail = false } = {}) {
  const timed = 'TIMEFORMAT="%3R %3U %3S"; time "$@" >/dev/null 2>&1; status=$?; exit $status';
  const run = spawnSync('bash', ['-c', timed, 'bash', command, ...args], {
    cwd,
    env: { ...process.env, LC_ALL: 'C', ...env },
    encoding: 'utf8',
  });
  if (run.status !== 0 && !mayFail)
    throw new Error(`exit ${run.status}: ${command} ${args.join(' ')}\n${run.stderr}`);
  const [wall, user, system] = run.stderr.trim().split('\n').at(-1).split(' ').map(Number);
  return { cpuMs: 1000 * (user + system), wallMs: 1000 * wall };
}

/** Runs `contenders` (name → async () => CPU ms, or an object of numbers) alternately; returns the raw samples by name. */
export async function alternate(contenders, rounds) {
  const samples = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const taken = await run();
      if (round >= 0) samples[name].push(taken);
    }
  }
  return samples;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

export function mediansOf(samples) {
  return Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)]));
}

/** A goal against what was measured: `atLeast` or `atMost` a limit. */
export function goal(text, measured, { atLeast, atMost }) {
  const met = atLeast === undefined ? measured <= atMost : measured >= atLeast;
  return { goal: text, measured, met };
}

export function pythonPath() {
  const known = ['.venv/bin/python', process.env.ONNX_PARITY_PYTHON].find((path) => path && existsSync(path));
  return known ?? null;
}

/** Why `modules` cannot be imported, or null where they can. */
export function missingIn(python, modules) {
  if (python === null) return 'no Python: set ONNX_PARITY_PYTHON';
  const lacking = modules.filter(
    (name) =>
      spawnSync(python, [
        '-c',
        `import importlib.util as u, sys; sys.exit(u.find_spec(${JSON.stringify(name)}) is None)`,
      ]).status !== 0,
  );
  return lacking.length === 0 ? null : `Python lacks ${lacking.join(', ')}`;
}

/** A Python process that measures itself: `ask({task, …})` gives the object that it prints. `null` without Python. */
export function pythonPeer(script) {
  const python = pythonPath();
  if (python === null) return null;
  const env = { ...process.env, ...ONE_THREAD };
  const child = spawn(python, ['-W', 'ignore', script], { stdio: ['pipe', 'pipe', 'inherit'], env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`${script} ended early`);
      return JSON.parse(value);
    },
    close: () => child.stdin.end(),
  };
}

/** Keeps raw samples and rows of one bench under bench/results. */
export function keep(name, rows) {
  mkdirSync(`${ROOT}bench/results`, { recursive: true });
  const cpus = os.cpus();
  const host = {
    cpu: cpus[0]?.model ?? '',
    cores: cpus.length,
    node: process.version,
    load: os.loadavg()[0],
  };
  writeFileSync(`${ROOT}bench/results/${name}.json`, `${JSON.stringify({ host, rows }, null, 1)}\n`);
}

/** Prints a row as it is measured. */
export function tell({ work, medians, goals = [], skipped = {} }) {
  const shown = Object.entries(medians).map(([name, value]) => `${name} ${Number(value.toPrecision(3))}`);
  const held = goals.map(
    (each) => `${each.met ? 'met' : 'MISSED'} ${each.goal} (${Number(each.measured.toPrecision(3))})`,
  );
  const left = Object.entries(skipped).map(([name, why]) => `${name} skipped: ${why}`);
  process.stdout.write(`${[work, shown.join(', '), ...held, ...left].join('\n    ')}\n`);
}

/** MiB of the largest resident memory of each process of a program, added up; watched, so a little may be missed. Linux alone. */
export async function peakOf(command, args, { env = {} } = {}) {
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: 'ignore' });
  const ended = new Promise((done) => child.on('exit', done));
  const peaks = new Map();
  const timer = setInterval(() => {
    for (const pid of withDescendants(child.pid)) {
      const found = /VmHWM:\s+(\d+) kB/.exec(textOf(`/proc/${pid}/status`));
      if (found !== null) peaks.set(pid, Number(found[1]) / 1024);
    }
  }, 4);
  await ended;
  clearInterval(timer);
  return [...peaks.values()].reduce((sum, peak) => sum + peak, 0);
}

function withDescendants(pid) {
  const children = textOf(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(withDescendants)];
}

function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
