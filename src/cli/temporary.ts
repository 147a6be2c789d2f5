/** A temporary folder that belongs to this process and goes with it, or is swept by a later one. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownerOfTag, ownerTag, standingOfOwner, thisOwner } from '../run/index.ts';

const PREFIX = 'onnx-parity-of-';

/** Variables that say where temporary files go; the host's own come first. */
const VARIABLES = ['TMPDIR', 'TMP', 'TEMP'] as const;

/**
 * Lets everything that this process and its children put into the temporary folder go into one of its own, named for its
 * owner, and removes those whose owner has died. Gives what ends this.
 */
export function ownTemporaryFolder(): () => Promise<void> {
  const parent = tmpdir();
  sweep(parent);
  const folder = join(parent, `${PREFIX}${ownerTag(thisOwner())}`);
  try {
    if (!existsSync(folder)) mkdirSync(folder);
  } catch {
    // Whoever needs a temporary folder says what is wrong with it.
    return async () => {};
  }
  const before = VARIABLES.map((name) => [name, process.env[name]] as const);
  for (const name of VARIABLES) process.env[name] = folder;
  const atExit = (): void => rmSync(folder, { recursive: true, force: true });
  process.on('exit', atExit);
  return async () => {
    process.off('exit', atExit);
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  };
}

function sweep(parent: string): void {
  for (const name of namesIn(parent)) {
    const owner = name.startsWith(PREFIX) ? ownerOfTag(name.slice(PREFIX.length)) : null;
    if (owner === null || standingOfOwner(owner) !== 'dead') continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // Another user's, or a worker that is just ending still writes there: the next run sweeps it.
    }
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
