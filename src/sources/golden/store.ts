/**
 * The golden store. One folder a suite:
 *
 *   goldens/<suite>/<case>.json                    provenance of one case; its renaming into place is the commit
 *   goldens/<suite>/blobs/<sha256>.safetensors     one output, named by the hash of its bytes; shared by equal outputs
 *   goldens/<suite>/blobs/<sha256>.json            the same for strings
 *
 * `<case>` is escaped as in file-names.ts. Blobs are written before the provenance that names them and deleted only
 * when no provenance does, so that a kill at any moment leaves the old golden or the new one. Only `approve` writes here.
 */
import { join } from 'node:path';
import type { GoldenRef, Reason } from '../../result/index.ts';
import type { CaseSpec, Suite } from '../../suite/types.ts';
import type { Tensor } from '../../tensor/index.ts';
import { relativePath } from '../relative-path.ts';
import { isTemporary, namesIn } from './atomic.ts';
import { fromFileName, toFileName } from './file-names.ts';
import { parseProvenance } from './provenance.ts';
import type { Provenance } from './provenance.ts';
import { noiseByOutput } from './noise.ts';
import { readBlob, readText } from './read-files.ts';
import { missingReason, tamperedReason, unreadableReason } from './reasons.ts';
import type { Sample } from './sample.ts';
import { findStaleness } from './staleness.ts';
import type { GoldenFacts, GoldenRead } from './types.ts';

/** Reads the golden of a case and holds it against the present. Never throws for what lies in the store. */
export async function readGolden(suite: Suite, caseSpec: CaseSpec, facts: GoldenFacts): Promise<GoldenRead> {
  const path = provenancePath(suite.goldens, caseSpec.name);
  const root = facts.root ?? process.cwd();
  const shown = relativePath(root, path);
  const place = { suite: suite.name, case: caseSpec.name };
  const text = await readText(path);
  if (text.state === 'missing') return without('missing', missingReason(place, shown), shown);
  if (text.state === 'failed')
    return without('unreadable', unreadableReason(place, shown, text.problem), shown);
  const read = parseProvenance(text.text);
  if (read.state === 'unreadable') {
    return without('unreadable', unreadableReason(place, shown, read.problem), shown);
  }

  const { provenance } = read;
  const tampered: Reason[] = [];
  if (read.state === 'tampered') tampered.push(tamperedReason(place, shown, 'was edited'));
  else if (provenance.case !== caseSpec.name) {
    tampered.push(tamperedReason(place, shown, `belongs to the case ${provenance.case}`));
  }
  const { outputs, samples, reasons } = await readOutputs(suite.goldens, provenance, root, place);
  const staleness = await findStaleness(suite, provenance, facts);
  const all = [...tampered, ...reasons, ...staleness.reasons];
  return {
    state: stateOf(all),
    staleBecause: staleness.causes,
    reasons: all,
    outputs,
    samples,
    noise: noiseByOutput(provenance),
    provenance,
    golden: { state: stateOf(all), origin: originOf(provenance), provenance: shown },
    isTruth: provenance.source.dtypePolicy === 'float64',
  };
}

/** The golden's reference for the check of one output. */
export function goldenRefOf(read: GoldenRead, output: string): GoldenRef {
  const [sample, noise] = [read.samples.get(output), read.noise.get(output)];
  return {
    ...read.golden,
    ...(noise === undefined ? {} : { noise }),
    ...(sample === undefined ? {} : { sampled: { elements: sample.elements, of: sample.of } }),
  };
}

/** Names of the cases that have a golden, sorted. */
export async function goldenCases(suite: Suite): Promise<readonly string[]> {
  const names: string[] = [];
  for (const file of await namesIn(suite.goldens)) {
    if (!file.endsWith('.json') || isTemporary(file)) continue;
    const name =
      fromFileName(file.slice(0, -'.json'.length)) ?? (await nameInside(join(suite.goldens, file)));
    if (name !== null) names.push(name);
  }
  return names.sort();
}

/** For a person: "PyTorch 2.13.0, export.py:build, 2026-11-21". */
export function originOf({ source, recorded }: Provenance): string {
  const entry =
    source.entry.callable === null ? source.entry.path : `${source.entry.path}:${source.entry.callable}`;
  return `${source.framework} ${source.version}, ${entry}, ${recorded.at.slice(0, 10)}`;
}

export function provenancePath(folder: string, caseName: string): string {
  return join(folder, `${toFileName(caseName)}.json`);
}

// Only the provenance knows a name that was too long for a file name.
async function nameInside(path: string): Promise<string | null> {
  const text = await readText(path);
  const read = text.state === 'read' ? parseProvenance(text.text) : null;
  return read === null || read.state === 'unreadable' ? null : read.provenance.case;
}

async function readOutputs(
  folder: string,
  provenance: Provenance,
  root: string,
  place: { readonly suite: string; readonly case: string },
): Promise<{ outputs: Map<string, Tensor>; samples: Map<string, Sample>; reasons: Reason[] }> {
  const outputs = new Map<string, Tensor>();
  const samples = new Map<string, Sample>();
  const reasons: Reason[] = [];
  for (const output of provenance.outputs) {
    const read = await readBlob(folder, output);
    const shown = relativePath(root, join(folder, output.blob));
    if (read.state === 'tampered') reasons.push(tamperedReason(place, shown, read.problem));
    if (read.state === 'unreadable') reasons.push(unreadableReason(place, shown, read.problem));
    if (read.state !== 'unreadable' && read.tensor !== null) outputs.set(output.name, read.tensor);
    if (output.sample !== undefined) samples.set(output.name, { ...output.sample, shape: output.shape });
  }
  return { outputs, samples, reasons };
}

// The gravest first: what cannot be read, then what was altered, then what no longer fits.
function stateOf(reasons: readonly Reason[]): GoldenRead['state'] {
  const has = (code: Reason['code']) => reasons.some((reason) => reason.code === code);
  if (has('GOLDEN_UNREADABLE')) return 'unreadable';
  if (has('GOLDEN_TAMPERED')) return 'tampered';
  return has('GOLDEN_STALE') ? 'stale' : 'fresh';
}

function without(state: 'missing' | 'unreadable', reason: Reason, provenance: string): GoldenRead {
  return {
    state,
    staleBecause: [],
    reasons: [reason],
    outputs: null,
    samples: new Map(),
    noise: new Map(),
    provenance: null,
    golden: { state, ...(state === 'missing' ? {} : { provenance }) },
    isTruth: false,
  };
}
