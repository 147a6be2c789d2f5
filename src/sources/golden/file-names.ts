import { createHash } from 'node:crypto';

/** Longest file name made from a name; most file systems end at 255 bytes. */
const LONGEST = 180;

// Windows has no files of these names, whatever their extension.
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A name as a safe file name: letters, digits, `.`, `_`, `-` stay; every other byte becomes `%XX`. A name too long is
 * cut and ends in `~` and its hash; then only the provenance inside knows the whole name.
 */
export function toFileName(name: string): string {
  let escaped = '';
  for (const byte of Buffer.from(name)) {
    const character = String.fromCodePoint(byte);
    escaped += /[\w.-]/.test(character) ? character : escapeByte(byte);
  }
  if (escaped === '' || escaped.startsWith('.') || RESERVED.test(escaped)) {
    escaped = `%${(Buffer.from(name)[0] ?? 0).toString(16).padStart(2, '0').toUpperCase()}${escaped.slice(1)}`;
  }
  if (escaped.length <= LONGEST) return escaped;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return `${escaped.slice(0, LONGEST - 33)}~${hash}`;
}

/** The inverse of {@link toFileName}; `null` for a name that was cut. */
export function fromFileName(fileName: string): string | null {
  if (fileName === '%00') return '';
  return fileName.includes('~') ? null : decodeURIComponent(fileName);
}

function escapeByte(byte: number): string {
  return `%${byte.toString(16).padStart(2, '0').toUpperCase()}`;
}
