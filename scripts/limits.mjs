// Measures what a worker takes: memory beyond its limit when it is ended, and memory after thousands of sessions.
//
//   node scripts/limits.mjs [--target ort-node/cpu]… [--sessions 2000] [--times 5] [--json FILE] [--write docs/durability.md]
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packageVersion } from '../dist/runtimes/index.js';
import { createExecutor, probeTargets } from '../dist/workers/index.js';
import { writeSection } from './write-section.mjs';

const { values: given } = parseArgs({
  options: {
    target: { type: 'string', multiple: true, default: ['ort-node/cpu', 'ort-web/wasm', 'ort-node/webgpu'] },
    sessions: { type: 'string', default: '2000' },
    times: { type: 'string', default: '5' },
    json: { type: 'string' },
    write: { type: 'string' },
  },
});
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MEBIBYTE = 2 ** 20;
const LARGEST_OVERSHOOT_MIB = 64;
const LARGEST_GROWTH_MIB = 100;
/** Sessions between two looks at the memory. */
const LOOK = 100;

const float32 = (shape, ...data) => ({ dtype: 'float32', shape, data: Float32Array.from(data) });
/** In run at once, in create at once, and in steps that double. */
const BOMBS = [
  {
    model: 'constant-of-shape',
    inputs: { shape: { dtype: 'int64', shape: [1], data: BigInt64Array.of(3n * 2n ** 28n) } },
  },
  { model: 'constant-folded', inputs: { x: float32([2, 2], 1, 2, 3, 4) } },
  { model: 'loop-doubling', inputs: { x: float32([2, 2], 1, 2, 3, 4) } },
];

const available = await probeTargets(given.target);
const results = [];
for (const name of given.target) {
  const found = available.get(name);
  if (found.available) results.push(await measure(name));
  else console.error(`${name} is not measured: ${found.reason.message} ${found.reason.hint}`);
}
if (given.json !== undefined) writeFileSync(given.json, `${JSON.stringify(results, null, 1)}\n`);
if (given.write !== undefined) writeSection(resolve(ROOT, given.write), 'limits', sectionOf());
process.exitCode = results.every(
  ({ overshootsMib, firstMib, mostMib }) =>
    Math.max(...overshootsMib) <= LARGEST_OVERSHOOT_MIB && mostMib - firstMib <= LARGEST_GROWTH_MIB,
)
  ? 0
  : 1;

async function measure(name) {
  const [runtime, provider] = name.split('/');
  const target = { name, runtime, provider, options: {}, optional: false, fallback: 'warn' };
  const result = { target: name, overshootsMib: await overshoots(target), ...(await growth(target)) };
  console.error(JSON.stringify(result));
  return result;
}

/** MiB beyond the limit at which a worker was ended; WebAssembly gets half of what it can address at all. */
async function overshoots(target) {
  const limitMib = target.runtime === 'ort-web' ? 512 : 1024;
  const executor = createExecutor({ jobs: 1, memoryLimitBytes: limitMib * MEBIBYTE });
  const beyond = [];
  try {
    for (let i = 0; i < Number(given.times); i += 1) {
      for (const { model, inputs } of BOMBS) {
        const execution = await runOne(executor, target, `hostile/${model}`, inputs);
        const [, reached] = /at (\d+) MiB over its limit/.exec(execution.reasons?.[0]?.message ?? '') ?? [];
        // A software GPU copies so slowly that the deadline comes first.
        if (!['out-of-memory', 'timed-out'].includes(execution.status))
          throw new Error(`${model} ended ${execution.status}`);
        // Without a number the runtime itself refused what it could not get.
        if (reached !== undefined) beyond.push(Number(reached) - limitMib);
      }
    }
  } finally {
    await executor.close();
  }
  return beyond;
}

/** Resident MiB of the worker after the first sessions, and the most that was seen. */
async function growth(target) {
  const before = new Set(children());
  const executor = createExecutor({ jobs: 1 });
  const sizes = [];
  try {
    for (let i = 1; i <= Number(given.sessions); i += 1) {
      const { status } = await runOne(executor, target, 'models/negate', { x: float32([2], 1, 2) });
      if (status !== 'ok') throw new Error(`session ${i} ended ${status}`);
      const own = i % LOOK === 0 ? children().filter((pid) => !before.has(pid)) : [];
      sizes.push(...own.map(residentMib));
    }
  } finally {
    await executor.close();
  }
  return { sessions: Number(given.sessions), firstMib: sizes[0] ?? 0, mostMib: Math.max(0, ...sizes) };
}

async function runOne(executor, target, model, inputs) {
  let ended = { status: 'no answer' };
  const modelPath = resolve(ROOT, `test/fixtures/${model}.onnx`);
  const cases = [{ id: '1', inputs: () => Promise.resolve(new Map(Object.entries(inputs))), repeat: 1 }];
  const job = { target, modelPath, timeoutMs: 30_000, cases };
  await executor.execute(job, (_, execution) => (ended = execution), new AbortController().signal);
  return ended;
}

/** Processes that this one started; none where there is no /proc. */
function children() {
  if (!existsSync('/proc/self/task')) return [];
  return readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

function residentMib(pid) {
  const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
}

function sectionOf() {
  const rows = results.map(({ target, overshootsMib, firstMib, mostMib, sessions }) => [
    `\`${target}\``,
    `${Math.max(...overshootsMib)} MiB of ${LARGEST_OVERSHOOT_MIB}`,
    overshootsMib.length,
    `${firstMib} MiB`,
    `${mostMib} MiB of ${sessions}`,
    `${mostMib - firstMib} MiB of ${LARGEST_GROWTH_MIB}`,
  ]);
  const head = [
    'target',
    'largest overshoot, of what is allowed',
    'workers ended',
    `resident after ${LOOK} sessions`,
    'the most, of so many sessions',
    'growth, of what is allowed',
  ];
  const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  return `\`node scripts/limits.mjs --write docs/durability.md\` with onnxruntime ${packageVersion('onnxruntime-node')}, Node ${process.version}, ${process.platform}/${process.arch}, ${cpus().length} cores. Workers are ended by models of ${BOMBS.map(({ model }) => `\`${model}\``).join(', ')} (see [failures.md](failures.md)), ${given.times} times each, at a limit of 1 GiB (512 MiB on wasm).

${table}`;
}
