import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reason } from '../../result/index.ts';
import { relativePath } from '../relative-path.ts';
import { isTemporary, namesIn } from './atomic.ts';
import { toFileName } from './file-names.ts';
import { parseProvenance } from './provenance.ts';
import { tamperedReason, unreadableReason } from './reasons.ts';
import { readBlob, readText } from './read-files.ts';

/** The state of a whole store. Sound where `problems` is empty. */
export interface StoreReport {
  readonly goldens: number;
  readonly blobs: number;
  readonly bytes: number;
  readonly problems: readonly { readonly path: string; readonly reason: Reason }[];
  /** Blobs that no provenance names: left by an interrupted `approve`, deleted by the next. Paths as shown. */
  readonly orphans: readonly string[];
  /** Unfinished writes of a killed process. Paths as shown. */
  readonly temporary: readonly string[];
}

/** Checks every golden below a folder: provenances parse, blobs have their hashes. Paths are shown relative to `root`. */
export async function verifyGoldens(folder: string, root: string = process.cwd()): Promise<StoreReport> {
  const total: Mutable = { goldens: 0, blobs: 0, bytes: 0, problems: [], orphans: [], temporary: [] };
  for (const store of await storesBelow(folder)) await verifyStore(store, root, total);
  return total;
}

interface Mutable {
  goldens: number;
  blobs: number;
  bytes: number;
  readonly problems: { path: string; reason: Reason }[];
  readonly orphans: string[];
  readonly temporary: string[];
}

async function storesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const folders = entries.filter((entry) => entry.isDirectory() && entry.name !== 'blobs');
  return [folder, ...folders.map((entry) => join(entry.parentPath, entry.name)).sort()];
}

async function verifyStore(store: string, root: string, total: Mutable): Promise<void> {
  const needed = new Set<string>();
  for (const name of await namesIn(store)) {
    const shown = relativePath(root, join(store, name));
    if (isTemporary(name)) total.temporary.push(shown);
    else if (name.endsWith('.json')) await verifyGolden(store, name, root, needed, total);
  }
  const blobs = join(store, 'blobs');
  for (const name of await namesIn(blobs)) {
    const shown = relativePath(root, join(blobs, name));
    if (isTemporary(name)) total.temporary.push(shown);
    else if (!needed.has(name)) total.orphans.push(shown);
    else {
      total.blobs++;
      total.bytes += (await stat(join(blobs, name))).size;
    }
  }
}

async function verifyGolden(
  store: string,
  name: string,
  root: string,
  needed: Set<string>,
  total: Mutable,
): Promise<void> {
  total.goldens++;
  const shown = relativePath(root, join(store, name));
  const report = (reason: Reason) => total.problems.push({ path: shown, reason });
  const text = await readText(join(store, name));
  const read =
    text.state === 'read'
      ? parseProvenance(text.text)
      : { state: 'unreadable' as const, problem: text.state === 'failed' ? text.problem : 'it vanished' };
  if (read.state === 'unreadable') {
    const place = { suite: relativePath(root, store), case: name.slice(0, -'.json'.length) };
    report(unreadableReason(place, shown, read.problem));
    return;
  }
  const { provenance } = read;
  if (read.state === 'tampered') report(tamperedReason(provenance, shown, 'was edited'));
  if (`${toFileName(provenance.case)}.json` !== name) {
    report(tamperedReason(provenance, shown, `belongs to the case ${provenance.case}`));
  }
  for (const output of provenance.outputs) {
    needed.add(output.blob.slice('blobs/'.length));
    const blob = await readBlob(store, output);
    const path = relativePath(root, join(store, output.blob));
    if (blob.state === 'tampered') report(tamperedReason(provenance, path, blob.problem));
    if (blob.state === 'unreadable') report(unreadableReason(provenance, path, blob.problem));
  }
}
