/** What a file that is not what it should be looks like, from its first bytes. */

export type Lookalike = 'html' | 'lfs-pointer' | 'json' | 'text' | 'binary-known' | 'unknown';

export interface Likeness {
  readonly kind: Lookalike;
  /** Ends the sentence "it looks like …". */
  readonly words: string;
}

/** Bytes that the judgement needs at most. */
export const LOOKALIKE_BYTES = 1024;

const SIGNATURES: readonly (readonly [string, string])[] = [
  ['\x93NUMPY', 'a NumPy array (.npy)'],
  ['PK\x03\x04', 'a zip archive (.npz, .pt, .keras or other)'],
  ['PK\x05\x06', 'an empty zip archive'],
  ['\x89HDF\r\n', 'an HDF5 file (.h5)'],
  ['\x1f\x8b', 'a gzip file'],
  ['MATLAB 5.0', 'a MATLAB file (.mat)'],
  ['\x89PNG', 'a PNG picture'],
  ['\xff\xd8\xff', 'a JPEG picture'],
  ['%PDF', 'a PDF document'],
  ['PAR1', 'a Parquet file'],
  ['\x7fELF', 'a program'],
  ['GGUF', 'a GGUF model'],
  ['TFL3', 'a TensorFlow Lite model'],
];

/** Judges the first bytes of a file. */
export function lookalike(head: Uint8Array): Likeness {
  const latin = Buffer.from(head.subarray(0, LOOKALIKE_BYTES)).toString('latin1');
  const signature = SIGNATURES.find(([magic]) => latin.startsWith(magic));
  if (signature !== undefined) return { kind: 'binary-known', words: signature[1] };
  if (latin.slice(4, 8) === 'TFL3') return { kind: 'binary-known', words: 'a TensorFlow Lite model' };
  // oxlint-disable-next-line no-control-regex -- the protocol number is a control character
  if (/^\x80[\x02-\x05][(\]}c\x8a\x95]/.test(latin))
    return { kind: 'binary-known', words: 'a Python pickle' };
  if (latin.startsWith('version https://git-lfs.github.com/')) {
    return {
      kind: 'lfs-pointer',
      words: 'a Git LFS pointer whose content was never fetched (run `git lfs pull`)',
    };
  }
  const text = latin.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^(<!doctype html|<html|<head|<body|<!--|<\?xml|<script)/i.test(text)) {
    return { kind: 'html', words: 'an HTML or XML page' };
  }
  if (!isText(latin)) return { kind: 'unknown', words: 'unknown binary data' };
  if (/^[{[]/.test(text)) return { kind: 'json', words: 'a JSON text' };
  return { kind: 'text', words: 'a text file' };
}

// UTF-8 letters are bytes above 0x7f; control characters other than white space never occur in text.
function isText(latin: string): boolean {
  // oxlint-disable-next-line no-control-regex -- it looks for them
  return latin.length > 0 && !/[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(latin);
}
