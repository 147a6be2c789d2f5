/**
 * Where a series changes its level: the cheapest partition into levels, each change paid for (optimal partitioning,
 * Jackson et al. 2005; penalties as in PELT, Killick et al. 2012, JASA 107), over the places where the means of some
 * window before and after differ (screening, Niu & Zhang 2012, Ann. Appl. Stat. 6). Squared error in log units.
 */
import { LEAST_SPREAD, longRunSpread, median } from './noise.ts';

/** One level: entries `from` up to but not including `to`. */
export interface Level {
  readonly from: number;
  readonly to: number;
  readonly level: number;
}

/** The levels of a series, at least one for a series that is not empty. `spread` is the series' own noise where it is not given. */
export function levelsOf(
  series: readonly number[],
  spread = Math.max(LEAST_SPREAD, longRunSpread(series)),
): readonly Level[] {
  if (series.length === 0) return [];
  const sums = new PrefixSums(series);
  const penalty = penaltyFor(series.length, spread);
  const cuts = settled(sums, partition(sums, candidates(sums, penalty), penalty));
  const edges = [0, ...cuts, series.length];
  return edges.slice(1).map((to, at) => {
    const from = edges[at] ?? 0;
    return { from, to, level: median(series.slice(from, to)) };
  });
}

/**
 * What a change must save. A change by chance among n places of white noise saves more than 12 + 4.5·ln n variances
 * about once in 20,000 series of 60 runs: false alarms stay rare over hundreds of checks.
 */
export function penaltyFor(length: number, spread: number): number {
  return (12 + 4.5 * Math.log(Math.max(2, length))) * spread ** 2;
}

class PrefixSums {
  readonly length: number;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;

  constructor(series: readonly number[]) {
    this.length = series.length;
    this.#sums = new Float64Array(series.length + 1);
    this.#squares = new Float64Array(series.length + 1);
    // Centred, so that squares lose no digits.
    const centre = median(series);
    series.forEach((value, at) => {
      const centred = value - centre;
      this.#sums[at + 1] = (this.#sums[at] ?? 0) + centred;
      this.#squares[at + 1] = (this.#squares[at] ?? 0) + centred ** 2;
    });
  }

  /** Squared error of one level over [from, to). */
  cost(from: number, to: number): number {
    const sum = (this.#sums[to] ?? 0) - (this.#sums[from] ?? 0);
    const squares = (this.#squares[to] ?? 0) - (this.#squares[from] ?? 0);
    return Math.max(0, squares - sum ** 2 / (to - from));
  }
}

/**
 * Places where two windows, before and after, differ by a third of what a change must save; of each width only those
 * that no better place lies near to.
 */
function candidates(sums: PrefixSums, penalty: number): readonly number[] {
  const found = new Set<number>();
  const n = sums.length;
  for (let width = 1; width < 2 * n; width *= 2) {
    const standing: { readonly at: number; readonly saved: number }[] = [];
    for (let at = 1; at < n; at++) {
      const saved = savedBy(sums, Math.max(0, at - width), at, Math.min(n, at + width));
      if (saved > penalty / 3) standing.push({ at, saved });
    }
    const near = new Uint8Array(n);
    for (const { at } of standing.toSorted((left, right) => right.saved - left.saved)) {
      if (near[at] === 1) continue;
      found.add(at);
      near.fill(1, Math.max(0, at - (width >> 1)), at + (width >> 1) + 1);
    }
  }
  return [...found].sort((left, right) => left - right);
}

function savedBy(sums: PrefixSums, from: number, at: number, to: number): number {
  return sums.cost(from, to) - sums.cost(from, at) - sums.cost(at, to);
}

/** Moves each cut to the best place between its neighbours. */
function settled(sums: PrefixSums, cuts: readonly number[]): readonly number[] {
  const places = [...cuts];
  for (let at = 0; at < places.length; at++) {
    const [from, to] = [places[at - 1] ?? 0, places[at + 1] ?? sums.length];
    let best = places[at] ?? from + 1;
    for (let place = from + 1; place < to; place++) {
      if (savedBy(sums, from, place, to) > savedBy(sums, from, best, to)) best = place;
    }
    places[at] = best;
  }
  return places;
}

/** The cheapest cuts among the candidates. */
function partition(sums: PrefixSums, places: readonly number[], penalty: number): readonly number[] {
  const edges = [0, ...places, sums.length];
  const best = new Float64Array(edges.length);
  const before = new Int32Array(edges.length);
  for (let to = 1; to < edges.length; to++) {
    best[to] = Infinity;
    for (let from = 0; from < to; from++) {
      const cost =
        (best[from] ?? 0) + sums.cost(edges[from] ?? 0, edges[to] ?? 0) + (from === 0 ? 0 : penalty);
      if (cost < (best[to] ?? 0)) {
        best[to] = cost;
        before[to] = from;
      }
    }
  }
  const cuts: number[] = [];
  for (let at = before[edges.length - 1] ?? 0; at > 0; at = before[at] ?? 0) cuts.unshift(edges[at] ?? 0);
  return cuts;
}

/** Squared error of the levels, and what their changes cost. */
export function costOfLevels(series: readonly number[], levels: readonly Level[], spread: number): number {
  const sums = new PrefixSums(series);
  const errors = levels.reduce((total, { from, to }) => total + sums.cost(from, to), 0);
  return errors + (levels.length - 1) * penaltyFor(series.length, spread);
}
