/** The cases of a suite: sweeps and relations of one entry become cases of their own. */
import type { Dimensions } from './dimensions.ts';
import { combinationsOf, Lengths, sweptName } from './dimensions.ts';
import type { Problems, PropertyPath } from './problems.ts';
import { TEXTS } from './problems.ts';
import { readBench, readRelations, readRollout, readStability } from './read-features.ts';
import type { FeatureScope } from './read-features.ts';
import { readInputs } from './read-inputs.ts';
import { policyOf, readOutputs, readReference } from './read-references.ts';
import type { ReferenceScope } from './read-references.ts';
import { namedEntries } from './read-spec.ts';
import type { CaseEntry, SuiteSpec } from './schema.ts';
import type { CaseSpec, InputSpec, ReferenceSpec, RelationSpec } from './types.ts';

interface CaseScope {
  /** The suite's. */
  readonly reference: ReferenceSpec;
  readonly scope: ReferenceScope;
}

export function readCases(spec: SuiteSpec, within: CaseScope, problems: Problems): readonly CaseSpec[] {
  const entries = namedEntries(spec.cases);
  if (entries.length === 0) problems.add(['cases'], TEXTS.empty('case'));
  const seen = new Set<string>();
  return entries.flatMap(([name, entry]) => {
    const cases = readSweep(name, entry, spec, within, problems);
    for (const made of cases) {
      if (seen.has(made.name)) {
        problems.add(['cases', name], TEXTS.duplicate('case', made.name, 'rename one of them'), 'key');
      }
      seen.add(made.name);
    }
    return cases;
  });
}

/** One case for each combination of lengths; problems of all but the first are those of the first again. */
function readSweep(
  name: string,
  entry: CaseEntry,
  spec: SuiteSpec,
  within: CaseScope,
  problems: Problems,
): readonly CaseSpec[] {
  const path = ['cases', name];
  const combinations = combinationsOf(entry.over, [...path, 'over'], problems);
  checkTogether(entry, path, problems);
  const before = problems.list.length;
  const cases: CaseSpec[] = [];
  for (const [index, dimensions] of combinations.entries()) {
    cases.push(...readCase(name, entry, dimensions, spec, within, index === 0, problems));
    if (problems.list.length > before) break;
  }
  return cases;
}

function readCase(
  name: string,
  entry: CaseEntry,
  dimensions: Dimensions,
  spec: SuiteSpec,
  { reference, scope }: CaseScope,
  first: boolean,
  problems: Problems,
): readonly CaseSpec[] {
  const path = ['cases', name];
  const lengths = new Lengths(dimensions);
  const at = { path: [...path, 'inputs'], folder: scope.folder, lengths };
  const inputs = readInputs(namedEntries(entry.inputs), new Map(namedEntries(spec.inputs)), at, problems);
  const features: FeatureScope = {
    path,
    inputs: [...inputs.keys()],
    targets: scope.targets,
    lengths,
  };
  const relations = readRelations(entry.relation, features, problems);
  const plain = plainCase(name, sweptName(name, dimensions), entry, spec, inputs, features, problems);
  const own =
    entry.reference === undefined
      ? reference
      : readReference(entry.reference, [...path, 'reference'], scope, problems);
  if (first) checkUsed(dimensions, lengths, path, problems);
  // A relation is a reference: only a case that names another one is held against that too.
  const whole = entry.relation === undefined || entry.reference !== undefined;
  return [
    ...(whole ? [{ ...plain, reference: own }] : []),
    ...relations.map((relation) => relationCase(name, plain, relation)),
  ];
}

function plainCase(
  family: string,
  name: string,
  entry: CaseEntry,
  spec: SuiteSpec,
  inputs: ReadonlyMap<string, InputSpec>,
  features: FeatureScope,
  problems: Problems,
): Omit<CaseSpec, 'reference'> {
  const { path, targets } = features;
  const rollout = readRollout(entry.rollout, features, problems);
  const shared = rollout === null && (entry.relation === undefined || entry.reference !== undefined);
  const stability =
    entry.stability === undefined
      ? readStability(shared ? spec.stability : undefined, ['stability'], problems)
      : readStability(entry.stability, [...path, 'stability'], problems);
  const bench =
    entry.bench === undefined
      ? readBench(shared ? spec.bench : undefined, ['bench'], targets, problems)
      : readBench(entry.bench, [...path, 'bench'], targets, problems);
  return {
    name,
    ...(name === family ? {} : { family }),
    inputs,
    ...(entry.tolerance === undefined ? {} : { tolerance: entry.tolerance }),
    policy: policyOf(entry),
    outputs: readOutputs(entry.outputs),
    ...(entry.targets === undefined ? {} : { targets: entry.targets }),
    ...(entry.models === undefined ? {} : { models: entry.models }),
    repeat: entry.repeat ?? spec.repeat ?? 'auto',
    ...(rollout === null ? {} : { rollout }),
    ...(stability === null ? {} : { stability }),
    ...(bench === null ? {} : { bench }),
  };
}

/** `normal[batch=3]:batchInvariance` */
function relationCase(family: string, plain: Omit<CaseSpec, 'reference'>, relation: RelationSpec): CaseSpec {
  const { stability: _, bench: __, ...rest } = plain;
  return {
    ...rest,
    name: `${plain.name}:${relation.kind}`,
    family,
    reference: { kind: 'relation', relation },
  };
}

function checkTogether(entry: CaseEntry, path: PropertyPath, problems: Problems): void {
  const apart = [
    ['rollout', 'relation'],
    ['rollout', 'stability'],
    ['rollout', 'bench'],
  ] as const;
  for (const [one, other] of apart) {
    if (entry[one] !== undefined && entry[other] !== undefined) {
      problems.add([...path, other], TEXTS.apart(one, other), 'key');
    }
  }
  if (entry.relation === undefined || entry.reference !== undefined) return;
  for (const key of ['stability', 'bench'] as const) {
    if (entry[key] !== undefined)
      problems.add([...path, key], TEXTS.needs(key, 'a `reference` beside the relation'), 'key');
  }
}

function checkUsed(dimensions: Dimensions, lengths: Lengths, path: PropertyPath, problems: Problems): void {
  for (const name of dimensions.keys()) {
    if (!lengths.used.has(name)) problems.add([...path, 'over', name], TEXTS.unusedDimension(name), 'key');
  }
}
