/** Moves accepted proposals into the golden store. Nothing else writes there. */
import { createHash } from 'node:crypto';
import { readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceError } from '../../errors/catalogue/sources.ts';
import { isTemporary, namesIn, removeDurably, sweep, writeAtomically } from './atomic.ts';
import { readStored } from './changes.ts';
import { discardProposals } from './proposals.ts';
import type { Proposal } from './proposals.ts';
import { formatProvenance, parseProvenance } from './provenance.ts';
import type { ProvenanceOutput } from './provenance.ts';
import { provenancePath } from './store.ts';

export interface ApproveOptions {
  readonly reason: string | null;
  /** ISO 8601; the present by default. */
  readonly at?: string;
  /** Called after each case is in place. */
  readonly onCase?: (proposal: Proposal) => void;
}

/**
 * Accepts proposals one by one. A kill at any moment leaves each golden old or new, and the proposals that were not
 * yet accepted. @throws ParityError PROPOSAL_UNREADABLE where the bytes of a proposal are not what was recorded.
 */
export async function approveProposals(
  proposals: readonly Proposal[],
  options: ApproveOptions,
): Promise<void> {
  const at = options.at ?? new Date().toISOString();
  const stores = new Set(proposals.map((proposal) => proposal.goldens));
  for (const proposal of proposals) await checkBlobs(proposal);
  const released = new Set<string>();
  for (const store of stores) await sweepStore(store);
  for (const proposal of proposals) {
    const replaced = await readStored(proposal.goldens, proposal.case);
    for (const { blob } of replaced?.outputs ?? []) released.add(join(proposal.goldens, blob));
    if (proposal.kind === 'removal') await removeDurably(provenancePath(proposal.goldens, proposal.case));
    else await putInPlace(proposal, { at, reason: options.reason });
    await removeDurably(proposal.file);
    options.onCase?.(proposal);
  }
  for (const store of stores) await removeOrphans(store, released);
  await discardProposals(proposals);
}

async function putInPlace(
  proposal: Extract<Proposal, { kind: 'golden' }>,
  approved: { readonly at: string; readonly reason: string | null },
): Promise<void> {
  for (const output of proposal.provenance.outputs) await copyBlob(proposal, output);
  const text = formatProvenance({ ...proposal.provenance, approved });
  await writeAtomically(provenancePath(proposal.goldens, proposal.case), [text]);
}

async function copyBlob(proposal: Proposal, output: ProvenanceOutput): Promise<void> {
  const target = join(proposal.goldens, output.blob);
  if ((await hashOf(target)) === output.sha256) {
    // Its age tells a concurrent approval that it is about to be referred to.
    const now = new Date();
    await utimes(target, now, now);
    return;
  }
  await writeAtomically(target, [await readProposed(proposal, output)]);
}

/** Before anything is written: either all proposals can be accepted, or none is. */
async function checkBlobs(proposal: Proposal): Promise<void> {
  for (const output of proposal.provenance?.outputs ?? []) await readProposed(proposal, output);
}

async function readProposed(proposal: Proposal, output: ProvenanceOutput): Promise<Buffer> {
  const bytes = await readFile(join(proposal.folder, output.blob)).catch((error: unknown) => {
    throw sourceError(
      'PROPOSAL_UNREADABLE',
      { path: proposal.file, problem: `${output.blob} is missing` },
      error,
    );
  });
  if (createHash('sha256').update(bytes).digest('hex') !== output.sha256) {
    throw sourceError('PROPOSAL_UNREADABLE', { path: proposal.file, problem: `${output.blob} was altered` });
  }
  return bytes;
}

async function hashOf(path: string): Promise<string | null> {
  const bytes = await readFile(path).catch(() => null);
  return bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
}

async function sweepStore(store: string): Promise<void> {
  await sweep(store);
  await sweep(join(store, 'blobs'));
}

/** Blobs younger than this may belong to an approval that is still going on elsewhere. */
const SETTLED_MS = 60_000;

/**
 * Deletes blobs that no provenance names: those that this approval released, and what earlier ones left when they were
 * killed. None at all where a provenance cannot be read.
 */
async function removeOrphans(store: string, released: ReadonlySet<string>): Promise<void> {
  const needed = await neededBlobs(store);
  if (needed === null) return;
  const folder = join(store, 'blobs');
  for (const name of await namesIn(folder)) {
    if (needed.has(name) || isTemporary(name)) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    const settled = found !== null && Date.now() - found.mtimeMs > SETTLED_MS;
    if (settled || released.has(path)) await rm(path, { force: true });
  }
}

/** File names of all blobs that a store's provenances refer to; `null` where one of them cannot be read. */
export async function neededBlobs(store: string): Promise<ReadonlySet<string> | null> {
  const needed = new Set<string>();
  for (const name of await namesIn(store)) {
    if (!name.endsWith('.json') || isTemporary(name)) continue;
    const read = parseProvenance(await readFile(join(store, name), 'utf8').catch(() => ''));
    if (read.state === 'unreadable') return null;
    for (const output of read.provenance.outputs) needed.add(output.blob.slice('blobs/'.length));
  }
  return needed;
}
