import { spawn } from 'node:child_process';
import { z } from 'zod';
import { TFJS_SETUP, TFJS_WORKER } from './live-tfjs.ts';

/** Whether TensorFlow in Node works on this host; for `doctor`. */
export interface TfjsReport {
  /** Of @tensorflow/tfjs-node; `null` where it does not work. */
  readonly version: string | null;
  /** Of the native library. */
  readonly tensorflow: string | null;
  readonly problem: string | null;
  /** The command that enables it; `null` where it works. */
  readonly command: string | null;
}

const ANSWER = z.object({
  version: z.string().nullable(),
  tensorflow: z.string().nullable(),
  problem: z.string().nullable(),
});

const LIMIT_MS = 30_000;

/** Loads the package in a process of its own, because a failed native load can end the process. */
export async function describeTfjs(): Promise<TfjsReport> {
  const { text, ended } = await answer();
  const parsed = ANSWER.safeParse(parse(text)).data;
  const report = parsed ?? { version: null, tensorflow: null, problem: `its process ended with ${ended}` };
  return { ...report, command: report.problem === null ? null : TFJS_SETUP };
}

function answer(): Promise<{ readonly text: string; readonly ended: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
    const child = spawn(process.execPath, [TFJS_WORKER, '--probe', '3'], {
      env,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    let text = '';
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.once('error', (error) => resolve({ text, ended: error.message }));
    child.once('close', (code, signal) => resolve({ text, ended: signal ?? `exit code ${code}` }));
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
