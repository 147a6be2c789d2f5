import type { Check } from '../result/index.ts';

/** What makes the result of a check; times, commands and where it ran do not. */
const RESULT = [
  'modelSha256',
  'dtype',
  'shape',
  'status',
  'verdict',
  'metrics',
  'bounds',
] as const satisfies readonly (keyof Check)[];

/** Whether two runs say the same about a check. */
export function sameResult(left: Check, right: Check): boolean {
  return RESULT.every((field) => textOf(left[field]) === textOf(right[field]));
}

/** The first differences in words: `linf 1e-7 and 2e-7`. */
export function differenceOf(left: Check, right: Check): string {
  const field = RESULT.find((name) => textOf(left[name]) !== textOf(right[name]));
  if (field !== undefined && field !== 'metrics' && field !== 'bounds')
    return `${field} ${textOf(left[field])} and ${textOf(right[field])}`;
  const name = [...new Set([...Object.keys(left.metrics), ...Object.keys(right.metrics)])].find(
    (metric) => left.metrics[metric] !== right.metrics[metric],
  );
  return name === undefined
    ? (field ?? 'nothing')
    : `${name} ${left.metrics[name] ?? 'absent'} and ${right.metrics[name] ?? 'absent'}`;
}

/** Keys in one order: documents may have been written by different versions. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
