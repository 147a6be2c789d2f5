import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { FAMILY_VARIABLE, endAll } from './end-all.ts';
import { Tail } from './tail.ts';

/** A program that reports events as JSON lines on descriptor 3. */
export interface Conversation {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Longest silence in milliseconds: applies to the load and to each case, because each begins with an event. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Makes the program write its stack to stderr: sent before it is killed for its silence. */
  readonly stackSignal?: NodeJS.Signals;
  readonly onEvent: (event: unknown) => void;
}

/** How the program ended. */
export interface ConversationEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  readonly aborted: boolean;
  /** Set where the program could not be started. */
  readonly spawnError: Error | null;
  /** Tail of what it wrote to stdout and stderr. */
  readonly output: string;
}

/** Waits for the last lines of descriptor 3 after the exit, in milliseconds. */
const DRAIN_MS = 1000;

/** Time to write the stack, in milliseconds. */
const STACK_MS = 300;

/** Runs a program to its end; afterwards neither it nor anything that it started is running. */
export async function converse(conversation: Conversation): Promise<ConversationEnd> {
  const { command, args, cwd, signal } = conversation;
  const family = randomUUID();
  const tail = new Tail();
  const child = spawn(command, args, {
    cwd,
    env: { ...conversation.env, [FAMILY_VARIABLE]: family },
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  // The child's end of standard input is its lifeline; its sudden end must not raise EPIPE here.
  child.stdin.on('error', () => undefined);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => tail.add(chunk));
  }

  const stop = new Deadline(conversation.timeoutMs, signal, () => {
    const { stackSignal } = conversation;
    if (stackSignal === undefined || signal.aborted) return end(child, family);
    child.kill(stackSignal);
    setTimeout(() => end(child, family), STACK_MS);
  });
  const channel = child.stdio[3] as Readable;
  const drained = readLines(channel, (line) => {
    stop.renew();
    conversation.onEvent(parseLine(line));
  });
  const exit = await exited(child);
  stop.clear();
  end(child, family);
  await Promise.race([drained, pause(DRAIN_MS)]);
  for (const stream of [child.stdin, child.stdout, child.stderr, channel]) stream.destroy();
  return { ...exit, timedOut: stop.timedOut, aborted: signal.aborted, output: tail.text };
}

function end(child: ChildProcess, family: string): void {
  if (child.pid !== undefined) endAll(child.pid, family);
}

/** Calls `onEnd` once after a silence of `timeoutMs` or on abort. */
class Deadline {
  timedOut = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #timeoutMs: number;
  readonly #signal: AbortSignal;
  readonly #onEnd: () => void;

  constructor(timeoutMs: number, signal: AbortSignal, onEnd: () => void) {
    this.#timeoutMs = timeoutMs;
    this.#signal = signal;
    this.#onEnd = onEnd;
    if (signal.aborted) queueMicrotask(onEnd);
    signal.addEventListener('abort', onEnd, { once: true });
    this.renew();
  }

  renew(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.timedOut = true;
      this.#onEnd();
    }, this.#timeoutMs);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#onEnd);
  }
}

function exited(child: ChildProcess): Promise<Pick<ConversationEnd, 'exitCode' | 'signal' | 'spawnError'>> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ exitCode: null, signal: null, spawnError: error }));
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal, spawnError: null }));
  });
}

function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  let rest = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  return new Promise((resolve) => {
    stream
      .once('close', resolve)
      .once('end', resolve)
      .once('error', () => resolve());
  });
}

/** A line that is not JSON is not an event: `null`. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
