/** Folders for what passes between processes; the host may have no room for them. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workerError } from '../errors/catalogue/workers.ts';

/** @throws ParityError TEMPORARY_FOLDER_UNUSABLE */
export function makeTemporaryFolder(prefix: string): string {
  return inTemporaryFolder(() => mkdtempSync(join(tmpdir(), prefix)));
}

/** What writes to the temporary folder. @throws ParityError TEMPORARY_FOLDER_UNUSABLE */
export function inTemporaryFolder<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw workerError('TEMPORARY_FOLDER_UNUSABLE', { folder: tmpdir(), problem }, error);
  }
}
