import type { ChildProcess } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

/** The last bytes that a process wrote to stdout and stderr. */
export interface Tail {
  clear(): void;
  /** Without colours and control characters. */
  text(): string;
  /** Resolves when both streams have ended. */
  drained(): Promise<unknown>;
}

export function createTail(child: ChildProcess, keepBytes: number): Tail {
  let chunks: Buffer[] = [];
  let length = 0;
  const keep = (chunk: Buffer): void => {
    chunks.push(chunk);
    length += chunk.length;
    while (chunks.length > 1 && length - (chunks[0]?.length ?? 0) >= keepBytes)
      length -= chunks.shift()?.length ?? 0;
  };
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const ended = streams.map((stream) => {
    stream.on('data', keep);
    return new Promise<void>((resolve) => stream.once('close', resolve));
  });
  return {
    clear() {
      chunks = [];
      length = 0;
    },
    text() {
      return plain(Buffer.concat(chunks).subarray(-keepBytes));
    },
    drained() {
      return Promise.all(ended);
    },
  };
}

function plain(bytes: Buffer): string {
  return (
    new StringDecoder('utf8')
      .write(bytes)
      // oxlint-disable-next-line no-control-regex -- ANSI sequences begin with ESC
      .replaceAll(/\u001B\[[\d;?]*[A-Za-z]/g, '')
      // oxlint-disable-next-line no-control-regex -- what a terminal would act on
      .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F]/g, '')
      .trim()
  );
}
