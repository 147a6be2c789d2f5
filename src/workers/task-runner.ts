import { join } from 'node:path';
import { RuntimeFailure, type Runtime, type Session } from '../runtimes/types.ts';
import { failures } from '../runtimes/reason-texts.ts';
import type { NamedTensors } from '../tensor/index.ts';
import { JOURNAL_FILE, type WorkerConfig } from './config.ts';
import { openJournal, type Phase } from './journal.ts';
import type { Failed, Loaded, Ran, Task, WorkerMessage } from './messages.ts';
import { packTensors, unpackTensors } from './transfer.ts';
import { sameBits } from './same-bits.ts';

/** Runs faster than this are repeated where the task leaves it open: nondeterminism is then found for next to nothing. */
const CHEAP_RUN_MS = 20;

/** The first run of a session compiles kernels and shaders: whether the case itself is cheap only the next one tells. */
const CHEAP_FIRST_RUN_MS = 500;

/** Below this, the most that was ever resident stands for what is. */
const LARGE_BYTES = 2 ** 29;

/** Carries out tasks in this process: load, run, answer, close. */
export function createTaskRunner(
  runtime: Runtime,
  config: WorkerConfig,
): (task: Task, send: (message: WorkerMessage) => Promise<void>) => Promise<void> {
  const journal = openJournal(join(config.scratch, JOURNAL_FILE));
  let session: Session | null = null;

  return async function run(task, send) {
    const enter = (phase: Phase): void => {
      journal.write({ task: task.number, phase, since: Date.now(), outputs: session?.outputs ?? null });
    };
    enter('receive');
    const inputs = await unpackTensors(task.run?.inputs ?? []);
    let load: Loaded | Failed | null = null;
    if (task.load !== null) {
      await session?.close();
      session = null;
      enter('load');
      const result = await attempt(loadModel(runtime, config, task.load));
      session = result.ok ? result.value.session : null;
      load = result.ok ? result.value.loaded : result;
    }
    let ran: Ran | Failed | null = null;
    if (session !== null && task.run !== null) {
      const cheapMs = task.load === null ? CHEAP_RUN_MS : CHEAP_FIRST_RUN_MS;
      const result = await attempt(
        runCase(session, inputs, { repeat: task.run.repeat, cheapMs }, enter, config.scratch),
      );
      ran = result.ok ? result.value : result;
    }
    const rssBytes = memoryHeld();
    await send({ type: 'answer', number: task.number, load, run: ran, rssBytes });
    if (task.close && session !== null) {
      enter('close');
      const closing = session;
      session = null;
      await close(closing, task.number, send);
    }
  };
}

/** Reading what is resident now costs a hundred times what the highest ever costs, and decides only for large processes. */
function memoryHeld(): number {
  const highest = process.resourceUsage().maxRSS * 1024;
  return highest < LARGE_BYTES ? highest : process.memoryUsage.rss();
}

async function loadModel(
  runtime: Runtime,
  config: WorkerConfig,
  model: NonNullable<Task['load']>,
): Promise<{ readonly session: Session; readonly loaded: Loaded }> {
  const startedAt = performance.now();
  const session = await runtime.load(model, config.provider, config.options);
  const loadMs = performance.now() - startedAt;
  return { session, loaded: { ok: true, loadMs, outputs: session.outputs, placement: session.placement } };
}

async function runCase(
  session: Session,
  inputs: NamedTensors,
  { repeat, cheapMs }: { readonly repeat: number | 'auto'; readonly cheapMs: number },
  enter: (phase: Phase) => void,
  scratch: string,
): Promise<Ran> {
  enter('run');
  const first = await session.run(inputs);
  const runMs = [first.runMs];
  const unstable = new Set<string>();
  const runs = repeat === 'auto' ? (first.runMs < cheapMs ? 2 : 1) : repeat;
  for (let i = 1; i < runs; i += 1) {
    enter('run');
    const again = await session.run(inputs);
    runMs.push(again.runMs);
    for (const [name, tensor] of first.outputs) {
      const other = again.outputs.get(name);
      if (other === undefined || !sameBits(tensor, other)) unstable.add(name);
    }
  }
  enter('send');
  return { ok: true, outputs: await packOutputs(first.outputs, scratch), runMs, unstable: [...unstable] };
}

async function packOutputs(outputs: NamedTensors, scratch: string): Promise<Ran['outputs']> {
  try {
    return await packTensors(outputs, scratch);
  } catch (error) {
    throw failures.temporaryFolder(error instanceof Error ? error.message : String(error));
  }
}

/** The parent waits for the placement only where it is known no earlier. */
async function close(
  session: Session,
  number: number,
  send: (message: WorkerMessage) => Promise<void>,
): Promise<void> {
  const awaited = session.placement === null;
  try {
    const { placement } = await session.close();
    if (awaited) await send({ type: 'closed', number, placement });
  } catch {
    if (awaited) await send({ type: 'closed', number, placement: null });
  }
}

async function attempt<T>(work: Promise<T>): Promise<{ readonly ok: true; readonly value: T } | Failed> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    if (!(error instanceof RuntimeFailure)) throw error;
    return { ok: false, status: error.status, reason: error.reason };
  }
}
