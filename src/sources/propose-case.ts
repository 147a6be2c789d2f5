import type { SourceSpec, CaseSpec, Suite } from '../suite/types.ts';
import type { NamedTensors, Tensor } from '../tensor/index.ts';
import { encodeBlob } from './golden/blob.ts';
import type { Blob } from './golden/blob.ts';
import { describeChange, isSameGolden, readStored } from './golden/changes.ts';
import { findProposal, proposeGolden, withdraw } from './golden/proposals.ts';
import type { Provenance } from './golden/provenance.ts';
import { readBlob } from './golden/read-files.ts';
import { takeSample } from './golden/sample.ts';
import type { CaseChange } from './golden/types.ts';
import type { SourceMeasures } from './measure-source.ts';
import { describeRecording } from './recording.ts';
import type { SourceRun } from './types.ts';

/** One case that the source has run. */
export interface Recording {
  readonly suite: Suite;
  readonly source: SourceSpec;
  readonly item: CaseSpec;
  readonly inputs: NamedTensors;
  readonly run: Extract<SourceRun, { status: 'ok' }>;
  readonly measures: SourceMeasures;
  /** See RecordOptions in record.ts. */
  readonly options: {
    readonly root: string;
    readonly modelSha256: string | null;
    readonly command: string;
  };
}

/** Proposes the outputs of one case; nothing where the approved golden holds the same already. */
export async function proposeCase(
  recording: Recording,
): Promise<{ readonly change: CaseChange | null; readonly unchanged: boolean }> {
  const { suite, source, item, inputs, run, measures, options } = recording;
  const { outputs, blobs } = store(run.outputs, (name) => mostOf(suite, item, name));
  const provenance = await describeRecording({
    suite,
    source,
    caseName: item.name,
    inputs,
    run,
    outputs,
    modelSha256: options.modelSha256,
    command: options.command,
    spread: measures.spread.get(item.name),
    truth: measures.truth.get(item.name),
  });
  const stored = await readStored(suite.goldens, item.name);
  if (stored !== null && isSameGolden(stored, provenance) && (await isSound(suite, stored))) {
    await withdraw(options.root, suite.name, item.name);
    return { change: null, unchanged: true };
  }
  await proposeGolden(options.root, suite, provenance, blobs);
  return { change: await changeOf(suite, item.name, options.root), unchanged: false };
}

function store(
  tensors: NamedTensors,
  most: (output: string) => number | null,
): { readonly outputs: Provenance['outputs']; readonly blobs: readonly Blob[] } {
  const outputs: Provenance['outputs'] = [];
  const blobs: Blob[] = [];
  for (const [name, tensor] of tensors) {
    const { kept, sample } = reduce(tensor, most(name));
    const blob = encodeBlob(kept);
    blobs.push(blob);
    const entry = {
      name,
      dtype: tensor.dtype,
      shape: [...tensor.shape],
      sha256: blob.sha256,
      blob: `blobs/${blob.file}`,
    };
    outputs.push({ ...entry, ...(sample === undefined ? {} : { sample }) });
  }
  return { outputs, blobs };
}

// The seed is fixed: the same output of the same case gives the same sample, so that recordings can be compared.
const SAMPLE_SEED = 20_231;

/** Elements that the suite lets a golden keep; `null` where it keeps all. */
function mostOf(suite: Suite, item: CaseSpec, output: string): number | null {
  return item.outputs.get(output)?.sample ?? suite.outputs.get(output)?.sample ?? null;
}

function reduce(
  tensor: Tensor,
  most: number | null,
): { readonly kept: Tensor; readonly sample?: NonNullable<Provenance['outputs'][number]['sample']> } {
  const taken = most === null ? null : takeSample(tensor, most, SAMPLE_SEED);
  if (taken === null) return { kept: tensor };
  const { shape: _whole, ...sample } = taken.sample;
  return { kept: taken.kept, sample };
}

async function isSound(suite: Suite, stored: Provenance): Promise<boolean> {
  for (const output of stored.outputs) {
    if ((await readBlob(suite.goldens, output)).state !== 'sound') return false;
  }
  return true;
}

/** What the proposal of a case would change. */
export async function changeOf(suite: Suite, caseName: string, root: string): Promise<CaseChange | null> {
  const proposal = await findProposal(root, suite.name, caseName);
  return proposal === null ? null : describeChange(proposal);
}
