/** How much a series moves from run to run when nothing happened. */

/**
 * Spread of neighbours in a series, robust against steps and outliers: the median of |x[i+k] − x[i]| ÷ √2, scaled to
 * the standard deviation of a normal distribution. Differences do not see a step except at its place (von Neumann
 * 1941; Rice 1984, Ann. Statist. 12); the median makes outliers harmless (Hampel 1974, JASA 69).
 */
export function neighbourSpread(series: readonly number[], lag = 1): number {
  const differences: number[] = [];
  for (let at = lag; at < series.length; at++)
    differences.push(Math.abs((series[at] ?? 0) - (series[at - lag] ?? 0)));
  return (NORMAL_MAD * median(differences)) / Math.SQRT2;
}

/** 1 ÷ the third quartile of the standard normal distribution: MAD to standard deviation. */
export const NORMAL_MAD = 1.4826;

/** The largest of the spreads at lags 1 to 4: neighbours may resemble each other more than any two nights do. */
export function marginalSpread(series: readonly number[]): number {
  return Math.max(...spreadsByLag(series));
}

// A step is seen by as many differences as the lag is long: they must stay few beside the others.
function spreadsByLag(series: readonly number[]): readonly number[] {
  const lags = [1, 2, 3, 4].filter((lag) => lag === 1 || series.length >= 8 * lag);
  return lags.map((lag) => neighbourSpread(series, lag));
}

/**
 * Standard deviation from the tenth of the deviations that are largest: the 90 % quantile of |x| over that of the standard
 * normal distribution. Above the median one where a series has heavy tails.
 */
export function tailSpread(deviations: readonly number[]): number {
  const sorted = deviations.map((value) => Math.abs(value)).toSorted((left, right) => left - right);
  return (sorted[Math.floor(0.9 * (sorted.length - 1))] ?? 0) / NORMAL_90;
}

/** 95 % quantile of the standard normal distribution. */
const NORMAL_90 = 1.6449;

/**
 * The spread that averages over many nights have to be held against: the marginal one, widened by
 * (1 + φ) ÷ (1 − φ) for the long-run variance of a first-order autoregression (Romano et al. 2022, JASA 117).
 */
export function longRunSpread(series: readonly number[]): number {
  const spreads = spreadsByLag(series);
  const widest = Math.max(...spreads);
  if (widest === 0) return 0;
  // Of white noise the narrowest of four spreads is up to a fifth smaller by chance, which is no correlation yet.
  const phi = Math.min(0.8, Math.max(0, 1 - ((spreads[0] ?? 0) / (0.8 * widest)) ** 2));
  return widest * Math.sqrt((1 + phi) / (1 - phi));
}

/**
 * A spread seen in `differences` differences, moderated towards what is usual: few nights prove little. Variances are
 * averaged by weight as in the moderated t-statistic (Smyth 2004, Stat. Appl. Genet. Mol. Biol. 3).
 */
export function moderatedSpread(spread: number, differences: number): number {
  const weighed = PRIOR_WEIGHT * PRIOR_SPREAD ** 2 + differences * spread ** 2;
  return Math.max(LEAST_SPREAD, Math.sqrt(weighed / (PRIOR_WEIGHT + differences)));
}

/** Natural log units: a check of which nothing is known may well move by 30 %. It counts as four nights. */
const PRIOR_SPREAD = 0.3;
const PRIOR_WEIGHT = 4;

/** Even a series that repeats bit for bit is not trusted below 5 %. */
export const LEAST_SPREAD = 0.05;

/** Middle value; the mean of the two middle ones of an even count; 0 of nothing. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
