// Runs mutants of models through the worker processes, as a suite would, and holds every promise against what happens.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ParityError } from '../dist/errors/index.js';
import { declaredTypes, readModelBytes } from '../dist/onnx/index.js';
import { tensorFromValues } from '../dist/tensor/index.js';
import { mutateBytes, mutateStructure } from './fuzz-mutate.mjs';
import { createRandom } from './random.mjs';

const MUTATE = { bytes: mutateBytes, structure: mutateStructure };

/** A good case follows this many mutants of a lane. */
const GOOD_EVERY = 10;

/** How late a verdict of a hanging mutant may come, beyond the deadline of the step that hangs. */
const GRACE_MS = 2000;

/** The models of a folder, each with inputs that it accepts. */
export function readSeeds(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.onnx'))
    .sort()
    .map((name) => ({ name: basename(name, '.onnx'), bytes: readFileSync(join(folder, name)) }));
}

/**
 * @param {{ executor: object, freshExecutor: () => object, target: object, seeds: object[], kind: 'bytes' | 'structure', count: number, seed: number,
 *   folder: string, deadlineMs: number, lanes: number, onProgress?: (done: number) => void }} options
 */
export async function fuzz(options) {
  const { seeds, kind, count, lanes } = options;
  const result = {
    target: options.target.name,
    kind,
    asked: count,
    run: 0,
    verdicts: {},
    harnessCrashes: [],
    withoutVerdict: 0,
    hangs: [],
    late: [],
    longestOverrunMs: 0,
    longestMs: 0,
    goodCases: 0,
    changedGoodCases: [],
    deadlineMs: options.deadlineMs,
  };
  mkdirSync(options.folder, { recursive: true });
  const good = new Map();
  for (const seed of seeds) {
    writeFileSync(goodPath(options, seed), seed.bytes);
    good.set(seed.name, await runGood(options, seed));
  }
  const rejected = [...good].filter(([, text]) => !text.startsWith('ok'));
  if (rejected.length > 0) throw new Error(`seeds that do not run: ${JSON.stringify(rejected)}`);

  let next = 0;
  const lane = async () => {
    for (let index = next++; index < count; index = next++) {
      await runMutant(options, index, result);
      result.run += 1;
      options.onProgress?.(result.run);
      if (result.run % GOOD_EVERY !== 0) continue;
      const seed = seeds[(result.run / GOOD_EVERY) % seeds.length];
      const again = await runGood(options, seed);
      result.goodCases += 1;
      if (again !== good.get(seed.name))
        result.changedGoodCases.push({ after: index, seed: seed.name, now: again });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  rmSync(options.folder, { recursive: true, force: true });
  return result;
}

/** Mutant `index` is the same in every run with the same seed, whatever ran before. */
export function mutantOf({ seeds, kind, seed }, index) {
  const random = createRandom(seed * 1_000_003 + index);
  const from = seeds[random.below(seeds.length)];
  return { from, bytes: MUTATE[kind](from.bytes, random) };
}

async function runMutant(options, index, result) {
  const { from, bytes } = mutantOf(options, index);
  const path = join(options.folder, `${options.kind}-${index}.onnx`);
  writeFileSync(path, bytes);
  const startedAt = performance.now();
  let told = [];
  try {
    told = await runOn(options, path, inputsOf(bytes, path, from));
  } catch (error) {
    result.harnessCrashes.push({ index, problem: String(error?.stack ?? error) });
  }
  const ms = performance.now() - startedAt;
  rmSync(path);
  result.longestMs = Math.max(result.longestMs, Math.round(ms));
  if (told.length !== 1) result.withoutVerdict += 1;
  const [execution] = told;
  if (execution === undefined) return;
  const verdict = verdictOf(execution);
  result.verdicts[verdict] = (result.verdicts[verdict] ?? 0) + 1;
  if (execution.status === 'timed-out') {
    let overrun = Math.round(ms - options.deadlineMs);
    if (overrun > GRACE_MS) overrun = await overrunAlone(options, index);
    result.hangs.push({ index, ms: Math.round(ms) });
    result.longestOverrunMs = Math.max(result.longestOverrunMs, overrun);
    if (overrun > GRACE_MS) result.late.push({ index, overrunMs: overrun });
  }
  if (execution.reasons?.[0]?.message.includes('onnx-parity itself failed'))
    result.harnessCrashes.push({ index, problem: execution.reasons[0].message });
}

/**
 * Where a verdict took more than one deadline and the grace, the mutant may have loaded slowly before it hung, or may
 * have ended otherwise in a first process: measured again, alone and in a warm process.
 */
async function overrunAlone(options, index) {
  const { from, bytes } = mutantOf(options, index);
  const path = join(options.folder, `alone-${index}.onnx`);
  writeFileSync(path, bytes);
  const executor = options.freshExecutor();
  try {
    await runOn({ ...options, executor }, goodPath(options, from), inputsOf(from.bytes, path, from));
    const startedAt = performance.now();
    const [execution] = await runOn({ ...options, executor }, path, inputsOf(bytes, path, from));
    return execution?.status === 'timed-out'
      ? Math.round(performance.now() - startedAt - options.deadlineMs)
      : 0;
  } finally {
    await executor.close();
    rmSync(path);
  }
}

function verdictOf(execution) {
  if (execution.status === 'ok') return execution.unstable.length > 0 ? 'ok, bits vary' : 'ok';
  const signal = execution.crash?.signal;
  const how = execution.status === 'crashed' && signal ? ` ${signal}` : '';
  return `${execution.status} ${execution.reasons[0]?.code ?? ''}${how}`;
}

async function runOn(options, modelPath, inputs) {
  const told = [];
  await options.executor.execute(
    {
      target: options.target,
      modelPath,
      timeoutMs: options.deadlineMs,
      cases: [{ id: 'only', inputs: () => Promise.resolve(inputs), repeat: 'auto' }],
    },
    (_id, execution) => told.push(execution),
    new AbortController().signal,
  );
  return told;
}

/** Status and all bits of the outputs, as one text. */
async function runGood(options, seed) {
  const path = goodPath(options, seed);
  const [execution] = await runOn(options, path, inputsOf(seed.bytes, path, seed));
  if (execution?.status !== 'ok') return `${execution?.status} ${execution?.reasons?.[0]?.message}`;
  const outputs = [...execution.outputs].map(([name, { dtype, shape, data }]) => {
    const bits = Array.isArray(data)
      ? data
      : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');
    return [name, dtype, shape, bits];
  });
  return `ok ${JSON.stringify(outputs)}`;
}

function goodPath({ folder }, { name }) {
  return join(folder, `good-${name}.onnx`);
}

const LARGEST_INPUT = 4096;

/** What the mutant declares, where that can be given; else what its seed takes. */
function inputsOf(bytes, path, from) {
  const declared = declaredOf(bytes, path) ?? declaredOf(from.bytes, path) ?? [];
  return new Map(declared.flatMap((value) => inputOf(value)));
}

function declaredOf(bytes, path) {
  try {
    return declaredTypes(readModelBytes(bytes, path)).inputs;
  } catch (error) {
    if (error instanceof ParityError) return null;
    throw error;
  }
}

const GIVEN = /^(?:float32|float64|float16|u?int(?:8|16|32|64)|bool|string)$/;

function inputOf({ name, dtype, shape }) {
  const lengths = (shape ?? [2]).map((length) => (typeof length === 'number' ? Math.max(0, length) : 2));
  const count = lengths.reduce((product, length) => product * length, 1);
  const small = count <= LARGEST_INPUT ? lengths : lengths.map(() => 1);
  const given = dtype !== null && GIVEN.test(dtype) ? dtype : 'float32';
  const values = Array.from({ length: small.reduce((product, length) => product * length, 1) }, (_, i) =>
    valueOf(given, i),
  );
  return [[name, tensorFromValues(given, small, values)]];
}

function valueOf(dtype, i) {
  if (dtype === 'string') return `text ${i}`;
  if (dtype === 'bool') return i % 3 !== 0;
  if (dtype.includes('int')) return i % 4;
  return Math.sin(i + 1);
}
