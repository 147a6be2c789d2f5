import { unproven } from '../runtimes/placement.ts';
import { failures } from '../runtimes/reason-texts.ts';
import { RuntimeFailure, type ModelToLoad } from '../runtimes/types.ts';
import type { Status } from '../result/index.ts';
import type { NamedTensors } from '../tensor/index.ts';
import { endedExecution, failedExecution, ranExecution, type Unplaced } from './execution.ts';
import type { Loaded, PackedTensors } from './messages.ts';
import type { Pool } from './pool.ts';
import { workerReason } from './reason-texts.ts';
import { packTensors } from './transfer.ts';
import type { Execution, Job } from './types.ts';
import type { Answer, Ended, WorkerProcess } from './worker-process.ts';

export interface JobHost {
  readonly pool: Pool;
  readonly memoryLimitBytes: number | null;
}

/** How much may wait for a placement before the session is closed for it. */
const LARGEST_HELD_BYTES = 256 * 2 ** 20;

/** How often a case whose process died before it began is given to another. */
const UNBEGUN_ATTEMPTS = 3;

/** Runs the cases of a job one after the other; what ends a process costs the case that it was running. */
export async function runJob(
  host: JobHost,
  job: Job,
  onCase: (id: string, execution: Execution) => void,
  signal: AbortSignal,
): Promise<void> {
  const run = new JobRun(host, job, onCase, signal);
  const stop = (): void => run.stop();
  signal.addEventListener('abort', stop);
  try {
    await run.all();
  } finally {
    signal.removeEventListener('abort', stop);
    run.release();
  }
}

class JobRun {
  readonly #host: JobHost;
  readonly #job: Job;
  readonly #onCase: (id: string, execution: Execution) => void;
  readonly #signal: AbortSignal;
  /** Executions by index; `null` once told, so that outputs are let go. */
  readonly #final = new Map<number, Execution | null>();
  #emitted = 0;
  #worker: WorkerProcess | null = null;
  /** The session that is open in the worker. */
  #loaded: Loaded | null = null;
  /** Cases that ran in it and wait for its placement. */
  #held: { readonly index: number; readonly execution: Unplaced }[] = [];
  /** After a crash each case gets a session of its own, so that another's crash cannot take its placement along. */
  #alone = false;
  /** Cases that must run in a process that did nothing before. */
  readonly #fresh = new Set<number>();
  readonly #unbegun = new Map<number, number>();

  constructor(
    host: JobHost,
    job: Job,
    onCase: (id: string, execution: Execution) => void,
    signal: AbortSignal,
  ) {
    this.#host = host;
    this.#job = job;
    this.#onCase = onCase;
    this.#signal = signal;
    if (job.freshProcess === true) this.#fresh.add(0);
  }

  async all(): Promise<void> {
    const { cases } = this.#job;
    let pending = cases.map((_, index) => index);
    let ahead: { readonly index: number; readonly inputs: Promise<NamedTensors | RuntimeFailure> } | null =
      null;
    while (pending.length > 0 && !this.#signal.aborted) {
      const [index = 0, ...rest] = pending;
      const reading = ahead?.index === index ? ahead.inputs : this.#read(index);
      const next = rest[0];
      ahead = next === undefined ? null : { index: next, inputs: this.#read(next) };
      ahead?.inputs.catch(() => undefined);
      const again = await this.#case(index, await reading, rest.length === 0);
      this.#settle(index);
      pending = [...again, ...rest].filter((item) => !this.#final.has(item));
      this.#emit();
    }
  }

  /** Tells a case that waits for the outputs of this one; its placement may come much later. */
  #settle(index: number): void {
    const execution =
      this.#final.get(index) ?? this.#held.find((held) => held.index === index)?.execution ?? null;
    if (execution === null) return;
    this.#job.cases[index]?.settled?.(execution.status === 'ok' ? execution.outputs : null);
  }

  stop(): void {
    this.#worker?.kill();
  }

  release(): void {
    if (this.#worker !== null) this.#host.pool.release(this.#job.target, this.#worker);
    this.#worker = null;
  }

  async #read(index: number): Promise<NamedTensors | RuntimeFailure> {
    try {
      return await this.#job.cases[index]!.inputs();
    } catch (error) {
      if (error instanceof RuntimeFailure) return error;
      throw error;
    }
  }

  /** Runs one case; gives the cases, it among them, that must run again. */
  async #case(
    index: number,
    inputs: NamedTensors | RuntimeFailure,
    last: boolean,
  ): Promise<readonly number[]> {
    const worker = await this.#ready(index);
    if (worker === null) return [];
    const packed = inputs instanceof RuntimeFailure ? inputs : await this.#pack(inputs);
    if (packed instanceof RuntimeFailure)
      this.#final.set(index, failedExecution(packed, this.#loaded?.outputs ?? null));
    const run =
      packed instanceof RuntimeFailure ? null : { inputs: packed, repeat: this.#job.cases[index]!.repeat };
    const close = last || this.#alone || this.#heldBytes() > LARGEST_HELD_BYTES;
    if (run === null && (this.#loaded === null || !close)) return [];

    const { timeoutMs } = this.#job;
    const load = this.#loaded === null ? modelOf(this.#job) : null;
    const unused = worker.tasks === 0;
    const reply = await worker.perform({ load, run, close }, timeoutMs);
    if (this.#signal.aborted) return [];
    if (reply.type === 'ended') return this.#ended(index, reply.ended, unused);
    if (reply.type === 'broken') return this.#broken(index, reply);
    return this.#answered(index, reply, close, unused);
  }

  async #answered(
    index: number,
    answer: Extract<Answer, { type: 'answer' }>,
    close: boolean,
    unused: boolean,
  ): Promise<readonly number[]> {
    const failure = answer.load?.ok === false ? answer.load : answer.run?.ok === false ? answer.run : null;
    if (failure !== null && spoils(failure.status)) {
      if (!unused) return this.#again(index);
      this.#discard();
    }
    if (answer.load?.ok === false) {
      this.#failRest(failedExecution(answer.load, null));
      return [];
    }
    const loaded = answer.load ?? this.#loaded;
    if (loaded === null) throw new Error('a worker answered without a session');
    if (failure !== null) {
      this.#final.set(index, failedExecution(failure, loaded.outputs));
      if (spoils(failure.status)) return this.#reclaim();
    } else if (answer.run?.ok === true) {
      const execution = await ranExecution(answer.run, loaded);
      if (loaded.placement === null) this.#held.push({ index, execution });
      else this.#final.set(index, { ...execution, placement: loaded.placement });
    }
    this.#loaded = close ? null : loaded;
    if (close && loaded.placement === null) await this.#place();
    return [];
  }

  /** Waits for the placement of the session that was just closed and finishes the cases that ran in it. */
  async #place(): Promise<void> {
    const closed = await this.#worker?.closed(this.#job.timeoutMs);
    const placement =
      (closed?.type === 'closed' ? closed.placement : null) ?? unproven(this.#job.target.provider);
    if (closed?.type === 'ended') this.#worker = null;
    for (const { index, execution } of this.#held) this.#final.set(index, { ...execution, placement });
    this.#held = [];
  }

  #ended(index: number, ended: Ended, unused: boolean): readonly number[] {
    this.#discard();
    const unbegun = this.#unbegun.get(index) ?? 0;
    if (ended.step === null && unbegun < UNBEGUN_ATTEMPTS) {
      this.#unbegun.set(index, unbegun + 1);
      return this.#again(index);
    }
    // What a process did before must not decide how a case ends; a deadline is too dear to be met twice.
    if (!unused && ended.cause !== 'deadline') return this.#again(index);
    const execution = endedExecution(ended, this.#job, this.#host.memoryLimitBytes);
    if (ended.step?.phase === 'load') this.#failRest(execution);
    else this.#final.set(index, execution);
    return this.#reclaim();
  }

  #broken(index: number, { problem, byHost }: Extract<Answer, { type: 'broken' }>): readonly number[] {
    const failure = byHost
      ? failures.temporaryFolder(problem)
      : { status: 'error' as const, reason: workerReason.broken(this.#job.target.name, problem) };
    this.#final.set(index, failedExecution(failure, this.#loaded?.outputs ?? null));
    this.#discard();
    return this.#reclaim();
  }

  /** The case runs again in a process that did nothing before. */
  #again(index: number): readonly number[] {
    this.#fresh.add(index);
    this.#discard();
    return [...this.#reclaim(), index];
  }

  /** Cases whose placement went with their session run again, each in a session of its own. */
  #reclaim(): readonly number[] {
    const lost = this.#held.map(({ index }) => index);
    this.#held = [];
    this.#alone ||= lost.length > 0;
    return lost;
  }

  /** Every case that has no result and did not run ends like this: the model cannot be loaded. */
  #failRest(execution: Execution): void {
    const held = new Set(this.#held.map(({ index }) => index));
    for (const index of this.#job.cases.keys()) {
      if (!this.#final.has(index) && !held.has(index)) this.#final.set(index, execution);
    }
  }

  async #ready(index: number): Promise<WorkerProcess | null> {
    if (
      this.#worker !== null &&
      (!this.#worker.alive || (this.#fresh.has(index) && this.#worker.tasks > 0))
    ) {
      this.#discard();
    }
    this.#worker ??= await this.#host.pool.acquire(this.#job.target, this.#fresh.has(index));
    if (this.#signal.aborted) this.#worker.kill();
    return this.#signal.aborted ? null : this.#worker;
  }

  #discard(): void {
    this.#worker?.kill();
    this.#worker = null;
    this.#loaded = null;
  }

  async #pack(inputs: NamedTensors): Promise<PackedTensors | RuntimeFailure> {
    try {
      return await packTensors(inputs, this.#host.pool.root);
    } catch (error) {
      const reason = workerReason.inputsNotSent(error instanceof Error ? error.message : String(error));
      return new RuntimeFailure('environment', reason);
    }
  }

  #heldBytes(): number {
    let bytes = 0;
    for (const { execution } of this.#held) {
      for (const { data } of execution.outputs.values()) bytes += 'byteLength' in data ? data.byteLength : 0;
    }
    return bytes;
  }

  /** Tells what is final, in the order of the job. */
  #emit(): void {
    for (;;) {
      const execution = this.#final.get(this.#emitted);
      const item = this.#job.cases[this.#emitted];
      if (execution === undefined || execution === null || item === undefined || this.#signal.aborted) return;
      this.#final.set(this.#emitted, null);
      this.#emitted += 1;
      this.#onCase(item.id, execution);
    }
  }
}

/** What a worker is told of the model. */
export function modelOf({ modelPath, facts, optimisedPath }: Job): ModelToLoad {
  return {
    path: modelPath,
    ...(facts === undefined ? {} : { facts }),
    ...(optimisedPath === undefined ? {} : { optimisedPath }),
  };
}

/** Failures after which the memory of the process cannot be trusted. */
export function spoils(status: Status): boolean {
  return status === 'crashed' || status === 'out-of-memory';
}
