import { METRICS } from '../metrics/index.ts';

/** Facts about the finite expected values that a bound may refer to; 0 where there are none. */
export const FACTS = {
  refMax: 'largest finite expected value',
  refMin: 'smallest finite expected value',
  refMaxAbs: 'largest finite |expected|',
  refMean: 'mean of the finite expected values',
  refScale: 'median of the finite non-zero |expected|',
  elements: 'number of elements',
} as const;

/** Utilisation is made from the bounds and so cannot be in one. */
export const METRIC_NAMES: ReadonlySet<string> = new Set(
  METRICS.map(({ name }) => name).filter((name) => name !== 'utilisation'),
);

export const FUNCTIONS: ReadonlySet<string> = new Set([
  'min',
  'max',
  'abs',
  'sqrt',
  'log10',
  'log2',
  'exp',
  'pow',
]);

export function isKnownName(name: string): boolean {
  return METRIC_NAMES.has(name) || Object.hasOwn(FACTS, name);
}

/** Up to three known names that differ from `name` in at most a third of its letters. */
export function namesLike(name: string): readonly string[] {
  const limit = Math.max(1, Math.ceil(name.length / 3));
  return [...METRIC_NAMES, ...Object.keys(FACTS)]
    .map((known) => ({ known, distance: editDistance(name.toLowerCase(), known.toLowerCase()) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ known }) => known);
}

/** Levenshtein's distance. */
export function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
