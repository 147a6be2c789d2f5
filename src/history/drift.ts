/** A level that does not jump but creeps: a flat start and a straight line from some run on, in log units. */

export interface Ramp {
  /** Entry where the line starts. */
  readonly from: number;
  /** Log units per run. */
  readonly slope: number;
  /** Squared error. */
  readonly cost: number;
}

const STARTS_TRIED = 40;

/** The best ramp by least squares, started at one of up to 40 places; `null` for a series too short to tell. */
export function bestRamp(series: readonly number[]): Ramp | null {
  const n = series.length;
  if (n < SHORTEST) return null;
  const sums = suffixSums(series);
  const step = Math.max(1, Math.floor((n - SHORTEST) / STARTS_TRIED));
  let best: Ramp | null = null;
  for (let from = 0; from <= n - SHORTEST; from += step) {
    const ramp = rampFrom(sums, n, from);
    if (best === null || ramp.cost < best.cost) best = ramp;
  }
  return best;
}

const SHORTEST = 8;

interface Sums {
  /** Σ x² over all, and from each place on Σ x and Σ i·x; x as the difference to the first value. */
  readonly squares: number;
  readonly plain: Float64Array;
  readonly weighed: Float64Array;
}

function suffixSums(series: readonly number[]): Sums {
  const n = series.length;
  const base = series[0] ?? 0;
  const plain = new Float64Array(n + 1);
  const weighed = new Float64Array(n + 1);
  let squares = 0;
  for (let at = n - 1; at >= 0; at--) {
    const x = (series[at] ?? 0) - base;
    plain[at] = (plain[at + 1] ?? 0) + x;
    weighed[at] = (weighed[at + 1] ?? 0) + at * x;
    squares += x * x;
  }
  return { squares, plain, weighed };
}

/** x = start + slope · max(0, i − from), by the normal equations. */
function rampFrom({ squares, plain, weighed }: Sums, n: number, from: number): Ramp {
  const m = n - 1 - from;
  const sumT = (m * (m + 1)) / 2;
  const sumTT = (m * (m + 1) * (2 * m + 1)) / 6;
  const sumX = plain[0] ?? 0;
  const sumTX = (weighed[from] ?? 0) - from * (plain[from] ?? 0);
  const slope = (n * sumTX - sumT * sumX) / (n * sumTT - sumT ** 2);
  const start = (sumX - slope * sumT) / n;
  return { from, slope, cost: Math.max(0, squares - start * sumX - slope * sumTX) };
}
