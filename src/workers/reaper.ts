import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

/** Ends worker processes that would outlive this one, even where it is killed while they are blocked in native code. */
export interface Reaper {
  add(pid: number): void;
  remove(pid: number): void;
  /** Once every worker is gone. */
  close(): void;
}

/**
 * A shell that waits for the end of its input, which comes with the end of this process, then kills the processes
 * that are left and removes the folder. A thread in each worker could do the same for twenty times the start.
 */
const SCRIPT = `
all=' '
while read -r act pid; do
  case $act in
    add) all="$all$pid " ;;
    remove) all="\${all%% $pid *} \${all#* $pid }" ;;
    close) exit 0 ;;
  esac
done
for pid in $all; do kill -s KILL "$pid"; done
rm -rf -- "$0"
`;

/** Started with the first worker. `folder` belongs to the workers. */
export function createReaper(folder: string): Reaper {
  let shell: ChildProcess | null = null;
  const tell = (line: string): void => {
    shell?.stdin?.write(`${line}\n`);
  };
  return {
    add(pid) {
      shell ??= startShell(folder);
      tell(`add ${pid}`);
    },
    remove: (pid) => tell(`remove ${pid}`),
    close() {
      tell('close');
      shell?.stdin?.end();
      shell = null;
    },
  };
}

function startShell(folder: string): ChildProcess {
  // A group of its own, so that Ctrl-C does not reach it; it must never keep this process from ending.
  const shell = spawn('/bin/sh', ['-c', SCRIPT, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  shell.on('error', () => undefined);
  shell.stdin?.on('error', () => undefined);
  shell.unref();
  (shell.stdin as Socket | null)?.unref();
  return shell;
}
