import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { providerEnvironment } from '../runtimes/environment.ts';
import type { TargetSpec } from '../suite/types.ts';
import { createReaper } from './reaper.ts';
import { canWatchFromOutside } from './resident.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';
import { WorkerProcess } from './worker-process.ts';

/** A process that has grown beyond this is ended instead of kept: WebAssembly memory and arenas never shrink. */
const LARGEST_KEPT_BYTES = 2 ** 30;

/** Sessions after which a process is replaced, so that what a runtime leaks stays bounded. */
const SESSIONS_PER_PROCESS = 1000;

export interface PoolOptions {
  readonly memoryLimitBytes: number | null;
  readonly env: NodeJS.ProcessEnv;
  readonly tailBytes: number;
  /** Warm processes kept for the next job. */
  readonly idle: number;
}

export interface Pool {
  /** A process for this target's configuration: a warm one, unless a fresh one is asked for. */
  acquire(target: TargetSpec, fresh: boolean): Promise<WorkerProcess>;
  /** Takes a process back; it is kept for the next job where it is worth keeping. */
  release(target: TargetSpec, worker: WorkerProcess): void;
  /** Folder for large tensors that belong to no process. */
  readonly root: string;
  close(): Promise<void>;
}

export function createPool(options: PoolOptions): Pool {
  const root = makeTemporaryFolder('onnx-parity-');
  /** Oldest first. */
  const idle: { readonly key: string; readonly worker: WorkerProcess }[] = [];
  const all = new Set<WorkerProcess>();
  const outside = canWatchFromOutside();
  const reaper = outside ? createReaper(root) : null;
  let started = 0;
  let closed = false;

  const start = async (target: TargetSpec): Promise<WorkerProcess> => {
    started += 1;
    return WorkerProcess.start(
      {
        runtime: target.runtime,
        provider: target.provider,
        options: target.options,
        scratch: join(root, String(started)),
        root,
        parentPid: process.pid,
        memoryLimitBytes: options.memoryLimitBytes,
        watchesItself: !outside,
      },
      providerEnvironment(target.provider, options.env),
      options.tailBytes,
      (worker) => {
        all.add(worker);
        reaper?.add(worker.pid);
        void worker.gone().then(() => {
          all.delete(worker);
          reaper?.remove(worker.pid);
        });
        if (closed) worker.kill();
      },
    );
  };

  /** The one that was used last: its memory is warm. */
  const takeIdle = (key: string): WorkerProcess | null => {
    for (;;) {
      const at = idle.findLastIndex((item) => item.key === key);
      if (at === -1) return null;
      const [found] = idle.splice(at, 1);
      if (found?.worker.alive === true) return found.worker;
    }
  };

  return {
    root,

    async acquire(target, fresh) {
      return (fresh ? null : takeIdle(keyOf(target))) ?? start(target);
    },

    release(target, worker) {
      if (!worker.alive) return;
      const worn = worker.rssBytes > LARGEST_KEPT_BYTES || worker.sessions >= SESSIONS_PER_PROCESS;
      if (worn || closed) return worker.kill();
      idle.push({ key: keyOf(target), worker });
      while (idle.length > options.idle) idle.shift()?.worker.kill();
    },

    async close() {
      closed = true;
      idle.length = 0;
      for (const worker of all) worker.kill();
      await Promise.all([...all].map((worker) => worker.gone()));
      reaper?.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** What a process can be shared by: the same runtime, provider and options. */
function keyOf(target: TargetSpec): string {
  return JSON.stringify([target.runtime, target.provider, target.options]);
}
