/**
 * The candidate that a mistyped name probably meant, or `null`: at most a third of its letters (rounded up) are changed, left out,
 * added or swapped with their neighbour; case is ignored. Source: optimal string alignment distance.
 */
export function closest(name: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.min(Math.ceil(name.length / 3), name.length - 1) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const change = previous[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swap = swapped ? beforePrevious[j - 2]! + 1 : Infinity;
      row.push(Math.min(change, previous[j]! + 1, row[j - 1]! + 1, swap));
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[to.length]!;
}
