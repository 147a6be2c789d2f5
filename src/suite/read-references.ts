/** Models, sources and references of a suite, spelled out. */
import { basename, resolve } from 'node:path';

import type { ComparePolicy } from '../compare/types.ts';
import { TEXTS } from './problems.ts';
import type { Problems, PropertyPath } from './problems.ts';
import { namedEntries } from './read-spec.ts';
import { policyShape } from './schema-tolerance.ts';
import type { ModelEntry, OutputEntry, ReferenceEntry, SourceEntry, SuiteSpec } from './schema.ts';
import { readTarget } from './targets.ts';
import type { ModelSpec, OutputSpec, ReferenceSpec, SourceSpec, TargetSpec } from './types.ts';

/** The models, by `model` or `models`. A missing file is no problem here: it becomes a check that did not pass. */
export function readModels(spec: SuiteSpec, folder: string, problems: Problems): readonly ModelSpec[] {
  if (spec.model !== undefined && spec.models !== undefined)
    problems.add(['model'], TEXTS.bothModels(), 'key');
  if (spec.model !== undefined) return [readModel(null, spec.model, folder, ['model'], problems)];
  if (spec.models === undefined) {
    problems.add([], TEXTS.noModel());
    return [];
  }
  const entries = namedEntries(spec.models);
  if (entries.length === 0) problems.add(['models'], TEXTS.empty('model'));
  return entries.map(([name, entry]) => readModel(name, entry, folder, ['models', name], problems));
}

function readModel(
  name: string | null,
  written: ModelEntry,
  folder: string,
  path: PropertyPath,
  problems: Problems,
): ModelSpec {
  const entry = typeof written === 'string' ? { path: written } : written;
  const renames = namedEntries(entry.renameOutputs);
  const seen = new Set<string>();
  for (const [actual, expected] of renames) {
    if (seen.has(expected)) {
      problems.add(
        [...path, 'renameOutputs', actual],
        TEXTS.duplicate('output', expected, 'each needs a name of its own'),
      );
    }
    seen.add(expected);
  }
  return {
    name: name ?? basename(entry.path).replace(/\.onnx$/i, ''),
    path: resolve(folder, entry.path),
    ...(entry.tolerance === undefined ? {} : { tolerance: entry.tolerance }),
    policy: policyOf(entry),
    castInputs: entry.castInputs ?? {},
    renameOutputs: Object.fromEntries(renames),
    ...(entry.targets === undefined ? {} : { targets: entry.targets }),
    expectStatus: entry.expectStatus ?? {},
  };
}

/** The part of an entry that says how to compare. */
export function policyOf(entry: ComparePolicy & Readonly<Record<string, unknown>>): ComparePolicy {
  const given = Object.keys(policyShape).filter((key) => entry[key] !== undefined);
  return Object.fromEntries(given.map((key) => [key, entry[key]])) as ComparePolicy;
}

export function readOutputs(
  outputs: Readonly<Record<string, OutputEntry>> | undefined,
): ReadonlyMap<string, OutputSpec> {
  return new Map(
    namedEntries(outputs).map(([name, entry]) => [
      name,
      {
        ...(entry.tolerance === undefined ? {} : { tolerance: entry.tolerance }),
        ...(entry.sample === undefined ? {} : { sample: entry.sample }),
        policy: policyOf(entry),
      },
    ]),
  );
}

const FRAMEWORK_BY_ENDING: readonly (readonly [RegExp, SourceSpec['framework']])[] = [
  [/\.(pt2?|pth|ts)$/i, 'pytorch'],
  [/\.(keras|h5|pb)$/i, 'tensorflow'],
];

/** The sources; paths absolute, the framework by kind or file ending where it is not said. */
export function readSources(sources: SuiteSpec['sources'], folder: string): readonly SourceSpec[] {
  return namedEntries(sources).map(([name, entry]) => readSource(name, entry, folder));
}

function readSource(name: string, entry: SourceEntry, folder: string): SourceSpec {
  const { entry: written, kind = 'python', framework, python, ...rest } = entry;
  const call = /^(.+\.py)(?::([A-Za-z_]\w*))?$/.exec(written);
  const guessed = FRAMEWORK_BY_ENDING.find(([ending]) => ending.test(written))?.[1] ?? 'python';
  return {
    name,
    kind,
    entry:
      call === null
        ? { file: resolve(folder, written) }
        : { file: resolve(folder, call[1]!), callable: call[2] ?? 'build' },
    framework: framework ?? (kind === 'tfjs-node' ? 'tensorflow' : guessed),
    ...(python === undefined ? {} : { python: python.includes('/') ? resolve(folder, python) : python }),
    ...rest,
  };
}

/** What a reference may point at. */
export interface ReferenceScope {
  readonly folder: string;
  readonly sources: readonly string[];
  readonly targets: readonly TargetSpec[];
}

const FORMS = ['live', 'both', 'file', 'runtime'] as const;

/** A reference spelled out; golden where it is wrong, with a problem added. */
export function readReference(
  written: ReferenceEntry,
  path: PropertyPath,
  scope: ReferenceScope,
  problems: Problems,
): ReferenceSpec {
  const golden = { kind: 'golden' } as const;
  if (written === 'golden') return golden;
  const given = FORMS.filter((form) => written[form] !== undefined);
  if (given.length !== 1) {
    problems.add(path, TEXTS.exactlyOne(FORMS, given));
    return golden;
  }
  for (const kind of ['live', 'both'] as const) {
    const source = written[kind];
    if (source === undefined) continue;
    if (!scope.sources.includes(source)) {
      problems.add([...path, kind], TEXTS.unknownName('source', source, scope.sources));
    }
    return { kind, source };
  }
  if (written.file !== undefined) return { kind: 'file', path: resolve(scope.folder, written.file) };
  const runtime = written.runtime!;
  const listed = scope.targets.find(({ name }) => name === runtime);
  const target = listed ?? readTarget(runtime, [...path, 'runtime'], problems);
  return target === null ? golden : { kind: 'runtime', target };
}
