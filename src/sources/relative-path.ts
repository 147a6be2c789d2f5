import { relative, sep } from 'node:path';

/** A path relative to `from`, with `/` on every system; `.` for the folder itself. */
export function relativePath(from: string, path: string): string {
  return relative(from, path).split(sep).join('/') || '.';
}
