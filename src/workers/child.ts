/** The program of a worker process: one runtime, one provider, one configuration; tasks one after the other. */
import { Worker } from 'node:worker_threads';
import { failures } from '../runtimes/reason-texts.ts';
import { findTarget } from '../runtimes/registry.ts';
import type { Runtime } from '../runtimes/types.ts';
import { readWorkerConfig } from './config.ts';
import type { Task, WorkerMessage } from './messages.ts';
import { createTaskRunner } from './task-runner.ts';
import type { WatchdogData } from './watchdog.ts';

const config = readWorkerConfig();
const busy = new SharedArrayBuffer(4);

// Which signals end a process is left alone: a handler would never run while native code blocks this thread.
process.on('disconnect', () => process.exit(0));

void serve();

async function serve(): Promise<void> {
  const [runtime] = await Promise.all([loadRuntime(), watch()]);
  const run = createTaskRunner(runtime, config, send);
  let last = Promise.resolve();
  process.on('message', (task: Task) => {
    last = last.then(() => guarded(run, task));
  });
  await send({ type: 'ready' });
}

/** A package that is missing or was not built for this platform makes the target unavailable; it is no defect. */
async function loadRuntime(): Promise<Runtime> {
  const { runtime: entry, provider } = findTarget(config.runtime, config.provider);
  try {
    return await entry.load();
  } catch (error) {
    const problem = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
    const failure = failures.targetUnavailable(
      `${entry.package} cannot be loaded: ${problem}`,
      provider.enable,
    );
    return { name: entry.name, version: '', load: () => Promise.reject(failure) };
  }
}

async function guarded(run: (task: Task) => Promise<void>, task: Task): Promise<void> {
  setBusy(1);
  try {
    await run(task);
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    await send({ type: 'broken', number: task.number, problem });
  } finally {
    setBusy(0);
  }
}

function setBusy(value: 0 | 1): void {
  const state = new Int32Array(busy);
  Atomics.store(state, 0, value);
  Atomics.notify(state, 0);
}

/** Resolves when the message is on its way: what blocks this thread afterwards cannot hold it back. */
function send(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}

function watch(): Promise<void> {
  const workerData: WatchdogData = { config, busy };
  const thread = new Worker(new URL('./watchdog.cjs', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: 8 },
  });
  thread.unref();
  return new Promise((resolve, reject) => {
    thread.once('message', () => resolve());
    thread.once('error', reject);
  });
}
