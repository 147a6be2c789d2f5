import type { Provenance, ProvenanceOutput } from './provenance.ts';
import { differenceOf } from './difference.ts';
import type { Proposal } from './proposals.ts';
import { readBlob, readText } from './read-files.ts';
import { provenancePath } from './store.ts';
import { parseProvenance } from './provenance.ts';
import type { CaseChange, OutputChange } from './types.ts';

/** What approving a proposal would change, output by output. */
export async function describeChange(proposal: Proposal): Promise<CaseChange> {
  const old = await readStored(proposal.goldens, proposal.case);
  const { suite, case: name, provenance } = proposal;
  const before = new Map((old?.outputs ?? []).map((output) => [output.name, output]));
  const outputs: OutputChange[] = [];
  for (const output of provenance?.outputs ?? []) {
    const was = before.get(output.name);
    before.delete(output.name);
    outputs.push(
      was === undefined ? { ...faceOf(output), change: 'new' } : await compareOutput(proposal, was, output),
    );
  }
  for (const output of before.values()) outputs.push({ ...faceOf(output), change: 'removed' });
  const origin = old === null || provenance === null ? [] : describeOrigin(old, provenance);
  return { suite, case: name, change: changeOf(proposal, old, outputs), outputs, origin };
}

/** The stored provenance of a case, tampered or not; `null` where there is none that can be read. */
export async function readStored(goldens: string, caseName: string): Promise<Provenance | null> {
  const text = await readText(provenancePath(goldens, caseName));
  if (text.state !== 'read') return null;
  const read = parseProvenance(text.text);
  return read.state === 'unreadable' ? null : read.provenance;
}

/** True where a new recording adds nothing to a golden: the same bits from the same model, inputs and source. */
export function isSameGolden(stored: Provenance, recorded: Provenance): boolean {
  return (
    JSON.stringify(factsOf(stored)) === JSON.stringify(factsOf(recorded)) &&
    sameOrAbsent(recorded.spread, stored.spread) &&
    sameOrAbsent(recorded.truth, stored.truth)
  );
}

// What makes a golden stale, and its outputs. Versions, host and times may differ between equal recordings.
function factsOf({ suite, case: name, model, inputs, outputs, source }: Provenance): unknown {
  const { entry, dtypePolicy, seed, kind, name: sourceName } = source;
  return { suite, name, sha256: model.sha256, inputs, outputs, entry, dtypePolicy, seed, kind, sourceName };
}

function sameOrAbsent(recorded: unknown, stored: unknown): boolean {
  return recorded === undefined || JSON.stringify(recorded) === JSON.stringify(stored);
}

async function compareOutput(
  proposal: Proposal,
  was: ProvenanceOutput,
  output: ProvenanceOutput,
): Promise<OutputChange> {
  const face = faceOf(output);
  if (was.dtype !== output.dtype || was.shape.join() !== output.shape.join()) {
    return { ...face, change: 'changed', was: { dtype: was.dtype, shape: was.shape } };
  }
  const stored = await readBlob(proposal.goldens, was);
  const proposed = await readBlob(proposal.folder, output);
  if (stored.state !== 'sound') return { ...face, change: 'changed', note: `the golden ${stored.problem}` };
  if (proposed.state !== 'sound')
    return { ...face, change: 'changed', note: `the proposal ${proposed.problem}` };
  if (was.sha256 === output.sha256) return { ...face, change: 'unchanged' };
  const metrics = differenceOf(stored.tensor, proposed.tensor);
  return { ...face, change: 'changed', ...(metrics === null ? {} : { metrics }) };
}

function faceOf(output: ProvenanceOutput): Pick<OutputChange, 'output' | 'dtype' | 'shape'> {
  return { output: output.name, dtype: output.dtype, shape: output.shape };
}

function changeOf(
  proposal: Proposal,
  old: Provenance | null,
  outputs: readonly OutputChange[],
): CaseChange['change'] {
  if (proposal.kind === 'removal') return 'removed';
  if (old === null) return 'new';
  return outputs.every((output) => output.change === 'unchanged') ? 'origin' : 'changed';
}

function describeOrigin(old: Provenance, proposed: Provenance): readonly string[] {
  const lines: string[] = [];
  const note = (what: string, before: string | null, now: string | null) => {
    if (before !== now) lines.push(`${what}: ${before ?? 'none'} → ${now ?? 'none'}`);
  };
  note('model', short(old.model.sha256), short(proposed.model.sha256));
  const inputs = new Map(old.inputs.map((input) => [input.name, input.sha256]));
  for (const input of proposed.inputs) {
    note(`input ${input.name}`, short(inputs.get(input.name) ?? null), short(input.sha256));
    inputs.delete(input.name);
  }
  for (const [name, sha256] of inputs) note(`input ${name}`, short(sha256), null);
  note('source', old.source.name, proposed.source.name);
  note(old.source.entry.path, short(old.source.entry.sha256), short(proposed.source.entry.sha256));
  const reads = new Map(old.source.entry.reads.map((read) => [read.path, read.sha256]));
  for (const read of proposed.source.entry.reads) {
    note(read.path, short(reads.get(read.path) ?? null), short(read.sha256));
  }
  note('dtype policy', old.source.dtypePolicy, proposed.source.dtypePolicy);
  note('seed', String(old.source.seed), String(proposed.source.seed));
  note(
    'framework',
    `${old.source.framework} ${old.source.version}`,
    `${proposed.source.framework} ${proposed.source.version}`,
  );
  note('host', `${old.host.os}, ${old.host.cpu}`, `${proposed.host.os}, ${proposed.host.cpu}`);
  if (!sameOrAbsent(proposed.spread, old.spread)) lines.push('spread of repeated runs: measured anew');
  if (!sameOrAbsent(proposed.truth, old.truth)) lines.push('distance to float64: measured anew');
  return lines;
}

function short(sha256: string | null): string | null {
  return sha256 === null ? null : sha256.slice(0, 12);
}
