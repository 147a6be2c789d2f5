/** Errors on a log scale: they spread over decades, and what moves them multiplies them. */

/** Errors as natural logarithms. Nothing is below `floor`, where an error is as good as zero; NaN and infinities are {@link CEILING}. */
export function logError(value: number, floor: number): number {
  if (!Number.isFinite(value)) return CEILING;
  return Math.log(Math.max(Math.abs(value), floor));
}

/** Above the logarithm of every finite error; as bad as can be. */
export const CEILING = 710;

/** The inverse of {@link logError}; Infinity at the ceiling. */
export function unlog(log: number): number {
  return log >= CEILING ? Infinity : Math.exp(log);
}

/**
 * Below what an error is as good as zero: a quarter of a unit in the last place of the output's typical value, or the
 * reference's own noise where that is larger. Where neither is known, an eighth of the smallest error ever seen, so
 * that a first error after exact zeros counts as a change of at least eight times.
 */
export function floorFor(
  values: readonly (number | null)[],
  known: {
    readonly dtype: string | null;
    readonly scale: number | null;
    readonly referenceNoise?: number | null;
  },
): number {
  const ulp = known.scale === null ? null : unitInLastPlace(known.scale, known.dtype);
  const noise = Math.max(ulp === null ? 0 : ulp / 4, known.referenceNoise ?? 0);
  if (noise > 0 && Number.isFinite(noise)) return noise;
  let smallest = Infinity;
  for (const value of values) if (value !== null && value > 0 && value < smallest) smallest = value;
  return smallest === Infinity ? 1 : Math.max(smallest / 8, Number.MIN_VALUE);
}

/** What errors of an output change by at least: a unit in the last place of its typical value; 0 where that is unknown. */
export function grainOf({
  scale,
  dtype,
}: {
  readonly scale: number | null;
  readonly dtype: string | null;
}): number {
  return (scale === null ? null : unitInLastPlace(scale, dtype)) ?? 0;
}

/** Mantissa bits after the point: IEEE 754 and bfloat16. */
const FRACTION_BITS: Readonly<Record<string, number>> = {
  float64: 52,
  float32: 23,
  float16: 10,
  bfloat16: 7,
};

/** One unit in the last place of `value` in the dtype; `null` for dtypes without a fraction. */
export function unitInLastPlace(value: number, dtype: string | null): number | null {
  const bits = dtype === null || !Object.hasOwn(FRACTION_BITS, dtype) ? undefined : FRACTION_BITS[dtype];
  if (bits === undefined || !Number.isFinite(value) || value === 0) return null;
  return 2 ** (Math.floor(Math.log2(Math.abs(value))) - bits);
}
