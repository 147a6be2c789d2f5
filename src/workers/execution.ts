/** Turns what a worker said, or how it ended, into the execution of a case. */
import type { Reason, Status } from '../result/index.ts';
import type { ValueInfo } from '../runtimes/types.ts';
import type { Loaded, Ran } from './messages.ts';
import { workerReason } from './reason-texts.ts';
import { unpackTensors } from './transfer.ts';
import type { Execution, Job } from './types.ts';
import type { Ended } from './worker-process.ts';

/** A case that ran, without the placement that some sessions give only when they close. */
export type Unplaced = Omit<Extract<Execution, { status: 'ok' }>, 'placement'>;

type Failure = Extract<Execution, { reasons: unknown }>;

export async function ranExecution(ran: Ran, loaded: Loaded): Promise<Unplaced> {
  return {
    status: 'ok',
    outputs: await unpackTensors(ran.outputs),
    declared: loaded.outputs,
    loadMs: loaded.loadMs,
    runMs: ran.runMs,
    unstable: ran.unstable,
  };
}

export function failedExecution(
  failure: { readonly status: Exclude<Status, 'ok'>; readonly reason: Reason },
  declared: readonly ValueInfo[] | null,
): Failure {
  return { status: failure.status, reasons: [failure.reason], declared, placement: null };
}

/** The execution of the case that a process held when it ended. */
export function endedExecution(ended: Ended, job: Job, memoryLimitBytes: number | null): Failure {
  const target = job.target.name;
  const doing = DOING[ended.step?.phase ?? 'receive'];
  const crash = { signal: ended.signal, exitCode: ended.exitCode, stderr: ended.stderr };
  const rest = { declared: ended.step?.outputs ?? null, crash, placement: null };
  if (ended.cause === 'deadline') {
    return { status: 'timed-out', reasons: [workerReason.deadline(target, doing, job.timeoutMs)], ...rest };
  }
  if (ended.cause === 'memory') {
    const reason = workerReason.memory(target, doing, ended.rssBytes, memoryLimitBytes);
    return { status: 'out-of-memory', reasons: [reason], ...rest };
  }
  if (RAN_OUT.test(ended.stderr)) {
    return { status: 'out-of-memory', reasons: [workerReason.memory(target, doing, null, null)], ...rest };
  }
  const how = ended.signal === null ? `exit code ${ended.exitCode ?? 'unknown'}` : `signal ${ended.signal}`;
  return { status: 'crashed', reasons: [workerReason.crashed(target, doing, how)], ...rest };
}

/** What a failed allocation leaves on stderr, from C++ and from V8. */
const RAN_OUT = /std::bad_alloc|out of memory/i;

const DOING = {
  receive: 'receiving the inputs',
  load: 'loading the model',
  run: 'running the model',
  send: 'handing over the outputs',
  close: 'closing the session',
} as const;
