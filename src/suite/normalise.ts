/** From what a user wrote to what the rest of the tool works with. */
import { join, resolve } from 'node:path';

import { Problems, TEXTS } from './problems.ts';
import type { PropertyPath } from './problems.ts';
import { readCases } from './read-cases.ts';
import { policyOf, readModels, readOutputs, readReference, readSources } from './read-references.ts';
import type { ReferenceScope } from './read-references.ts';
import { namedEntries } from './read-spec.ts';
import type { SuiteSpec } from './schema.ts';
import { readTargets } from './targets.ts';
import type { ModelSpec, Suite } from './types.ts';

/** Where a suite lies. */
export interface SuiteOrigin {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  readonly file: string | null;
  /** Absolute; where goldens are unless the suite says otherwise. */
  readonly goldens: string;
}

/** Spells a suite out; problems are those that a schema cannot see: references, files, values. */
export function normalise(
  spec: SuiteSpec,
  origin: SuiteOrigin,
): { readonly suite: Suite; readonly problems: Problems } {
  const problems = new Problems();
  const { folder } = origin;
  const models = readModels(spec, folder, problems);
  const targets = readTargets(spec.targets ?? ['ort-node/cpu'], ['targets'], problems);
  const sources = readSources(spec.sources, folder);
  const scope = { folder, sources: sources.map(({ name }) => name), targets };
  const reference = readReference(spec.reference ?? 'golden', ['reference'], scope, problems);
  const cases = readCases(spec, { reference, scope }, problems);
  checkNames(spec, problems);
  checkCases(spec, models, scope, problems);
  checkModelTargets(models, scope, spec.models !== undefined, problems);
  const suite: Suite = {
    ...origin,
    description: spec.description ?? '',
    goldens: spec.goldens === undefined ? origin.goldens : resolve(folder, spec.goldens),
    models,
    sources,
    targets,
    cases,
    ...(spec.tolerance === undefined ? {} : { tolerance: spec.tolerance }),
    policy: policyOf(spec),
    dtypes: spec.dtypes ?? {},
    outputs: readOutputs(spec.outputs),
    timeout: spec.timeout ?? null,
  };
  return { suite, problems };
}

function checkCases(
  spec: SuiteSpec,
  models: readonly ModelSpec[],
  { targets }: ReferenceScope,
  problems: Problems,
): void {
  for (const [name, entry] of namedEntries(spec.cases)) {
    checkListed('target', entry.targets, ['cases', name, 'targets'], targets, problems);
    checkListed('model', entry.models, ['cases', name, 'models'], models, problems);
  }
}

function checkModelTargets(
  models: readonly ModelSpec[],
  { targets }: ReferenceScope,
  byName: boolean,
  problems: Problems,
): void {
  for (const model of models) {
    const path = byName ? ['models', model.name] : ['model'];
    checkListed('target', model.targets, [...path, 'targets'], targets, problems);
    for (const name of Object.keys(model.expectStatus)) {
      checkListed('target', [name], [...path, 'expectStatus', name], targets, problems);
    }
  }
}

function checkListed(
  what: 'target' | 'model',
  names: readonly string[] | undefined,
  path: PropertyPath,
  known: readonly { readonly name: string }[],
  problems: Problems,
): void {
  if (names === undefined) return;
  if (names.length === 0) problems.add(path, TEXTS.empty(what));
  const list = known.map(({ name }) => name);
  for (const [index, name] of names.entries()) {
    const single = path.at(-2) === 'expectStatus';
    if (list.includes(name)) continue;
    problems.add(
      single ? path : [...path, index],
      TEXTS.unknownName(what, name, list),
      single ? 'key' : 'value',
    );
  }
}

// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const UNUSABLE = /[/\\\u0000-\u001f\u007f]|^\s*$|^\.\.?$|^.{121}/su;

/** Names become parts of paths and of commands. */
function checkNames(spec: SuiteSpec, problems: Problems): void {
  const groups = [
    ['models', 'model name'],
    ['sources', 'source name'],
    ['cases', 'case name'],
  ] as const;
  for (const [group, what] of groups) {
    for (const [name] of namedEntries<unknown>(spec[group])) {
      if (UNUSABLE.test(name)) problems.add([group, name], TEXTS.unusableName(what, name), 'key');
    }
  }
}

/** Where goldens of a suite lie: beside the `suites` folder that holds it, else in the project. */
export function goldensFolder(root: string, folder: string, name: string): string {
  const parent = resolve(folder, '..');
  const project = /[/\\]suites$/.test(parent) ? resolve(parent, '..') : root;
  return join(project, 'goldens', name);
}
