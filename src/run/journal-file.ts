/** The file of a journal: appended to while a run works, read again after it was interrupted. */
import { closeSync, fdatasync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJournal, encodeEntry, type Journal, type JournalEntry } from './journal.ts';

/** Longest time in milliseconds for which a power cut can take a finished case back; a killed process loses none. */
const SYNC_MS = 100;

const NAME = /^journal-(\d+)\.jsonl$/;

export interface JournalFile {
  /** On return the line is with the operating system, where it outlives this process. Never throws: see `failure`. */
  append(entry: JournalEntry): void;
  /** Set by the first write that failed; nothing is written after it. */
  readonly failure: Error | null;
  close(): void;
}

/** Begins a journal. @throws an error of the file system */
export function createJournal(folder: string): JournalFile {
  return journalAt(openSync(join(folder, nameOf(1)), 'wx'), 0);
}

/**
 * Takes the journal of an ended process over. Its name says how often that was done, and renaming it is the claim:
 * of two processes that try, one finds nothing to rename and gets `null`. @throws an error of the file system
 */
export async function takeOverJournal(folder: string, name: string, bytes: number): Promise<JournalFile | null> {
  const next = nameOf(Number(NAME.exec(name)?.[1] ?? 1) + 1);
  try {
    await rename(join(folder, name), join(folder, next));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const file = openSync(join(folder, next), 'r+');
  ftruncateSync(file, bytes);
  return journalAt(file, bytes);
}

/** The journal in a run's folder; `null` where there is none. */
export async function findJournal(
  folder: string,
): Promise<{ readonly name: string; readonly journal: Journal } | null> {
  for (;;) {
    const name = (await readdir(folder).catch(() => [])).findLast((file) => NAME.test(file));
    if (name === undefined) return null;
    try {
      return { name, journal: decodeJournal(await readFile(join(folder, name))) };
    } catch (error) {
      // Renamed or removed in between: look again.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

/** Whether a file name is that of a journal. */
export function isJournal(name: string): boolean {
  return NAME.test(name);
}

function nameOf(attempt: number): string {
  return `journal-${attempt}.jsonl`;
}

function journalAt(file: number, from: number): JournalFile {
  let at = from;
  let failure: Error | null = null;
  let timer: NodeJS.Timeout | null = null;
  let open = true;

  const syncSoon = (): void => {
    timer ??= setTimeout(() => {
      fdatasync(file, (error) => {
        timer = null;
        if (error !== null && open) failure ??= error;
      });
    }, SYNC_MS).unref();
  };

  return {
    get failure() {
      return failure;
    },

    append(entry) {
      if (failure !== null || !open) return;
      const line = Buffer.from(encodeEntry(entry));
      try {
        for (let done = 0; done < line.length;) done += writeSync(file, line, done, line.length - done, at + done);
        at += line.length;
        syncSoon();
      } catch (error) {
        failure = error as Error;
        cutOff(file, at);
      }
    },

    close() {
      if (!open) return;
      open = false;
      if (timer !== null) clearTimeout(timer);
      try {
        fdatasyncSync(file);
      } catch (error) {
        failure ??= error as Error;
      }
      closeSync(file);
    },
  };
}

/** Removes a line of which only a part could be written. */
function cutOff(file: number, bytes: number): void {
  try {
    ftruncateSync(file, bytes);
  } catch {
    // Its checksum tells that it is torn.
  }
}
