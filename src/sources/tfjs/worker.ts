/**
 * TensorFlow in Node for one source, in a process of its own: it blocks, aborts and loops on bad models.
 *
 *   node worker.js REQUEST.json    with descriptor 3 open for events, as python/sidecar.py
 *   node worker.js --probe         one line of JSON: whether it works here
 */
import { readFileSync, statSync, writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { performance } from 'node:perf_hooks';
import type { SourceEvent } from '../process/events.ts';
import { readTensorFile, writeTensorFile } from '../process/exchange.ts';
import { loadTfjs } from './binding.ts';
import type { Tfjs } from './binding.ts';
import { loadJsonModel } from './json-model.ts';
import { SourceRefusal } from './refusal.ts';
import { loadSavedModel } from './saved-model.ts';
import type { Program } from './saved-model.ts';
import { nameOutputs } from './signature.ts';

interface Request {
  readonly entry: { readonly file: string };
  readonly signature?: string;
  readonly outputNames?: readonly string[];
  readonly intermediates?: unknown;
  readonly dtype: string | null;
  readonly threads: number;
  readonly seed: number;
  readonly cases: readonly {
    readonly id: string;
    readonly names: readonly string[];
    readonly inputs: string;
    readonly outputs: string;
    readonly intermediates?: string;
    readonly rollout?: unknown;
  }[];
}

if (process.argv[2] === '--probe') probe(process.argv[3] ?? '');
else {
  await serve(process.argv[2] ?? '');
  // The watching thread is inside a read that nothing else can end; all that matters is written by now.
  process.kill(process.pid, 'SIGKILL');
}

function probe(file: string): void {
  let answer: object;
  try {
    const { tf, binding } = loadTfjs();
    answer = { version: tf.version['tfjs-node'], tensorflow: binding.TF_Version, problem: null };
  } catch (error) {
    answer = { version: null, tensorflow: null, problem: (error as Error).message };
  }
  writeSync(Number(file), JSON.stringify(answer));
}

async function serve(requestPath: string): Promise<void> {
  holdLifeline();
  const request = JSON.parse(readFileSync(requestPath, 'utf8')) as Request;
  const loaded = await attempt(null, () => load(request));
  if (loaded === null) return;
  emit({ event: 'ready', info: describe(request, loaded.tfjs), files: [] });
  for (const item of request.cases) {
    emit({ event: 'start', id: item.id });
    await attempt(item.id, () => runCase(request, loaded.program, item));
  }
  emit({ event: 'end', files: [] });
}

async function load(request: Request): Promise<{ readonly tfjs: Tfjs; readonly program: Program }> {
  if (request.dtype !== null) {
    throw new SourceRefusal(
      'unsupported',
      `a saved model keeps its dtypes: it cannot run as ${request.dtype}`,
    );
  }
  if (request.intermediates !== undefined) {
    throw new SourceRefusal('unsupported', 'tfjs-node gives no intermediates; use a source of kind python');
  }
  const tfjs = loadTfjs();
  const { file } = request.entry;
  if (statSync(file).isDirectory()) {
    return { tfjs, program: await loadSavedModel(tfjs, file, request.signature ?? 'serving_default') };
  }
  if (file.endsWith('.json')) return { tfjs, program: await loadJsonModel(tfjs, file) };
  throw new SourceRefusal('error', `${file} is neither a SavedModel folder nor a model.json`);
}

async function runCase(request: Request, program: Program, item: Request['cases'][number]): Promise<void> {
  if (item.rollout !== undefined) {
    throw new SourceRefusal(
      'unsupported',
      'TensorFlow in Node runs no rollouts: name a source of kind python',
    );
  }
  const inputs = await readTensorFile(item.inputs, item.names);
  const began = performance.now();
  const outputs = nameOutputs(await program(inputs), request.outputNames);
  const runMs = performance.now() - began;
  await writeTensorFile(item.outputs, outputs);
  if (item.intermediates !== undefined) await writeFile(item.intermediates, '');
  emit({ event: 'done', id: item.id, runMs, order: [...outputs.keys()] });
}

async function attempt<T>(id: string | null, action: () => Promise<T>): Promise<T | null> {
  try {
    return await action();
  } catch (error) {
    const { message, stack = '' } = error as Error;
    const refusal = error instanceof SourceRefusal ? error : null;
    emit({
      event: 'failed',
      id,
      kind: refusal?.kind ?? 'error',
      message,
      traceback: stack,
      package: refusal?.package ?? null,
    });
    return null;
  }
}

function describe(request: Request, { tf, binding }: Tfjs): Extract<SourceEvent, { event: 'ready' }>['info'] {
  return {
    framework: 'TensorFlow (tfjs-node)',
    frameworkVersion: binding.TF_Version,
    language: `Node ${process.versions.node}`,
    device: 'cpu',
    dtype: 'as built',
    threads: request.threads,
    seed: request.seed,
    determinism: { TF_ENABLE_ONEDNN_OPTS: process.env['TF_ENABLE_ONEDNN_OPTS'] ?? 'unset' },
    packages: { '@tensorflow/tfjs-node': tf.version['tfjs-node'] ?? '', libtensorflow: binding.TF_Version },
  };
}

function emit(event: SourceEvent): void {
  const line = Buffer.from(`${JSON.stringify(event)}\n`);
  for (let done = 0; done < line.length;) done += writeSync(3, line, done);
}

// Native code blocks this thread, so another one watches standard input, which closes when the parent dies.
function holdLifeline(): void {
  const watch = `
    const { readSync } = require('node:fs');
    const wait = () => { try { return readSync(0, Buffer.alloc(1)); } catch (error) { return error.code === 'EAGAIN' ? 1 : 0; } };
    while (wait() > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    process.kill(process.pid, 'SIGKILL');`;
  new Worker(watch, { eval: true, stdin: false }).unref();
}
