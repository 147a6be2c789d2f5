/** How a worker process is told what it is: in its environment, because the watchdog reads it before any message. */
import type { TargetOptions } from '../suite/types.ts';

export interface WorkerConfig {
  readonly runtime: string;
  readonly provider: string;
  readonly options: TargetOptions;
  /** Folder of this process alone; the parent removes it. */
  readonly scratch: string;
  /** Folder of the whole executor: removed by a worker that outlives its parent. */
  readonly root: string;
  readonly parentPid: number;
  /** Resident bytes above which the process ends itself; `null` for no limit. */
  readonly memoryLimitBytes: number | null;
  /** Whether it watches its memory and its parent itself, because nobody can from outside. */
  readonly watchesItself: boolean;
}

const VARIABLE = 'ONNX_PARITY_WORKER';

export const JOURNAL_FILE = 'journal';

/** Written by the watchdog just before it ends the process for its memory: resident bytes as text. */
export const MEMORY_FILE = 'memory-exceeded';

export function workerEnvironment(config: WorkerConfig): Record<string, string> {
  return {
    [VARIABLE]: JSON.stringify(config),
    TMPDIR: config.scratch,
    TMP: config.scratch,
    TEMP: config.scratch,
  };
}

export function readWorkerConfig(): WorkerConfig {
  const text = process.env[VARIABLE];
  if (text === undefined) throw new Error('this program is started by onnx-parity itself');
  return JSON.parse(text) as WorkerConfig;
}
