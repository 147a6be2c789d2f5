/** Runs a suite written in TypeScript or JavaScript in a thread of its own: it may throw, loop for ever or leave. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

import { suiteError } from '../errors/catalogue/suite.ts';

/** What the thread says; see script-worker.ts. */
export type ScriptAnswer =
  | { readonly kind: 'suite'; readonly data: unknown }
  | { readonly kind: 'failed'; readonly problem: string; readonly position: string | null }
  | { readonly kind: 'wrong-export'; readonly given: string }
  | { readonly kind: 'exits'; readonly exitCode: number };

export interface ScriptJob {
  readonly file: string;
}

const SECONDS = 20;
/** `silent`: nothing was left to wait for, so that Node ended the thread in the midst of a top-level await. */
type Answer = ScriptAnswer | { readonly kind: 'out-of-time' } | { readonly kind: 'silent' };

/**
 * The default export of a suite script, as plain data.
 * @throws ParityError SUITE_SCRIPT_FAILED, SUITE_SCRIPT_EXPORT or SUITE_SCRIPT_HANGS.
 */
export async function readScript(path: string, file: string, seconds = SECONDS): Promise<unknown> {
  const answer = await ask({ file: path }, seconds);
  if (answer.kind === 'exits') throw suiteError('SUITE_SCRIPT_ENDED', { file, exitCode: answer.exitCode });
  if (answer.kind === 'out-of-time') throw suiteError('SUITE_SCRIPT_HANGS', { file, seconds });
  if (answer.kind === 'silent') throw suiteError('SUITE_SCRIPT_HANGS', { file, seconds: null });
  if (answer.kind === 'suite') return answer.data;
  if (answer.kind === 'wrong-export') throw suiteError('SUITE_SCRIPT_EXPORT', { file, given: answer.given });
  const where = answer.position === null ? file : `${file}:${answer.position}`;
  throw suiteError('SUITE_SCRIPT_FAILED', { file, where, problem: answer.problem });
}

async function ask(job: ScriptJob, seconds: number): Promise<Answer> {
  const worker = startWorker(job);
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Answer>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'out-of-time' }), seconds * 1000);
      worker.once('message', (answer: ScriptAnswer) => resolve(answer));
      worker.once('error', (error: Error) =>
        resolve({ kind: 'failed', problem: error.message, position: null }),
      );
      worker.once('exit', () => resolve({ kind: 'silent' }));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

// What a suite prints goes to stderr: stdout may be carrying a JSON document.
function startWorker(job: ScriptJob): Worker {
  const built = new URL('./script-worker.js', import.meta.url);
  const options = { workerData: job, stdout: true, env: process.env };
  const worker = existsSync(fileURLToPath(built))
    ? new Worker(built, options)
    : new Worker(FROM_SOURCE, { ...options, eval: true, workerData: { ...job, ...sourcePaths() } });
  worker.stdout.pipe(process.stderr, { end: false });
  return worker;
}

// Run from TypeScript sources, the thread's own code must be compiled first.
const FROM_SOURCE = `
  const { workerData } = require('node:worker_threads');
  import(workerData.jiti).then(({ createJiti }) => createJiti(workerData.base).import(workerData.source));
`;

function sourcePaths(): { jiti: string; base: string; source: string } {
  return {
    jiti: import.meta.resolve('jiti'),
    base: import.meta.url,
    source: fileURLToPath(new URL('./script-worker.ts', import.meta.url)),
  };
}
