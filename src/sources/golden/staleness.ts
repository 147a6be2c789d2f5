import { join, dirname } from 'node:path';
import type { Reason } from '../../result/index.ts';
import type { SourceSpec, Suite } from '../../suite/types.ts';
import type { NamedTensors } from '../../tensor/index.ts';
import { hashPath } from '../entry-hash.ts';
import { relativePath } from '../relative-path.ts';
import { hashTensor } from './blob.ts';
import type { Provenance } from './provenance.ts';
import { staleReason } from './reasons.ts';
import type { GoldenFacts, StaleCause } from './types.ts';

export interface Staleness {
  readonly causes: readonly StaleCause[];
  readonly reasons: readonly Reason[];
}

interface Change {
  readonly cause: StaleCause;
  readonly detail: string;
}

/** What changed since the golden was recorded; nothing where it is fresh. */
export async function findStaleness(
  suite: Suite,
  provenance: Provenance,
  facts: GoldenFacts,
): Promise<Staleness> {
  const changes = [
    ...changesOfModel(provenance, facts.modelSha256),
    ...changesOfInputs(provenance, facts.inputs),
    ...(await changesOfSource(provenance, suite)),
  ];
  const place = { suite: provenance.suite, case: provenance.case };
  return {
    causes: [...new Set(changes.map((change) => change.cause))],
    reasons: changes.map(({ cause, detail }) => staleReason(place, cause, detail)),
  };
}

/** What a suite asks of its source, as it stands in a provenance. */
export function dtypePolicyOf(source: SourceSpec): string {
  return source.dtype ?? 'as built';
}

function changesOfModel(provenance: Provenance, modelSha256: string | null): Change[] {
  // A model that cannot be read has a reason of its own.
  if (modelSha256 === null || modelSha256 === provenance.model.sha256) return [];
  return [
    { cause: 'model', detail: `${provenance.model.name}: ${fromTo(provenance.model.sha256, modelSha256)}` },
  ];
}

function changesOfInputs(provenance: Provenance, inputs: NamedTensors): Change[] {
  const recorded = new Map(provenance.inputs.map((input) => [input.name, input]));
  const changes: Change[] = [];
  for (const [name, tensor] of inputs) {
    const before = recorded.get(name);
    recorded.delete(name);
    if (before === undefined) {
      changes.push({ cause: 'inputs', detail: `${name} is new` });
      continue;
    }
    const was = `${before.dtype}[${before.shape.join(', ')}]`;
    const is = `${tensor.dtype}[${tensor.shape.join(', ')}]`;
    const now = hashTensor(tensor);
    if (was !== is) changes.push({ cause: 'inputs', detail: `${name}: ${was} → ${is}` });
    else if (now !== before.sha256)
      changes.push({ cause: 'inputs', detail: `${name}: ${fromTo(before.sha256, now)}` });
  }
  for (const name of recorded.keys()) changes.push({ cause: 'inputs', detail: `${name} is gone` });
  return changes;
}

async function changesOfSource(provenance: Provenance, suite: Suite): Promise<Change[]> {
  const recorded = provenance.source;
  const source = suite.sources.find((candidate) => candidate.name === recorded.name);
  if (source === undefined) {
    return [{ cause: 'source settings', detail: `the suite has no source ${recorded.name} any more` }];
  }
  return [
    ...(await changesOfEntry(recorded, source, suite.folder)),
    ...differing('dtype policy', 'dtype', recorded.dtypePolicy, dtypePolicyOf(source)),
    ...differing('source settings', 'kind', recorded.kind, source.kind),
    ...(source.seed === undefined ? [] : differing('source settings', 'seed', recorded.seed, source.seed)),
  ];
}

async function changesOfEntry(
  recorded: Provenance['source'],
  source: SourceSpec,
  folder: string,
): Promise<Change[]> {
  const { entry } = recorded;
  const now = await hashPath(source.entry.file);
  const path = relativePath(folder, source.entry.file);
  const changes = [
    ...differing('entry script', 'path', entry.path, path),
    ...differing('entry script', 'function', entry.callable, source.entry.callable ?? null),
    ...differing('entry script', 'signature', entry.signature, source.signature ?? null),
  ];
  if (now === null) return [...changes, { cause: 'entry script', detail: `${path} does not exist any more` }];
  if (now !== entry.sha256)
    changes.push({ cause: 'entry script', detail: `${path}: ${fromTo(entry.sha256, now)}` });
  for (const read of entry.reads) {
    const current = await hashPath(join(dirname(source.entry.file), read.path));
    // A file that is absent here (weights kept elsewhere) proves no change.
    if (current === null || current === read.sha256) continue;
    changes.push({
      cause: 'entry script',
      detail: `${read.path}, which it reads: ${fromTo(read.sha256, current)}`,
    });
  }
  return changes;
}

function differing(cause: StaleCause, what: string, before: unknown, now: unknown): Change[] {
  return before === now ? [] : [{ cause, detail: `${what}: ${String(before)} → ${String(now)}` }];
}

function fromTo(before: string | null, now: string): string {
  return `sha256 ${before?.slice(0, 12) ?? 'unknown'} → ${now.slice(0, 12)}`;
}
