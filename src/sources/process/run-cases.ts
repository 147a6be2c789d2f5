import { stat, writeFile } from 'node:fs/promises';
import type { SourceSpec } from '../../suite/types.ts';
import { plainRollout } from '../../suite/rollout.ts';
import {
  crashedReason,
  entryMissingReason,
  inputsUncarriedReason,
  interruptedReason,
  notStartedReason,
  outputsUnreadableReason,
  reportedReason,
  timedOutReason,
} from '../reasons.ts';
import type { LiveSourceOptions, SourceCase, SourceInfo, SourceRun } from '../types.ts';
import { converse } from './converse.ts';
import type { ConversationEnd } from './converse.ts';
import { parseEvent } from './events.ts';
import type { FailedEvent, SourceEvent } from './events.ts';
import { openExchange, readTensorFile, uncarried, writeTensorFile } from './exchange.ts';
import type { Exchange } from './exchange.ts';

/** A program that takes a request file and reports events; see python/sidecar.py and tfjs/worker.ts. */
export interface SourceProgram {
  readonly command: string;
  /** Before the path of the request. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the program needs to know of the source, beside entry and cases. */
  readonly request: Readonly<Record<string, unknown>>;
  /** See {@link Conversation}. */
  readonly stackSignal?: NodeJS.Signals;
  /** Where the program itself is missing. */
  readonly installHint: string;
  /** The command that installs a package that the program lacks. */
  readonly installPackage: (name: string) => string;
}

/** Runs all cases, in as few processes as their failures allow; a case that ends its process does not end the others. */
export async function runCases(
  source: SourceSpec,
  cases: readonly SourceCase[],
  program: SourceProgram,
  options: LiveSourceOptions,
): Promise<ReadonlyMap<string, SourceRun>> {
  const runs = new Map<string, SourceRun>();
  const settle = (id: string, run: SourceRun): void => {
    runs.set(id, run);
    options.onRun?.(id, run);
  };
  const known = await refuseEarly(source, cases, settle);
  const exchange = await openExchange();
  try {
    let waiting = known;
    while (waiting.length > 0) {
      const round = new Round(source, program, options, exchange, settle);
      await round.run(waiting, (item) => cases.indexOf(item));
      waiting = waiting.filter((item) => !runs.has(item.id));
    }
  } finally {
    await exchange.close();
  }
  return new Map(cases.flatMap(({ id }): [string, SourceRun][] => pick(runs, id)));
}

function pick(runs: ReadonlyMap<string, SourceRun>, id: string): [string, SourceRun][] {
  const run = runs.get(id);
  return run === undefined ? [] : [[id, run]];
}

/** Settles what needs no process to fail. */
async function refuseEarly(
  source: SourceSpec,
  cases: readonly SourceCase[],
  settle: (id: string, run: SourceRun) => void,
): Promise<readonly SourceCase[]> {
  if ((await stat(source.entry.file).catch(() => null)) === null) {
    for (const { id } of cases) settle(id, failure('error', entryMissingReason(source)));
    return [];
  }
  return cases.filter((item) => {
    const names = uncarried(item.inputs);
    if (names.length > 0) settle(item.id, failure('unsupported', inputsUncarriedReason(source, names)));
    return names.length === 0;
  });
}

/** One process over the cases that are still open. */
class Round {
  #info: SourceInfo | null = null;
  #current: string | null = null;
  #reads: readonly string[] = [];
  #failedLoad: FailedEvent | null = null;
  readonly #done = new Map<string, Extract<SourceEvent, { event: 'done' }>>();
  readonly #failed = new Map<string, FailedEvent>();
  readonly #source: SourceSpec;
  readonly #program: SourceProgram;
  readonly #options: LiveSourceOptions;
  readonly #exchange: Exchange;
  readonly #settle: (id: string, run: SourceRun) => void;

  constructor(
    source: SourceSpec,
    program: SourceProgram,
    options: LiveSourceOptions,
    exchange: Exchange,
    settle: (id: string, run: SourceRun) => void,
  ) {
    this.#source = source;
    this.#program = program;
    this.#options = options;
    this.#exchange = exchange;
    this.#settle = settle;
  }

  async run(cases: readonly SourceCase[], indexOf: (item: SourceCase) => number): Promise<void> {
    await this.#writeRequest(cases, indexOf);
    const { command, args, cwd, env, stackSignal } = this.#program;
    const { timeoutMs, signal } = this.#options;
    const end = await converse({
      command,
      args: [...args, this.#exchange.request],
      cwd,
      env,
      timeoutMs,
      signal,
      ...(stackSignal === undefined ? {} : { stackSignal }),
      onEvent: (value) => this.#note(parseEvent(value)),
    });
    for (const item of cases) await this.#conclude(item, indexOf(item), end);
    this.#concludeRest(cases, end);
  }

  async #writeRequest(cases: readonly SourceCase[], indexOf: (item: SourceCase) => number): Promise<void> {
    const { intermediates, outputNames } = this.#options;
    const entries = [];
    for (const item of cases) {
      const files = this.#exchange.filesOf(indexOf(item));
      await writeTensorFile(files.inputs, item.inputs);
      entries.push({
        id: item.id,
        names: [...item.inputs.keys()],
        inputs: files.inputs,
        outputs: files.outputs,
        ...(item.rollout === undefined ? {} : { rollout: plainRollout(item.rollout) }),
        ...(intermediates === undefined ? {} : { intermediates: files.intermediates }),
      });
    }
    const { entry, framework, signature } = this.#source;
    const request = { entry, framework, signature, outputNames, intermediates, ...this.#program.request };
    await writeFile(this.#exchange.request, JSON.stringify({ ...request, cases: entries }));
  }

  #note(event: SourceEvent | null): void {
    if (event === null) return;
    if (event.event === 'ready') this.#info = event.info;
    if (event.event === 'ready' || event.event === 'end') this.#reads = event.files;
    if (event.event === 'start') this.#current = event.id;
    if (event.event === 'done') this.#done.set(event.id, event);
    if (event.event === 'failed' && event.id === null) this.#failedLoad = event;
    if (event.event === 'failed' && event.id !== null) this.#failed.set(event.id, event);
    if (event.event === 'done' || event.event === 'failed') this.#current = null;
  }

  /** Settles a case whose own event has come. */
  async #conclude(item: SourceCase, index: number, end: ConversationEnd): Promise<void> {
    const failed = this.#failed.get(item.id) ?? this.#failedLoad;
    const done = this.#done.get(item.id);
    if (done !== undefined && this.#info !== null) {
      this.#settle(item.id, await this.#readRun(done, this.#info, index));
    } else if (failed !== null) {
      const install = failed.package == null ? null : this.#program.installPackage(failed.package);
      this.#settle(item.id, {
        status: failed.kind,
        reasons: [reportedReason(this.#source, failed, install)],
        stderr: `${end.output}${failed.traceback}`,
      });
    }
  }

  /** Settles what the end of the process stands for: the case that it held, or all where it held none. */
  #concludeRest(cases: readonly SourceCase[], end: ConversationEnd): void {
    const open = cases.filter(({ id }) => !this.#done.has(id) && !this.#failed.has(id));
    if (this.#failedLoad !== null) return;
    const held = open.filter(({ id }) => id === this.#current);
    const between = this.#info === null ? 'while loading' : 'between two cases';
    const doing = held.length > 0 ? `in case ${this.#current}` : between;
    // Where one case ended the process, the next round takes the cases after it.
    const affected = end.aborted || held.length === 0 ? open : held;
    for (const { id } of affected) this.#settle(id, this.#endOf(end, doing));
  }

  #endOf(end: ConversationEnd, doing: string): SourceRun {
    const source = this.#source;
    const { command, installHint } = this.#program;
    if (end.aborted) return failure('error', interruptedReason(source), end.output);
    if (end.spawnError !== null) {
      const reason = notStartedReason(source, command, describeSpawn(end.spawnError), installHint);
      return failure('unavailable', reason, end.output);
    }
    if (end.timedOut) {
      return failure('timed-out', timedOutReason(source, this.#options.timeoutMs, doing), end.output);
    }
    return failure('crashed', crashedReason(source, end, doing), end.output);
  }

  async #readRun(
    done: Extract<SourceEvent, { event: 'done' }>,
    info: SourceInfo,
    index: number,
  ): Promise<SourceRun> {
    const files = this.#exchange.filesOf(index);
    try {
      const outputs = await readTensorFile(files.outputs, done.order);
      const asked = this.#options.intermediates !== undefined;
      const intermediates = asked ? await readTensorFile(files.intermediates) : new Map();
      return { status: 'ok', outputs, intermediates, info, runMs: done.runMs, reads: this.#reads };
    } catch (error) {
      return failure('error', outputsUnreadableReason(this.#source, (error as Error).message));
    }
  }
}

function failure(
  status: Exclude<SourceRun['status'], 'ok'>,
  reason: ReturnType<typeof interruptedReason>,
  stderr = '',
): SourceRun {
  return { status, reasons: [reason], stderr };
}

function describeSpawn(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'not found' : code === 'EACCES' ? 'not executable' : error.message;
}
