/** Tells whether the process that wrote something is still there, so that only what a dead one left is touched. */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface Owner {
  readonly pid: number;
  /** Start of the process in clock ticks since boot: a number given to another process is told apart; 0 where unknown. */
  readonly ticks: number;
  /** Stands for host, boot and process namespace: numbers of processes mean nothing elsewhere. */
  readonly place: string;
}

let place: string | null = null;

export function thisOwner(): Owner {
  return { pid: process.pid, ticks: ticksOf(process.pid) ?? 0, place: herePlace() };
}

/** `elsewhere` where it cannot be known: another host or container. */
export function standingOfOwner(owner: Owner): 'alive' | 'dead' | 'elsewhere' {
  if (owner.place !== herePlace()) return 'elsewhere';
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'dead';
  }
  const ticks = ticksOf(owner.pid);
  return owner.ticks === 0 || ticks === null || ticks === owner.ticks ? 'alive' : 'dead';
}

/** As part of a file name. */
export function ownerTag(owner: Owner): string {
  return `${owner.pid}-${owner.ticks}-${owner.place}`;
}

/** The inverse of {@link ownerTag}; `null` for any other text. */
export function ownerOfTag(tag: string): Owner | null {
  const found = /^(\d+)-(\d+)-([0-9a-f]{12})$/.exec(tag);
  return found === null ? null : { pid: Number(found[1]), ticks: Number(found[2]), place: found[3] ?? '' };
}

function herePlace(): string {
  place ??= createHash('sha256')
    .update([hostname(), textOf('/proc/sys/kernel/random/boot_id'), namespace()].join('\n'))
    .digest('hex')
    .slice(0, 12);
  return place;
}

function namespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** Field 22 of /proc/PID/stat; the name in field 2 may hold spaces and brackets, so fields are counted after it. */
function ticksOf(pid: number): number | null {
  const text = textOf(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  // A zombie computes nothing and writes nothing any more.
  if (state === 'Z' || state === 'X') return -1;
  const ticks = Number(fields[19] ?? Number.NaN);
  return Number.isInteger(ticks) ? ticks : null;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
