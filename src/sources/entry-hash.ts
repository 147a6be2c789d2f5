import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Hash of a file, or of all files of a folder with their names; `null` where there is none. */
export async function hashPath(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  if (!found.isDirectory()) return hashFile(path);
  const hash = createHash('sha256');
  for (const file of await filesBelow(path)) {
    hash.update(`${relative(path, file).split(sep).join('/')}\0${await hashFile(file)}\n`);
  }
  return hash.digest('hex');
}

/** Hash of a file's bytes, whatever its size. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
