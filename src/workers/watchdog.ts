/**
 * A thread of the worker process that keeps going while the main thread is blocked in native code. It ends the
 * process when the parent is gone, so that no orphan computes on, and when resident memory exceeds the limit.
 */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { MEMORY_FILE, type WorkerConfig } from './config.ts';

/** Memory is looked at this often while a task runs: at 2 GB/s, 20 MB are touched in between. */
const BUSY_MS = 10;

/** The parent is looked at this often. */
const IDLE_MS = 500;

export interface WatchdogData {
  readonly config: WorkerConfig;
  /** One Int32: 1 while a task runs. Notified on change. */
  readonly busy: SharedArrayBuffer;
}

const { config, busy } = workerData as WatchdogData;
const state = new Int32Array(busy);
let parentSeen = 0;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
parentPort?.postMessage('watching');

for (;;) {
  const running = Atomics.load(state, 0);
  if (running === 1 && config.memoryLimitBytes !== null) endWhenTooLarge(config.memoryLimitBytes);
  const now = performance.now();
  if (now - parentSeen >= IDLE_MS) {
    parentSeen = now;
    endWithParent();
  }
  Atomics.wait(state, 0, running, running === 1 ? BUSY_MS : IDLE_MS);
}

function endWhenTooLarge(limit: number): void {
  const rss = process.memoryUsage.rss();
  if (rss <= limit) return;
  try {
    writeFileSync(join(config.scratch, MEMORY_FILE), String(rss));
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}

/** An orphan has another parent: process 1 or a subreaper. */
function endWithParent(): void {
  if (process.ppid === config.parentPid) return;
  try {
    rmSync(config.root, { recursive: true, force: true });
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}
