/** mathjs loads asynchronously and comparing is synchronous: expressions are compiled once, beforehand, and kept by their text. */
import { compareError } from '../../errors/catalogue/compare.ts';
import type { Tolerance } from '../types.ts';
import type { CompiledExpression } from './compile.ts';
import { compileWith } from './compile.ts';

const prepared = new Map<string, CompiledExpression>();

/** Compiles one expression; throws a ParityError that names what is wrong with it. Loads mathjs on first use. */
export async function compileExpression(text: string): Promise<CompiledExpression> {
  const known = prepared.get(text);
  if (known !== undefined) return known;
  const { default: math } = await import('mathjs/lib/browser/math.js');
  const compiled = compileWith((source) => math.parse(source), text);
  prepared.set(text, compiled);
  return compiled;
}

/** Compiles the expressions of these tolerances, so that `compareTensors` can use them. Without expressions it does nothing. */
export async function prepareExpressions(
  layers: Iterable<{ readonly tolerance: Pick<Tolerance, 'expressions'> }>,
): Promise<void> {
  for (const { tolerance } of layers) {
    for (const text of tolerance.expressions ?? []) await compileExpression(text);
  }
}

export function preparedExpression(text: string): CompiledExpression {
  const found = prepared.get(text);
  if (found === undefined) throw compareError('EXPRESSION_NOT_PREPARED', { expression: text });
  return found;
}
