/** Every place of a suite where limits are written, and what is wrong with those that a schema cannot judge. */
import { PROFILES } from '../compare/bounds/profiles.ts';
import { compileExpression } from '../compare/expressions/prepared.ts';
import type { Tolerance } from '../compare/types.ts';
import { ParityError } from '../errors/index.ts';
import { TEXTS } from './problems.ts';
import type { Problems, PropertyPath } from './problems.ts';
import { namedEntries } from './read-spec.ts';
import type { SuiteSpec } from './schema.ts';

type Place = readonly [path: PropertyPath, tolerance: Tolerance | undefined];

/** Adds a problem for each expression that cannot be compiled and each profile that does not exist. */
export async function checkJudging(spec: SuiteSpec, problems: Problems): Promise<void> {
  const profiles = PROFILES.map(({ name }) => name);
  for (const [path, tolerance] of tolerancesOf(spec)) {
    const { profile, expressions = [] } = tolerance ?? {};
    if (profile !== undefined && !profiles.includes(profile)) {
      problems.add([...path, 'profile'], TEXTS.unknownName('profile', profile, profiles));
    }
    for (const [index, expression] of expressions.entries()) {
      const problem = await expressionProblem(expression);
      if (problem !== null) problems.add([...path, 'expressions', index], TEXTS.malformed(problem));
    }
  }
}

async function expressionProblem(expression: string): Promise<string | null> {
  try {
    await compileExpression(expression);
    return null;
  } catch (error) {
    if (error instanceof ParityError) return error.message;
    throw error;
  }
}

function* tolerancesOf(spec: SuiteSpec): Generator<Place> {
  yield [['tolerance'], spec.tolerance];
  for (const [name, tolerance] of namedEntries(spec.dtypes)) yield [['dtypes', name], tolerance];
  for (const [index, target] of (spec.targets ?? []).entries()) {
    if (typeof target !== 'string') yield [['targets', index, 'tolerance'], target.tolerance];
  }
  if (typeof spec.model === 'object') yield [['model', 'tolerance'], spec.model.tolerance];
  for (const [name, model] of namedEntries(spec.models)) {
    if (typeof model !== 'string') yield [['models', name, 'tolerance'], model.tolerance];
  }
  yield* outputPlaces(spec.outputs, ['outputs']);
  for (const [name, entry] of namedEntries(spec.cases)) {
    yield [['cases', name, 'tolerance'], entry.tolerance];
    yield* outputPlaces(entry.outputs, ['cases', name, 'outputs']);
  }
}

function* outputPlaces(outputs: SuiteSpec['outputs'], path: PropertyPath): Generator<Place> {
  for (const [name, output] of namedEntries(outputs)) yield [[...path, name, 'tolerance'], output.tolerance];
}
