import { readFileSync, readdirSync } from 'node:fs';

/** Variable that marks a source process and everything that it starts. */
export const FAMILY_VARIABLE = 'ONNX_PARITY_SOURCE_FAMILY';

/** Kills the process group of `pid` and, where the host tells, descendants that left the group. */
export function endAll(pid: number, family: string): void {
  kill(-pid);
  for (const stray of membersOf(family)) kill(stray);
}

/** Processes whose environment holds `family`; empty where there is no /proc. */
export function membersOf(family: string): readonly number[] {
  const mark = `${FAMILY_VARIABLE}=${family}`;
  return processIds().filter((pid) => environmentOf(pid).includes(mark));
}

function processIds(): readonly number[] {
  if (process.platform !== 'linux') return [];
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Empty for processes that have ended or belong to another user. */
function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
