/** The file of a journal: appended to while a run works, read again after it was interrupted. */
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  futimesSync,
  openSync,
  writeSync,
} from 'node:fs';
import { readdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeJournal, encodeEntry, type Journal, type JournalEntry } from './journal.ts';
import { ownerOfTag, ownerTag, standingOfOwner, thisOwner } from './journal-owner.ts';

/** Longest time in milliseconds for which a power cut can take a finished case back; a killed process loses none. */
const SYNC_MS = 100;

/** A writer on another host shows in this rhythm that it is there; one that is silent for four of them is taken for gone. */
const HEARTBEAT_MS = 30_000;
const SILENT_MS = 4 * HEARTBEAT_MS;

const NAME = /^journal-(.+)\.jsonl$/;

export interface JournalFile {
  /** On return the line is with the operating system, where it outlives this process. Never throws: see `failure`. */
  append(entry: JournalEntry): void;
  /** Set by the first write that failed; nothing is written after it. */
  readonly failure: Error | null;
  close(): void;
}

export interface FoundJournal {
  /** File name, which names its writer. */
  readonly name: string;
  readonly journal: Journal;
  /** Whether its writer is at work. */
  readonly live: boolean;
}

/** Begins a journal. @throws an error of the file system */
export function createJournal(folder: string): JournalFile {
  return journalAt(openSync(join(folder, ownName()), 'wx'), 0);
}

/**
 * Takes the journal of an ended process over. Its name is that of its writer, so renaming it is the claim: of two
 * processes that try, one finds nothing to rename and gets `null`. @throws an error of the file system
 */
export async function takeOverJournal(folder: string, found: FoundJournal): Promise<JournalFile | null> {
  const path = join(folder, ownName());
  try {
    await rename(join(folder, found.name), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const file = openSync(path, 'r+');
  ftruncateSync(file, found.journal.bytes);
  return journalAt(file, found.journal.bytes);
}

/** The journal in a run's folder; `null` where there is none. */
export async function findJournal(folder: string): Promise<FoundJournal | null> {
  for (;;) {
    const name = (await readdir(folder).catch(() => [])).find((file) => NAME.test(file));
    if (name === undefined) return null;
    const path = join(folder, name);
    try {
      return { name, journal: decodeJournal(await readFile(path)), live: await isLive(path, name) };
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

async function isLive(path: string, name: string): Promise<boolean> {
  const owner = ownerOfTag(NAME.exec(name)?.[1] ?? '');
  const standing = owner === null ? 'dead' : standingOfOwner(owner);
  if (standing !== 'elsewhere') return standing === 'alive';
  return Date.now() - (await stat(path)).mtimeMs < SILENT_MS;
}

function ownName(): string {
  return `journal-${ownerTag(thisOwner())}.jsonl`;
}

function journalAt(file: number, from: number): JournalFile {
  let at = from;
  let failure: Error | null = null;
  let timer: NodeJS.Timeout | null = null;
  let open = true;
  const heartbeat = setInterval(() => touch(file), HEARTBEAT_MS).unref();

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
        for (let done = 0; done < line.length;) {
          done += writeSync(file, line, done, line.length - done, at + done);
        }
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
      clearInterval(heartbeat);
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

function touch(file: number): void {
  try {
    futimesSync(file, new Date(), new Date());
  } catch {
    // Only another host would have looked.
  }
}

/** Removes a line of which only a part could be written. */
function cutOff(file: number, bytes: number): void {
  try {
    ftruncateSync(file, bytes);
  } catch {
    // Its checksum tells that it is torn.
  }
}
