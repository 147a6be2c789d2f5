/**
 * What a worker is doing, kept outside of it: one line at the start of a file, rewritten before each step, so that
 * the last step is known however the worker ends, and a deadline can be held against the step that is running.
 */
import { openSync, readFileSync, writeSync } from 'node:fs';
import type { ValueInfo } from '../runtimes/types.ts';

export type Phase = 'receive' | 'load' | 'run' | 'send' | 'close';

export interface Step {
  /** Number of the task; 0 before the first. */
  readonly task: number;
  readonly phase: Phase;
  /** `Date.now()` when the step began. */
  readonly since: number;
  /** Outputs of the loaded model, once it is loaded. */
  readonly outputs: readonly ValueInfo[] | null;
}

export interface JournalWriter {
  write(step: Step): void;
}

export function openJournal(path: string): JournalWriter {
  const file = openSync(path, 'w');
  return {
    write(step) {
      writeSync(file, `${JSON.stringify(step)}\n`, 0);
    },
  };
}

/** The last step; `null` where the worker wrote none. */
export function readJournal(path: string): Step | null {
  try {
    const text = readFileSync(path, 'utf8');
    return JSON.parse(text.slice(0, text.indexOf('\n'))) as Step;
  } catch {
    return null;
  }
}
