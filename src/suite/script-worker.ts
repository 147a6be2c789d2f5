/** The thread that runs one suite script and sends back what it exports. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

import { createJiti } from 'jiti';

import type { ScriptAnswer, ScriptJob } from './read-script.ts';

const { file } = workerData as ScriptJob;
process.exit = (code): never => {
  const exitCode = Number(code ?? process.exitCode ?? 0);
  answer({ kind: 'exits', exitCode });
  throw new Error('process.exit');
};
answer(await run());

function answer(said: ScriptAnswer): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
  parentPort?.postMessage(said);
}

async function run(): Promise<ScriptAnswer> {
  try {
    const exported: unknown = await (await load()).import(file);
    return answerFor(exported as Readonly<Record<string, unknown>>);
  } catch (error) {
    return failure(error);
  }
}

/** `onnx-parity` in a suite means this very installation, wherever the suite lies; from TypeScript sources, `defineSuite` alone. */
async function load() {
  const index = new URL('../index.js', import.meta.url);
  const built = existsSync(fileURLToPath(index));
  const api: unknown = built ? await import(index.href) : await import('./define.ts');
  // Compiled suites are kept beside the packages, by their contents: the compiler takes longer than a small suite runs.
  const modules = dirname(dirname(dirname(fileURLToPath(import.meta.resolve('jiti')))));
  return createJiti(import.meta.url, {
    fsCache: join(modules, '.cache', 'onnx-parity'),
    moduleCache: false,
    interopDefault: false,
    virtualModules: { 'onnx-parity': api },
  });
}

async function answerFor(exported: Readonly<Record<string, unknown>>): Promise<ScriptAnswer> {
  if (!('default' in exported)) return { kind: 'wrong-export', given: 'no default export' };
  const data: unknown = await exported['default'];
  if (typeof data !== 'object' || data === null) {
    return { kind: 'wrong-export', given: data === null ? 'null' : `a ${typeof data}` };
  }
  try {
    return { kind: 'suite', data: structuredClone(data) };
  } catch {
    return {
      kind: 'wrong-export',
      given: 'something that holds functions or other things that are not data',
    };
  }
}

function failure(error: unknown): ScriptAnswer {
  const problem = (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const at = stack.lastIndexOf(file);
  // The compiler moves imports: only of other lines is the number that of the source.
  const unresolved = /^Cannot find (module|package)/.test(problem);
  const position = at < 0 || unresolved ? null : /^:(\d+:\d+)/.exec(stack.slice(at + file.length));
  return { kind: 'failed', problem: problem.trim(), position: position?.[1] ?? null };
}
