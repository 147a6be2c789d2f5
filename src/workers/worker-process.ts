import { fork, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { workerError } from '../errors/catalogue/workers.ts';
import { JOURNAL_FILE, MEMORY_FILE, workerEnvironment, type WorkerConfig } from './config.ts';
import { readJournal, type Step } from './journal.ts';
import type { Batch, Task, WorkerMessage } from './messages.ts';
import { residentBytes } from './resident.ts';
import { createTail, type Tail } from './tail.ts';

/** Why a worker is gone. */
export interface Ended {
  readonly cause: 'crash' | 'deadline' | 'memory' | 'killed';
  readonly signal: string | null;
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly rssBytes: number | null;
  /** What it was doing; `null` where it had not begun the last task. */
  readonly step: Step | null;
}

export type Answer = Extract<WorkerMessage, { type: 'answer' | 'broken' }>;
export type Together = Extract<WorkerMessage, { type: 'batch' }>;
export type Closed = Extract<WorkerMessage, { type: 'closed' }>;

/** How long a fresh process may take until it can take work; generous, because hosts can be busy. */
const START_MS = 30_000;

/** Lateness of a timer that shows that this process was busy itself, and how long the answer may then still be underway. */
const LATE_MS = 100;
const GRACE_MS = 250;

/** Memory is looked at this often while a task runs: at 2 GB/s, 20 MB are touched in between. */
const MEMORY_MS = 10;

/** How long the last output of an ended process is waited for. */
const DRAIN_MS = 500;

/** Processes that must not outlive this one. */
const LIVE = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of LIVE) child.kill('SIGKILL');
});

/** One worker process as its parent sees it. */
export class WorkerProcess {
  readonly pid: number;
  /** Tasks taken so far, and sessions among them. */
  tasks = 0;
  sessions = 0;
  rssBytes = 0;
  readonly #child: ChildProcess;
  readonly #config: WorkerConfig;
  readonly #tail: Tail;
  readonly #gone: Promise<Ended>;
  #killedFor: Ended['cause'] | null = null;
  /** First of the tasks that it was given last. */
  #oldest = 1;
  /** Resident bytes for which it was ended. */
  #exceeded: number | null = null;
  /** Messages that nobody has waited for yet. */
  #inbox: WorkerMessage[] = [];
  #wake: (() => void) | null = null;

  private constructor(child: ChildProcess, config: WorkerConfig, tail: Tail) {
    this.pid = child.pid ?? 0;
    this.#child = child;
    this.#config = config;
    this.#tail = tail;
    this.#gone = this.#watch();
    child.on('message', (message: WorkerMessage) => {
      this.#inbox.push(message);
      this.#wake?.();
    });
    LIVE.add(child);
    void this.#gone.then(() => LIVE.delete(child));
  }

  /** @throws ParityError WORKER_NOT_BUILT, WORKER_START_FAILED */
  static async start(
    config: WorkerConfig,
    env: NodeJS.ProcessEnv,
    tailBytes: number,
    /** Told of the process before it is ready, so that it can be ended by then. */
    onSpawn: (worker: WorkerProcess) => void,
  ): Promise<WorkerProcess> {
    mkdirSync(config.scratch, { recursive: true });
    const child = fork(programPath(), [], {
      serialization: 'advanced',
      execArgv: [],
      env: { ...env, ...workerEnvironment(config) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A group of its own: Ctrl-C on the terminal is for the parent, which then ends its workers.
      detached: true,
    });
    const worker = new WorkerProcess(child, config, createTail(child, tailBytes));
    onSpawn(worker);
    const started = await worker.#next(
      (message) => (message.type === 'ready' ? message : null),
      () => START_MS,
    );
    if (started.type === 'ready') return worker;
    throw workerError('WORKER_START_FAILED', {
      problem: describe(started.ended),
      stderr: started.ended.stderr,
    });
  }

  /** True while it can take a task. */
  get alive(): boolean {
    return this.#killedFor === null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Sends a task; resolves with its answer or with how the process ended. `timeoutMs` applies to each step. */
  async perform(
    task: Omit<Task, 'type' | 'number'>,
    timeoutMs: number,
  ): Promise<Answer | { type: 'ended'; ended: Ended }> {
    const message = this.#number(task);
    const reply = await this.#converse(
      message,
      (said) =>
        (said.type === 'answer' || said.type === 'broken') && said.number === message.number ? said : null,
      timeoutMs,
    );
    if (reply.type === 'answer') this.rssBytes = reply.rssBytes;
    return reply;
  }

  /** Sends tasks in one message; each loads a model of its own. The deadline applies to each step of each. */
  async performAll(
    tasks: readonly Omit<Task, 'type' | 'number'>[],
    timeoutMs: number,
  ): Promise<Together | { type: 'ended'; ended: Ended }> {
    this.#oldest = this.tasks + 1;
    const batch: Batch = { type: 'batch', tasks: tasks.map((task) => this.#number(task)) };
    const reply = await this.#converse(batch, (said) => (said.type === 'batch' ? said : null), timeoutMs);
    for (const said of reply.type === 'batch' ? reply.replies : []) {
      if (said.type === 'answer') this.rssBytes = said.rssBytes;
    }
    return reply;
  }

  #number(task: Omit<Task, 'type' | 'number'>): Task {
    this.tasks += 1;
    if (task.load !== null) this.sessions += 1;
    return { type: 'task', number: this.tasks, ...task };
  }

  async #converse<M extends WorkerMessage>(
    message: Task | Batch,
    pick: (said: WorkerMessage) => M | null,
    timeoutMs: number,
  ): Promise<M | { type: 'ended'; ended: Ended }> {
    if (message.type === 'task') this.#oldest = message.number;
    this.#tail.clear();
    this.#inbox = [];
    const answer = this.#next(pick, () => timeoutMs);
    this.#child.send(message, () => {
      // A failed send means that the process is ending, which is told by its exit.
    });
    return answer.finally(this.#watchMemory());
  }

  /** Waits for the placement of the session that the last task closed. */
  async closed(timeoutMs: number): Promise<Closed | { type: 'ended'; ended: Ended }> {
    const number = this.tasks;
    return this.#next(
      (reply) => (reply.type === 'closed' && reply.number === number ? reply : null),
      () => timeoutMs,
    );
  }

  kill(cause: Ended['cause'] = 'killed'): void {
    if (!this.alive) return;
    this.#killedFor = cause;
    this.#child.kill('SIGKILL');
  }

  /** Resolves once the process is gone and its folder removed. */
  async gone(): Promise<void> {
    await this.#gone;
  }

  /** Waits for a message, the end of the process, or the deadline of the step that is running. */
  async #next<M extends WorkerMessage>(
    pick: (message: WorkerMessage) => M | null,
    timeoutMs: () => number,
  ): Promise<M | { type: 'ended'; ended: Ended }> {
    const stopDeadline = this.#armDeadline(timeoutMs());
    try {
      return await Promise.race([
        new Promise<M>((resolve) => {
          this.#wake = () => {
            for (let message = this.#inbox.shift(); message !== undefined; message = this.#inbox.shift()) {
              const picked = pick(message);
              if (picked === null) continue;
              // What follows in the inbox belongs to the next wait.
              this.#wake = null;
              return resolve(picked);
            }
          };
          this.#wake();
        }),
        this.#gone.then((ended) => ({ type: 'ended' as const, ended })),
      ]);
    } finally {
      stopDeadline();
      this.#wake = null;
    }
  }

  /** Holds the deadline against the step in the journal, so that load and each run have it for themselves. */
  #armDeadline(timeoutMs: number): () => void {
    let timer: NodeJS.Timeout;
    let graced = false;
    const arm = (ms: number): void => {
      const due = performance.now() + ms;
      timer = setTimeout(() => {
        const step = readJournal(join(this.#config.scratch, JOURNAL_FILE));
        const since = step !== null && step.task >= this.#oldest ? step.since : startedAt;
        const left = since + timeoutMs - Date.now();
        if (left > 0) return arm(left);
        if (!graced && performance.now() - due > LATE_MS) {
          graced = true;
          return arm(GRACE_MS);
        }
        this.kill('deadline');
      }, ms);
    };
    const startedAt = Date.now();
    arm(timeoutMs);
    return () => clearTimeout(timer);
  }

  /** Ends the process when it holds more than it may. */
  #watchMemory(): () => void {
    const { memoryLimitBytes: limit, watchesItself } = this.#config;
    if (limit === null || watchesItself) return () => undefined;
    const timer = setInterval(() => {
      const bytes = residentBytes(this.pid);
      if (bytes === null || bytes <= limit) return;
      this.#exceeded = bytes;
      this.kill('memory');
    }, MEMORY_MS);
    return () => clearInterval(timer);
  }

  #watch(): Promise<Ended> {
    const { promise, resolve } = withResolvers<{ signal: string | null; exitCode: number | null }>();
    this.#child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
    this.#child.on('error', () => {
      if (this.#child.pid === undefined) resolve({ exitCode: null, signal: null });
    });
    // The channel ends after its last message, so an answer given just before the end is not lost.
    const silent = new Promise<void>((done) => this.#child.once('disconnect', done));
    return promise.then(async ({ exitCode, signal }) => {
      await Promise.race([
        Promise.all([silent, this.#tail.drained()]),
        delay(DRAIN_MS, undefined, { ref: false }),
      ]);
      const { scratch } = this.#config;
      const rss = this.#exceeded ?? readNumber(join(scratch, MEMORY_FILE));
      const step = readJournal(join(scratch, JOURNAL_FILE));
      rmSync(scratch, { recursive: true, force: true });
      const cause = rss === null ? (this.#killedFor ?? 'crash') : 'memory';
      const begun = step !== null && step.task >= this.#oldest ? step : null;
      return { cause, signal, exitCode, stderr: this.#tail.text(), rssBytes: rss, step: begun };
    });
  }
}

/** The compiled program, also where this module runs from its TypeScript source. */
function programPath(): string {
  const here = fileURLToPath(import.meta.url);
  const folder = dirname(here);
  const path = here.endsWith('.ts')
    ? join(folder, '..', '..', 'dist', 'workers', 'child.cjs')
    : join(folder, 'child.cjs');
  if (!existsSync(path)) throw workerError('WORKER_NOT_BUILT', { path });
  return path;
}

function readNumber(path: string): number | null {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function describe(ended: Ended): string {
  if (ended.cause === 'deadline') return `it was not ready after ${START_MS / 1000} s`;
  return ended.signal === null
    ? `it exited with code ${ended.exitCode ?? 'unknown'}`
    : `it was ended by ${ended.signal}`;
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
