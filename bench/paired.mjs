/** Paired measurements: every round runs each contender once, in turn, so that a noisy host hits all of them alike. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { createInterface } from 'node:readline';

/** CPU milliseconds (user + system) of this process that `work` takes. */
export function cpuOf(work) {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Runs `contenders` (name → async () => CPU ms) alternately; returns the raw samples by name. */
export async function alternate(contenders, rounds) {
  const samples = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const ms = await run();
      if (round >= 0) samples[name].push(ms);
    }
  }
  return samples;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** A Python process that measures itself: `ask({task, …})` gives the object that it prints. `null` without Python. */
export function pythonPeer(script) {
  const python = ['.venv/bin/python', process.env.ONNX_PARITY_PYTHON].find(
    (path) => path && existsSync(path),
  );
  if (python === undefined) return null;
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'], env });
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
  mkdirSync('bench/results', { recursive: true });
  const cpus = os.cpus();
  const host = { cpu: cpus[0]?.model ?? '', cores: cpus.length, node: process.version };
  writeFileSync(`bench/results/${name}.json`, `${JSON.stringify({ host, rows }, null, 1)}\n`);
}
