/** Relations, rollouts, stability and latency of a case, spelled out and held against its inputs. */
import type { Lengths } from './dimensions.ts';
import type { Problems, PropertyPath } from './problems.ts';
import { TEXTS } from './problems.ts';
import { namedEntries } from './read-spec.ts';
import type { BenchEntry, RelationEntry, RolloutEntry, StabilityEntry } from './schema-features.ts';
import type { BenchSpec, RelationSpec, RolloutSpec, StabilitySpec, TargetSpec } from './types.ts';

/** What the features of one case are held against. */
export interface FeatureScope {
  readonly path: PropertyPath;
  /** Names of the inputs of the case. */
  readonly inputs: readonly string[];
  readonly targets: readonly TargetSpec[];
  readonly lengths: Lengths;
}

const RELATIONS = ['batchInvariance', 'batchPermutation', 'padding'] as const;

/** The relations of a case; one that is wrong is left out, with a problem added. */
export function readRelations(
  written: RelationEntry | readonly RelationEntry[] | undefined,
  scope: FeatureScope,
  problems: Problems,
): readonly RelationSpec[] {
  if (written === undefined) return [];
  const path = [...scope.path, 'relation'];
  const list = isList(written) ? written : [written];
  if (list.length === 0) problems.add(path, TEXTS.empty('relation'));
  const kinds = new Set<string>();
  return list.flatMap((entry, index) => {
    const at = isList(written) ? [...path, index] : path;
    const relation = readRelation(entry, at, scope, problems);
    if (relation === null) return [];
    if (kinds.has(relation.kind)) {
      problems.add(at, TEXTS.listedTwice(relation.kind));
      return [];
    }
    kinds.add(relation.kind);
    return [relation];
  });
}

function isList(
  written: RelationEntry | readonly RelationEntry[],
): written is Extract<typeof written, readonly RelationEntry[]> {
  return Array.isArray(written);
}

function readRelation(
  entry: RelationEntry,
  path: PropertyPath,
  scope: FeatureScope,
  problems: Problems,
): RelationSpec | null {
  const written = entry === 'batchInvariance' ? { batchInvariance: {} } : entry;
  const given = RELATIONS.filter((kind) => written[kind] !== undefined);
  if (given.length !== 1) {
    problems.add(path, TEXTS.exactlyOne(RELATIONS, given));
    return null;
  }
  const carriers = (names: readonly string[] | undefined, at: PropertyPath) => {
    checkInputs(names ?? [], at, scope, problems);
    return names === undefined ? {} : { inputs: names };
  };
  const { batchInvariance, batchPermutation, padding } = written;
  if (batchInvariance !== undefined) {
    const at = [...path, 'batchInvariance', 'inputs'];
    return { kind: 'batchInvariance', ...carriers(batchInvariance.inputs, at) };
  }
  if (batchPermutation !== undefined) {
    if (typeof batchPermutation === 'number') return { kind: 'batchPermutation', seed: batchPermutation };
    const at = [...path, 'batchPermutation', 'inputs'];
    return {
      kind: 'batchPermutation',
      seed: batchPermutation.seed,
      ...carriers(batchPermutation.inputs, at),
    };
  }
  return padding === undefined ? null : readPadding(padding, [...path, 'padding'], scope, problems);
}

type PaddingEntry = NonNullable<Exclude<RelationEntry, string>['padding']>;

function readPadding(
  entry: PaddingEntry,
  path: PropertyPath,
  scope: FeatureScope,
  problems: Problems,
): RelationSpec | null {
  const inputs = new Map(namedEntries(entry.inputs));
  if (inputs.size === 0) problems.add([...path, 'inputs'], TEXTS.empty('input'));
  for (const name of inputs.keys()) checkInput(name, [...path, 'inputs', name], 'key', scope, problems);
  if (entry.mask !== undefined) checkInput(entry.mask, [...path, 'mask'], 'value', scope, problems);
  const to = scope.lengths.of(entry.to, [...path, 'to'], problems);
  if (to === null) return null;
  return {
    kind: 'padding',
    inputs,
    ...(entry.mask === undefined ? {} : { mask: entry.mask }),
    axis: entry.axis ?? 1,
    to,
  };
}

/** The rollout of a case; names of inputs that the case does not feed are problems. */
export function readRollout(
  entry: RolloutEntry | undefined,
  scope: FeatureScope,
  problems: Problems,
): RolloutSpec | null {
  if (entry === undefined) return null;
  const path = [...scope.path, 'rollout'];
  const feed = namedEntries(entry.feed).map(([output, to]) => ({
    output,
    ...(typeof to === 'string' ? { input: to, take: 'all' as const } : { take: 'all' as const, ...to }),
  }));
  if (feed.length === 0) problems.add([...path, 'feed'], TEXTS.empty('output'));
  const fed = new Set<string>();
  for (const { output, input } of feed) {
    const at = [...path, 'feed', output];
    checkInput(input, at, 'value', scope, problems);
    if (fed.has(input)) problems.add(at, TEXTS.duplicate('output', input, 'an input takes one value'));
    fed.add(input);
  }
  for (const key of ['each', 'grow'] as const) {
    for (const [name] of namedEntries(entry[key])) {
      const at = [...path, key, name];
      checkInput(name, at, 'key', scope, problems);
      if (fed.has(name)) problems.add(at, TEXTS.apart('feed', key), 'key');
      fed.add(name);
    }
  }
  return {
    steps: entry.steps,
    feed,
    each: new Map(namedEntries(entry.each)),
    grow: new Map(namedEntries(entry.grow)),
    mode: entry.mode ?? 'free',
  };
}

/** The variations of a case; `null` where none is asked for. */
export function readStability(
  entry: StabilityEntry | undefined,
  path: PropertyPath,
  problems: Problems,
): StabilitySpec | null {
  if (entry === undefined) return null;
  for (const key of ['threads', 'optimization'] as const) {
    const list: readonly unknown[] = entry[key] ?? [];
    const twice = list.find((value, index) => list.indexOf(value) !== index);
    if (twice !== undefined) problems.add([...path, key], TEXTS.listedTwice(twice));
  }
  return Object.keys(entry).length === 0 ? null : entry;
}

const RUNS = 20;
const WARMUP = 3;

/** The latency measurement of a case; `null` where none is asked for. */
export function readBench(
  entry: BenchEntry | undefined,
  path: PropertyPath,
  targets: readonly TargetSpec[],
  problems: Problems,
): BenchSpec | null {
  if (entry === undefined || entry === false) return null;
  if (entry === true) return { runs: RUNS, warmup: WARMUP };
  const { runs = RUNS, warmup = WARMUP, notSlowerThan } = entry;
  if (notSlowerThan === undefined) return { runs, warmup };
  const { factor = 1 } = notSlowerThan;
  const target = targets.find(({ name }) => name === notSlowerThan.target);
  if (target === undefined) {
    const known = targets.map(({ name }) => name);
    const text = TEXTS.unknownName('target', notSlowerThan.target, known);
    problems.add([...path, 'notSlowerThan', 'target'], text);
    return null;
  }
  return { runs, warmup, notSlowerThan: { target, factor } };
}

function checkInputs(
  names: readonly string[],
  path: PropertyPath,
  scope: FeatureScope,
  problems: Problems,
): void {
  for (const [index, name] of names.entries()) checkInput(name, [...path, index], 'value', scope, problems);
}

function checkInput(
  name: string,
  path: PropertyPath,
  at: 'key' | 'value',
  { inputs }: FeatureScope,
  problems: Problems,
): void {
  if (!inputs.includes(name)) problems.add(path, TEXTS.unknownName('input', name, inputs), at);
}
