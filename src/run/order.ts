import { createHash } from 'node:crypto';
import type { PlannedJob } from './plan.ts';

/** The same jobs and cases in another order of execution; the same seed gives the same order. */
export function shuffled(plan: readonly PlannedJob[], seed: number): readonly PlannedJob[] {
  return sortedByDraw(
    plan.map((job) => ({ ...job, cases: sortedByDraw(job.cases, (item) => `${seed}:case:${item.index}`) })),
    (job) =>
      `${seed}:job:${job.cases
        .map(({ index }) => index)
        .toSorted((a, b) => a - b)
        .join()}`,
  );
}

/** Each item keeps its draw whatever the others are, so that the rest of a plan runs in the order of the whole. */
function sortedByDraw<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  return items
    .map((item) => ({ item, draw: createHash('sha256').update(keyOf(item)).digest('hex') }))
    .toSorted((left, right) => (left.draw < right.draw ? -1 : left.draw > right.draw ? 1 : 0))
    .map(({ item }) => item);
}
