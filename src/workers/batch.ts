/**
 * Small jobs together: their tasks go to a worker in one message and are answered in one, because a message wakes a
 * process up and that takes longer than many a model runs. What does not end plainly runs again by itself.
 */
import { statOf } from '../formats/byte-source.ts';
import { unproven } from '../runtimes/placement.ts';
import { RuntimeFailure } from '../runtimes/types.ts';
import { endedExecution, failedExecution, ranExecution } from './execution.ts';
import { modelOf, runJob, spoils, type JobHost } from './job.ts';
import type { Task, WorkerMessage } from './messages.ts';
import { workerReason } from './reason-texts.ts';
import type { Slots } from './slots.ts';
import { packTensors } from './transfer.ts';
import type { Execution, Job } from './types.ts';
import type { Ended } from './worker-process.ts';

/** Jobs in one message: few enough that a failure repeats little, enough that the message costs next to nothing. */
const LARGEST_BATCH = 16;

/** A larger model takes longer to load than a message takes. */
const SMALL_MODEL_BYTES = 2 ** 20;

const MOST_REPEATS = 3;

interface Entry {
  readonly job: Job;
  readonly onCase: (id: string, execution: Execution) => void;
  readonly signal: AbortSignal;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

/** True for a job that may share a message: one case of a small model, in any process. */
export function isSmall({ cases, freshProcess, modelPath }: Job): boolean {
  const [first] = cases;
  if (first === undefined || cases.length > 1 || freshProcess === true) return false;
  if (first.repeat !== 'auto' && first.repeat > MOST_REPEATS) return false;
  const stat = statOf(modelPath);
  return stat !== null && stat.size <= SMALL_MODEL_BYTES;
}

/** Gathers small jobs while all slots are taken, and runs as many of one kind as there are when one is free. */
export function createBatcher(
  host: JobHost,
  slots: Slots,
): (job: Job, onCase: (id: string, execution: Execution) => void, signal: AbortSignal) => Promise<void> {
  const waiting: Entry[] = [];
  const never = new AbortController().signal;
  let asking = false;

  const ask = async (): Promise<void> => {
    if (asking || waiting.length === 0) return;
    asking = true;
    const release = await slots.take(never);
    asking = false;
    const entries = takeBatch(waiting);
    void ask();
    try {
      await runBatch(host, entries);
    } catch (error) {
      for (const entry of entries) entry.failed(error);
    } finally {
      release?.();
    }
  };

  return (job, onCase, signal) =>
    new Promise((done, failed) => {
      waiting.push({ job, onCase, signal, done, failed });
      void ask();
    });
}

/** The first that waits, with those of its kind. */
function takeBatch(waiting: Entry[]): Entry[] {
  const [first] = waiting;
  if (first === undefined) return [];
  const key = keyOf(first.job);
  const taken = waiting
    .filter(({ job, signal }) => signal === first.signal && keyOf(job) === key)
    .slice(0, LARGEST_BATCH);
  const left = waiting.filter((entry) => !taken.includes(entry));
  waiting.splice(0, waiting.length, ...left);
  return taken;
}

function keyOf({ target, timeoutMs }: Job): string {
  return JSON.stringify([target.runtime, target.provider, target.options, timeoutMs]);
}

async function runBatch(host: JobHost, entries: readonly Entry[]): Promise<void> {
  const [first] = entries;
  if (first === undefined) return;
  const { signal } = first;
  const ready: { readonly entry: Entry; readonly task: Omit<Task, 'type' | 'number'> }[] = [];
  for (const entry of entries) {
    const task = signal.aborted ? null : await taskOf(entry, host.pool.root);
    if (task === null) entry.done();
    else ready.push({ entry, task });
  }
  if (ready.length === 0) return;
  const worker = await host.pool.acquire(first.job.target, false);
  const stop = (): void => worker.kill();
  signal.addEventListener('abort', stop);
  const again: Entry[] = [];
  try {
    if (signal.aborted) stop();
    const before = worker.tasks;
    const tasks = ready.map(({ task }) => task);
    const reply = await worker.performAll(tasks, first.job.timeoutMs);
    let spoilt = false;
    for (const [at, { entry }] of ready.entries()) {
      const number = before + 1 + at;
      // After a failure that leaves the memory in doubt, nothing that the process said later counts.
      spoilt ||= reply.type === 'batch' && spoiledAt(reply.replies, number);
      const execution =
        reply.type === 'ended'
          ? overdue(reply.ended, number, entry.job, host.memoryLimitBytes)
          : spoilt
            ? null
            : await executionOf(reply.replies, number, entry.job);
      if (execution === null) again.push(entry);
      else tell(entry, execution);
    }
    if (spoilt) worker.kill();
  } finally {
    signal.removeEventListener('abort', stop);
    host.pool.release(first.job.target, worker);
  }
  for (const { job, onCase, done } of again) {
    await runJob(host, job, onCase, signal);
    done();
  }
}

function tell({ job, onCase, signal, done }: Entry, execution: Execution): void {
  const [only] = job.cases;
  if (only !== undefined && !signal.aborted) {
    only.settled?.(execution.status === 'ok' ? execution.outputs : null);
    onCase(only.id, execution);
  }
  done();
}

/** What is to be sent; `null` where the case has ended before, because its inputs cannot be had. */
async function taskOf(entry: Entry, root: string): Promise<Omit<Task, 'type' | 'number'> | null> {
  const only = entry.job.cases[0]!;
  const load = modelOf(entry.job);
  try {
    const inputs = await only.inputs();
    return { load, run: { inputs: await packTensors(inputs, root), repeat: only.repeat }, close: true };
  } catch (error) {
    const failure =
      error instanceof RuntimeFailure
        ? error
        : isOfFileSystem(error)
          ? new RuntimeFailure('environment', workerReason.inputsNotSent(error.message))
          : null;
    if (failure === null) throw error;
    tell(entry, failedExecution(failure, null));
    return null;
  }
}

function isOfFileSystem(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}

function spoiledAt(replies: readonly WorkerMessage[], number: number): boolean {
  return replies.some(
    (reply) =>
      reply.type === 'answer' &&
      reply.number === number &&
      [reply.load, reply.run].some((part) => part?.ok === false && spoils(part.status)),
  );
}

/** The execution of a case that ended plainly; `null` for one that must run by itself. */
async function executionOf(
  replies: readonly WorkerMessage[],
  number: number,
  job: Job,
): Promise<Execution | null> {
  const answer = replies.find((reply) => reply.type === 'answer' && reply.number === number);
  if (answer?.type !== 'answer') return null;
  const { load, run } = answer;
  if (load === null || (load.ok && run === null)) return null;
  if (!load.ok) return failedExecution(load, null);
  if (run?.ok === false) return failedExecution(run, load.outputs);
  if (run === null) return null;
  const closed = replies.find((reply) => reply.type === 'closed' && reply.number === number);
  const placement =
    load.placement ?? (closed?.type === 'closed' ? closed.placement : null) ?? unproven(job.target.provider);
  return { ...(await ranExecution(run, load)), placement };
}

/** The case that met the deadline is not run again: that would meet it again. */
function overdue(ended: Ended, number: number, job: Job, memoryLimitBytes: number | null): Execution | null {
  if (ended.cause !== 'deadline' || ended.step?.task !== number) return null;
  return endedExecution(ended, job, memoryLimitBytes);
}
