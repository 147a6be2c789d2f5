import { arch, cpus, platform, release } from 'node:os';
import { dirname, join } from 'node:path';
import type { SourceSpec, Suite } from '../suite/types.ts';
import type { NamedTensors } from '../tensor/index.ts';
import { hashPath } from './entry-hash.ts';
import { hashTensor } from './golden/blob.ts';
import { PROVENANCE_VERSION } from './golden/provenance.ts';
import type { Provenance } from './golden/provenance.ts';
import { dtypePolicyOf } from './golden/staleness.ts';
import { relativePath } from './relative-path.ts';
import type { SourceRun } from './types.ts';

/** What is known of one recorded case. */
export interface RecordingFacts {
  readonly suite: Suite;
  readonly source: SourceSpec;
  readonly caseName: string;
  readonly inputs: NamedTensors;
  readonly run: Extract<SourceRun, { status: 'ok' }>;
  readonly outputs: Provenance['outputs'];
  readonly modelSha256: string | null;
  readonly command: string;
  readonly spread: Provenance['spread'];
  readonly truth: Provenance['truth'];
}

/** The provenance of a recording, not yet approved. */
export async function describeRecording(facts: RecordingFacts): Promise<Provenance> {
  const { suite, run } = facts;
  return {
    schemaVersion: PROVENANCE_VERSION,
    suite: suite.name,
    case: facts.caseName,
    model: { name: suite.models[0]?.name ?? '', sha256: facts.modelSha256 },
    inputs: [...facts.inputs].map(([name, tensor]) => ({
      name,
      dtype: tensor.dtype,
      shape: [...tensor.shape],
      sha256: hashTensor(tensor),
    })),
    outputs: facts.outputs,
    source: {
      name: facts.source.name,
      kind: facts.source.kind,
      framework: run.info.framework,
      version: run.info.frameworkVersion,
      language: run.info.language,
      packages: { ...run.info.packages },
      entry: await describeEntry(facts.source, suite.folder, run.reads),
      dtypePolicy: dtypePolicyOf(facts.source),
      seed: run.info.seed,
      threads: run.info.threads,
      device: run.info.device,
      determinism: { ...run.info.determinism },
    },
    // The kernel's major and minor version: more would name the machine.
    host: {
      os: `${platform()} ${release().split('.').slice(0, 2).join('.')}`,
      arch: arch(),
      cpu: cpus()[0]?.model ?? 'unknown',
    },
    recorded: { at: new Date().toISOString(), command: facts.command },
    approved: null,
    ...(facts.spread === undefined ? {} : { spread: facts.spread }),
    ...(facts.truth === undefined ? {} : { truth: facts.truth }),
  };
}

async function describeEntry(
  source: SourceSpec,
  folder: string,
  reads: readonly string[],
): Promise<Provenance['source']['entry']> {
  const { file, callable } = source.entry;
  const hashes: Provenance['source']['entry']['reads'] = [];
  for (const path of reads) {
    const read = join(dirname(file), path);
    const sha256 = read === file ? null : await hashPath(read);
    if (sha256 !== null) hashes.push({ path, sha256 });
  }
  return {
    path: relativePath(folder, file),
    callable: callable ?? null,
    signature: source.signature ?? null,
    sha256: (await hashPath(file)) ?? '',
    reads: hashes,
  };
}
