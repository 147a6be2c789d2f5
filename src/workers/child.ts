/** The program of a worker process: one runtime, one provider, one configuration; tasks one after the other. */
import { Worker } from 'node:worker_threads';
import { failures } from '../runtimes/reason-texts.ts';
import { findTarget } from '../runtimes/registry.ts';
import type { Runtime } from '../runtimes/types.ts';
import { readWorkerConfig } from './config.ts';
import type { Batch, Task, WorkerMessage } from './messages.ts';
import { createTaskRunner } from './task-runner.ts';
import type { WatchdogData } from './watchdog.ts';

type Send = (message: WorkerMessage) => Promise<void>;
type Run = (task: Task, send: Send) => Promise<void>;

const config = readWorkerConfig();
/** Shared with the watchdog, where there is one. */
const busy = config.watchesItself ? new Int32Array(new SharedArrayBuffer(4)) : null;

// Which signals end a process is left alone: a handler would never run while native code blocks this thread.
process.on('disconnect', () => process.exit(0));

void serve();

async function serve(): Promise<void> {
  const [runtime] = await Promise.all([loadRuntime(), busy === null ? null : watch(busy)]);
  const run = createTaskRunner(runtime, config);
  let last = Promise.resolve();
  process.on('message', (message: Task | Batch) => {
    last = last.then(() => (message.type === 'task' ? guarded(run, message, send) : all(run, message)));
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

/** Carries out the tasks of a batch and sends what they say in one message. */
async function all(run: Run, { tasks }: Batch): Promise<void> {
  const replies: WorkerMessage[] = [];
  for (const task of tasks) {
    await guarded(run, task, (reply) => {
      replies.push(reply);
      return Promise.resolve();
    });
  }
  await send({ type: 'batch', number: tasks.at(-1)?.number ?? 0, replies });
}

async function guarded(run: Run, task: Task, send: Send): Promise<void> {
  setBusy(1);
  try {
    await run(task, send);
  } catch (error) {
    const byHost = error instanceof Error && 'syscall' in error;
    const problem = !(error instanceof Error) ? String(error) : byHost ? error.message : error.stack;
    await send({ type: 'broken', number: task.number, problem: problem ?? '', byHost });
  } finally {
    setBusy(0);
  }
}

function setBusy(value: 0 | 1): void {
  if (busy === null) return;
  Atomics.store(busy, 0, value);
  Atomics.notify(busy, 0);
}

/** Resolves when the message is on its way: what blocks this thread afterwards cannot hold it back. */
function send(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}

function watch(state: Int32Array<SharedArrayBuffer>): Promise<void> {
  const workerData: WatchdogData = { config, busy: state.buffer };
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
