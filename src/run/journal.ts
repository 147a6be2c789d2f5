/**
 * The journal of a run: everything that is finished, one line each, appended and never changed. A line is the CRC-32 of
 * its JSON in eight hexadecimal digits, a space, the JSON and a newline, so that a torn line is known for what it is.
 */
import { crc32 } from 'node:zlib';
import type { Check, RunDocument } from '../result/index.ts';
import { wireJson } from '../result/wire.ts';
import type { FilePrints } from './file-prints.ts';
import type { PlanPrint } from './resume-plan.ts';

/** The document as far as it is known before the first case. */
export type DocumentHead = Omit<RunDocument, 'durationMs' | 'complete' | 'exitCode' | 'summary' | 'checks'>;

/** The command line that a run was started with, so that the rest of it can be run later. */
export interface Started {
  readonly cwd: string;
  /** The project's folder. */
  readonly root: string;
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

export interface RunHeader {
  readonly version: typeof JOURNAL_VERSION;
  readonly document: DocumentHead;
  readonly started: Started;
  /** `null` until suites and targets are known. */
  readonly plan: PlanPrint | null;
  /** What the files of the plan held when the run began; absent until all of them are read, a moment later. */
  readonly files?: FilePrints;
}

/** One finished case: all its checks. */
export interface CaseRecord {
  /** Position in the plan. */
  readonly index: number;
  /** 1 for the first; a later one replaces the record of an earlier one. */
  readonly attempt: number;
  /** Milliseconds since the run began, without the time in which it lay interrupted. */
  readonly elapsedMs: number;
  readonly checks: readonly Check[];
}

export type JournalEntry =
  | { readonly kind: 'header'; readonly header: RunHeader }
  | { readonly kind: 'case'; readonly case: CaseRecord };

/** What a journal says, as far as its lines are whole. */
export interface Journal {
  readonly header: RunHeader | null;
  readonly cases: ReadonlyMap<number, CaseRecord>;
  /** Bytes up to the end of the last whole line: what is appended must begin here. */
  readonly bytes: number;
  /** Lines whose checksum is wrong; more than the torn last one means that the disk or a person changed the file. */
  readonly damaged: number;
}

export const JOURNAL_VERSION = 1;

const NEWLINE = 0x0a;
const CHECKSUM_DIGITS = 8;

export function encodeEntry(entry: JournalEntry): string {
  const json = wireJson(entry);
  return `${checksum(json)} ${json}\n`;
}

export function decodeJournal(bytes: Uint8Array): Journal {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let header: RunHeader | null = null;
  const cases = new Map<number, CaseRecord>();
  let [whole, damaged] = [0, 0];
  for (let at = 0; at < buffer.length;) {
    const newline = buffer.indexOf(NEWLINE, at);
    const end = newline === -1 ? buffer.length : newline;
    const entry = newline === -1 ? null : decodeLine(buffer.subarray(at, end));
    at = end + 1;
    if (entry === null) {
      damaged += 1;
      continue;
    }
    whole = at;
    if (entry.kind === 'header') header = entry.header;
    else cases.set(entry.case.index, entry.case);
  }
  return { header, cases, bytes: whole, damaged };
}

function decodeLine(line: Buffer): JournalEntry | null {
  const json = line.subarray(CHECKSUM_DIGITS + 1);
  if (json.length === 0 || line.toString('latin1', 0, CHECKSUM_DIGITS) !== checksum(json)) return null;
  return JSON.parse(json.toString('utf8')) as JournalEntry;
}

function checksum(text: string | Uint8Array): string {
  return crc32(text).toString(16).padStart(CHECKSUM_DIGITS, '0');
}
