/** Hash of a model with its external data. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { ParityError } from '../errors/index.ts';
import { checkExternalData } from './external.ts';
import { readModel } from './read-model.ts';

/**
 * SHA-256, in hex, over the model file followed by its external data files in the order of their names; for a model without external
 * data the same as `sha256sum`. A file that is no model is hashed as it is.
 * @throws ParityError MODEL_NOT_FOUND, MODEL_UNREADABLE, EXTERNAL_DATA_…
 */
export async function modelSha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of [path, ...externalFiles(path)]) {
    for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 }))
      hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

const UNUSABLE = new Set(['MODEL_NOT_FOUND', 'MODEL_UNREADABLE']);

function externalFiles(path: string): string[] {
  try {
    return checkExternalData(readModel(path)).map((file) => file.path);
  } catch (error) {
    const noModel =
      error instanceof ParityError && error.code.startsWith('MODEL_') && !UNUSABLE.has(error.code);
    if (noModel) return [];
    throw error;
  }
}
