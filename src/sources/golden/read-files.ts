import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tensor } from '../../tensor/index.ts';
import { decodeBlob } from './blob.ts';
import type { ProvenanceOutput } from './provenance.ts';

/** What one blob turned out to be. */
export type BlobRead =
  | { readonly state: 'sound'; readonly tensor: Tensor }
  | { readonly state: 'tampered'; readonly tensor: Tensor | null; readonly problem: string }
  | { readonly state: 'unreadable'; readonly problem: string };

/** Reads the blob of one output; its bytes must have the hash that the provenance names. */
export async function readBlob(folder: string, output: ProvenanceOutput): Promise<BlobRead> {
  let bytes: Buffer;
  try {
    bytes = await readFile(join(folder, output.blob));
  } catch (error) {
    return { state: 'unreadable', problem: describeFileError(error) };
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const decoded = decode(bytes, output);
  if (sha256 !== output.sha256) {
    const problem = `has sha256 ${sha256.slice(0, 12)} instead of ${output.sha256.slice(0, 12)}`;
    return { state: 'tampered', tensor: decoded.tensor, problem };
  }
  if (decoded.tensor === null) return { state: 'unreadable', problem: decoded.problem };
  return { state: 'sound', tensor: decoded.tensor };
}

function decode(
  bytes: Buffer,
  output: ProvenanceOutput,
): { readonly tensor: Tensor; readonly problem: '' } | { readonly tensor: null; readonly problem: string } {
  try {
    const tensor = decodeBlob(bytes, output.dtype);
    const shape = output.sample === undefined ? output.shape : [output.sample.elements];
    if (tensor.shape.join() !== shape.join()) {
      return {
        tensor: null,
        problem: `it has shape [${tensor.shape.join(', ')}] instead of [${shape.join(', ')}]`,
      };
    }
    return { tensor, problem: '' };
  } catch (error) {
    return { tensor: null, problem: (error as Error).message };
  }
}

type TextRead =
  | { readonly state: 'read'; readonly text: string }
  | { readonly state: 'missing' }
  | { readonly state: 'failed'; readonly problem: string };

/** A file's text, or why there is none. */
export async function readText(path: string): Promise<TextRead> {
  try {
    return { state: 'read', text: await readFile(path, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'missing' };
    return { state: 'failed', problem: describeFileError(error) };
  }
}

function describeFileError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'the file is missing';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'permission is denied';
  return message;
}
