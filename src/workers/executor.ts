import { availableParallelism, totalmem } from 'node:os';
import { createBatcher, isSmall } from './batch.ts';
import { runJob } from './job.ts';
import { createPool } from './pool.ts';
import { createSlots } from './slots.ts';
import type { Executor } from './types.ts';

export interface ExecutorOptions {
  /** Jobs, and so busy processes, at once. */
  readonly jobs: number;
  /** Resident bytes of one process; three quarters of the host's memory shared by the jobs where absent, `null` for no limit. */
  readonly memoryLimitBytes?: number | null;
  /** Environment of the workers; this process's where absent. */
  readonly env?: NodeJS.ProcessEnv;
  /** Bytes of a worker's last output that are kept with a failure. */
  readonly keepStderrBytes?: number;
}

const DEFAULT_TAIL_BYTES = 8192;

/** Share of the host's memory that workers may take together by default. */
const MEMORY_SHARE = 0.75;

/** How many jobs run at once by default: one per core, since a session computes on one thread by default. */
export function defaultJobs(): number {
  return availableParallelism();
}

/** The memory limit of one worker by default. */
export function defaultMemoryLimit(jobs: number): number {
  const constrained = process.constrainedMemory();
  const host = constrained > 0 && constrained < totalmem() ? constrained : totalmem();
  return Math.floor((host * MEMORY_SHARE) / jobs);
}

/** @throws ParityError TEMPORARY_FOLDER_UNUSABLE */
export function createExecutor(options: ExecutorOptions): Executor {
  const jobs = Math.max(1, options.jobs);
  const memoryLimitBytes =
    options.memoryLimitBytes === undefined ? defaultMemoryLimit(jobs) : options.memoryLimitBytes;
  const pool = createPool({
    memoryLimitBytes,
    env: options.env ?? process.env,
    tailBytes: options.keepStderrBytes ?? DEFAULT_TAIL_BYTES,
    idle: Math.max(4, 2 * jobs),
  });
  const slots = createSlots(jobs);
  const host = { pool, memoryLimitBytes };
  const runSmall = createBatcher(host, slots);
  return {
    async execute(job, onCase, signal) {
      if (isSmall(job)) return runSmall(job, onCase, signal);
      const release = await slots.take(signal);
      if (release === null) return;
      try {
        await runJob(host, job, onCase, signal);
      } finally {
        release();
      }
    },
    close: () => pool.close(),
  };
}
