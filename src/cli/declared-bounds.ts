import type { DeclaredBound } from '../audit/index.ts';
import type { Tolerance } from '../compare/types.ts';
import type { Scope } from '../result/index.ts';
import type { Suite } from '../suite/types.ts';

/** Every bound that a suite declares, at every scope, and where it stands in the suite file. */
export function declaredBounds(suite: Suite): readonly DeclaredBound[] {
  const found: DeclaredBound[] = [];
  const add = (
    tolerance: Tolerance | undefined,
    from: Scope,
    owner: string | null,
    path: readonly string[],
    ofCase: string | null = null,
  ): void => {
    if (tolerance === undefined) return;
    found.push(
      ...boundsIn(tolerance).map((bound) => ({ ...bound, suite: suite.name, from, owner, ofCase, path })),
    );
  };
  add(suite.tolerance, 'suite', null, ['tolerance']);
  for (const { name, tolerance } of suite.models)
    add(tolerance, 'suite', name, ['models', name, 'tolerance']);
  for (const { name, tolerance } of suite.targets)
    add(tolerance, 'target', name, ['targets', name, 'tolerance']);
  for (const [dtype, tolerance] of Object.entries(suite.dtypes))
    add(tolerance, 'dtype', dtype, ['dtypes', dtype]);
  for (const [name, { tolerance }] of suite.outputs)
    add(tolerance, 'output', name, ['outputs', name, 'tolerance']);
  for (const item of suite.cases) {
    add(item.tolerance, 'case', item.name, ['cases', item.name, 'tolerance']);
    for (const [name, { tolerance }] of item.outputs) {
      add(tolerance, 'output', name, ['cases', item.name, 'outputs', name, 'tolerance'], item.name);
    }
  }
  return found;
}

const LIMITS = [
  'linf',
  'linfRelative',
  'mse',
  'rmse',
  'meanAbs',
  'bias',
  'maxRel',
  'maxUlp',
  'meanUlp',
  'cosine',
  'snrDb',
  'psnrDb',
  'kl',
] as const;

type Limits = Pick<DeclaredBound, 'metric' | 'limit' | 'atol' | 'rtol' | 'expression'>;

function boundsIn(tolerance: Tolerance): readonly Limits[] {
  const none = { limit: null, atol: null, rtol: null, expression: null };
  const bounds: Limits[] = LIMITS.flatMap((metric) => {
    const limit = tolerance[metric];
    return limit === undefined ? [] : [{ ...none, metric, limit }];
  });
  const { atol, rtol, mismatches, mismatchShare, topK, expressions = [] } = tolerance;
  if (atol !== undefined || rtol !== undefined || mismatches !== undefined || mismatchShare !== undefined) {
    bounds.push({
      ...none,
      metric: mismatchShare === undefined ? 'mismatches' : 'mismatchShare',
      limit: mismatchShare ?? mismatches ?? 0,
      atol: atol ?? null,
      rtol: rtol ?? null,
    });
  }
  if (topK !== undefined) bounds.push({ ...none, metric: 'topK', limit: topK.min ?? 1 });
  return [...bounds, ...expressions.map((expression) => ({ ...none, metric: 'expression', expression }))];
}
