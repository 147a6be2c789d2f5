/**
 * Proposals of `record`, waiting for `approve`. Git-ignored; one folder a suite, laid out like its goldens:
 *
 *   .onnx-parity/proposals/<suite>/<case>.json     what is proposed, with the provenance
 *   .onnx-parity/proposals/<suite>/blobs/…         its outputs
 */
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { sourceError } from '../../errors/catalogue/sources.ts';
import type { Suite } from '../../suite/types.ts';
import { relativePath } from '../relative-path.ts';
import { isTemporary, namesIn, removeDurably, sweep, writeAtomically } from './atomic.ts';
import type { Blob } from './blob.ts';
import { toFileName } from './file-names.ts';
import { formatProvenance, parseProvenance } from './provenance.ts';
import type { Provenance } from './provenance.ts';

/** A golden that `record` proposes to write or, where its case is gone, to remove. */
export type Proposal = {
  readonly suite: string;
  readonly case: string;
  /** Absolute path of the proposal. */
  readonly file: string;
  /** Absolute folder of the suite's proposals. */
  readonly folder: string;
  /** Absolute folder of the suite's goldens. */
  readonly goldens: string;
} & (
  | { readonly kind: 'golden'; readonly provenance: Provenance }
  | { readonly kind: 'removal'; readonly provenance: null }
);

const PROPOSALS = join('.onnx-parity', 'proposals');

const STORED = z.object({
  schemaVersion: z.literal(1),
  kind: z.enum(['golden', 'removal']),
  suite: z.string(),
  case: z.string(),
  /** Relative to the project. */
  goldens: z.string(),
  provenance: z.record(z.string(), z.unknown()).nullable(),
});

/** Where the proposals of a suite lie. */
export function proposalFolder(root: string, suite: string): string {
  return join(root, PROPOSALS, toFileName(suite));
}

/** Proposes outputs for a case. The proposal's renaming into place is the commit. */
export async function proposeGolden(
  root: string,
  suite: Suite,
  provenance: Provenance,
  blobs: readonly Blob[],
): Promise<void> {
  const folder = proposalFolder(root, suite.name);
  for (const blob of blobs) await writeAtomically(join(folder, 'blobs', blob.file), blob.chunks);
  const body = JSON.parse(formatProvenance(provenance)) as unknown;
  await writeProposal(root, suite, { kind: 'golden', case: provenance.case, provenance: body });
}

/** Proposes to remove the golden of a case that the suite no longer has. */
export async function proposeRemoval(root: string, suite: Suite, caseName: string): Promise<void> {
  await writeProposal(root, suite, { kind: 'removal', case: caseName, provenance: null });
}

/** Takes back what was proposed for a case. */
export async function withdraw(root: string, suite: string, caseName: string): Promise<void> {
  await removeDurably(join(proposalFolder(root, suite), `${toFileName(caseName)}.json`));
}

/** Every proposal, of the suites named or of all; sorted by suite and case. @throws ParityError PROPOSAL_UNREADABLE */
export async function listProposals(root: string, suites?: readonly string[]): Promise<readonly Proposal[]> {
  const top = join(root, PROPOSALS);
  const wanted = suites === undefined ? await namesIn(top) : suites.map((suite) => toFileName(suite)).sort();
  const proposals: Proposal[] = [];
  for (const name of wanted) {
    const folder = join(top, name);
    for (const file of await namesIn(folder)) {
      if (file.endsWith('.json') && !isTemporary(file))
        proposals.push(await readProposal(root, folder, file));
    }
  }
  return proposals;
}

/** The proposal for one case. @throws ParityError PROPOSAL_UNREADABLE */
export async function findProposal(root: string, suite: string, caseName: string): Promise<Proposal | null> {
  const folder = proposalFolder(root, suite);
  const name = `${toFileName(caseName)}.json`;
  return (await namesIn(folder)).includes(name) ? readProposal(root, folder, name) : null;
}

/** Deletes proposals that were accepted or declined, and blobs that none needs any more. */
export async function discardProposals(proposals: readonly Proposal[]): Promise<void> {
  for (const { file } of proposals) await removeDurably(file);
  for (const folder of new Set(proposals.map((proposal) => proposal.folder))) await sweepProposals(folder);
}

/** Deletes what interrupted or superseded recordings left behind. */
export async function sweepProposals(folder: string): Promise<void> {
  await sweep(folder);
  await sweep(join(folder, 'blobs'));
  const needed = new Set<string>();
  for (const file of await namesIn(folder)) {
    if (!file.endsWith('.json') || isTemporary(file)) continue;
    const text = await readFile(join(folder, file), 'utf8').catch(() => '');
    for (const [, name = ''] of text.matchAll(/"blobs\/([^"]+)"/g)) needed.add(name);
  }
  for (const blob of await namesIn(join(folder, 'blobs'))) {
    if (!needed.has(blob) && !isTemporary(blob)) await rm(join(folder, 'blobs', blob), { force: true });
  }
}

async function writeProposal(
  root: string,
  suite: Suite,
  proposal: { readonly kind: 'golden' | 'removal'; readonly case: string; readonly provenance: unknown },
): Promise<void> {
  const goldens = relativePath(root, suite.goldens);
  const text = JSON.stringify({ schemaVersion: 1, suite: suite.name, goldens, ...proposal }, null, 2);
  await writeAtomically(join(proposalFolder(root, suite.name), `${toFileName(proposal.case)}.json`), [
    `${text}\n`,
  ]);
}

async function readProposal(root: string, folder: string, name: string): Promise<Proposal> {
  const file = join(folder, name);
  const unreadable = (problem: string, cause?: unknown) =>
    sourceError('PROPOSAL_UNREADABLE', { path: relativePath(root, file), problem }, cause);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw unreadable((error as Error).message, error);
  }
  const parsed = STORED.safeParse(value);
  if (!parsed.success) throw unreadable(z.prettifyError(parsed.error).replaceAll('\n', ' '));
  const { suite, case: caseName, kind } = parsed.data;
  const place = { suite, case: caseName, file, folder, goldens: resolve(root, parsed.data.goldens) };
  if (kind === 'removal') return { ...place, kind, provenance: null };
  const read = parseProvenance(JSON.stringify(parsed.data.provenance));
  if (read.state === 'unreadable') throw unreadable(read.problem);
  if (read.state === 'tampered') throw unreadable('it was edited after it was recorded');
  return { ...place, kind, provenance: read.provenance };
}
