import { existsSync, readFileSync } from 'node:fs';

/** Linux tells what other processes hold, so that a worker can be watched from outside; elsewhere it watches itself. */
export function canWatchFromOutside(): boolean {
  return process.platform === 'linux' && existsSync('/bin/sh');
}

/** Resident bytes of a process; `null` where it is gone. Linux only. */
export function residentBytes(pid: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
