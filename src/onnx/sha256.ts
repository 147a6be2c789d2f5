/** Hash of a model with its external data. */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import { ParityError } from '../errors/index.ts';
import { readOutline } from './outline.ts';

/**
 * SHA-256, in hex, over the model file followed by its external data files in the order of their names; for a model without external
 * data the same as `sha256sum`. A file that is no model is hashed as it is. `external` are those files where they are known.
 * @throws ParityError MODEL_NOT_FOUND, MODEL_UNREADABLE, EXTERNAL_DATA_…
 */
export async function modelSha256(path: string, external?: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [path, ...(external ?? (await externalFiles(path)))]) {
    const small = readSmall(file);
    if (small !== null) {
      hash.update(small);
      continue;
    }
    for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 }))
      hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

const UNUSABLE = new Set(['MODEL_NOT_FOUND', 'MODEL_UNREADABLE']);

/** A stream costs more than reading a file of this size at once. */
const SMALL_BYTES = 2 ** 20;

function readSmall(path: string): Buffer | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size <= SMALL_BYTES ? readFileSync(path) : null;
}

async function externalFiles(path: string): Promise<string[]> {
  if (readOutline(path) !== null) return [];
  const [{ checkExternalData }, { readModel }] = await Promise.all([
    import('./external.ts'),
    import('./read-model.ts'),
  ]);
  try {
    return checkExternalData(readModel(path)).map((file) => file.path);
  } catch (error) {
    const noModel =
      error instanceof ParityError && error.code.startsWith('MODEL_') && !UNUSABLE.has(error.code);
    if (noModel) return [];
    throw error;
  }
}
