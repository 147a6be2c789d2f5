/** How limits and comparison policies are written, at every scope of a suite. */
import * as z from 'zod';

import {
  byDtype,
  dtype,
  flag,
  integer,
  integerFrom,
  listOf,
  mapping,
  number,
  numberBetween,
  numberFrom,
  oneOf,
  text,
} from './schema-parts.ts';

const limit = (what: string) => numberFrom(0).describe(what).exactOptional();

const topK = mapping({
  k: integerFrom(1).describe('How many best entries are compared in each row.'),
  min: numberBetween(0, 1).describe('Share of rows that must agree; 1 by default.').exactOptional(),
});

const ulpFor = z
  .object({ op: text('the name of an operator') }, { error: 'a mapping with `op`' })
  .catchall(z.unknown());

/** Limits of one scope. A later scope replaces an earlier one per metric. */
export const toleranceSchema = mapping({
  atol: limit('An element is a mismatch when |actual − expected| > atol + rtol·|expected|.'),
  rtol: limit('See atol.'),
  mismatchShare: numberBetween(0, 1).describe('Share of elements that may be mismatches.').exactOptional(),
  mismatches: integerFrom(0).describe('Number of elements that may be mismatches.').exactOptional(),
  linf: limit('Largest |actual − expected|.'),
  linfRelative: limit('L∞ over the range of the expected values.'),
  mse: limit('Mean of (actual − expected)².'),
  rmse: limit('Square root of the MSE.'),
  meanAbs: limit('Mean of |actual − expected|.'),
  bias: limit('|mean of (actual − expected)|.'),
  maxRel: limit('Largest |actual − expected| ÷ |expected|.'),
  maxUlp: limit("Largest distance in units in the last place of the output's dtype."),
  meanUlp: limit('Mean distance in units in the last place.'),
  cosine: numberBetween(-1, 1).describe('Smallest cosine similarity.').exactOptional(),
  snrDb: number().describe('Smallest signal-to-noise ratio, in dB.').exactOptional(),
  psnrDb: number().describe('Smallest peak signal-to-noise ratio, in dB.').exactOptional(),
  topK: topK.describe('Agreement of the k best entries of each row.').exactOptional(),
  kl: limit('Largest Kullback–Leibler divergence, for probabilities.'),
  expressions: listOf(text('a bound such as "linf <= 1e-4 * max(1, refMax)"'), 'a list of bounds')
    .describe('Bounds written as expressions, such as "linf <= 1e-4 * max(1, refMax)".')
    .exactOptional(),
  profile: text('the name of a tolerance profile')
    .describe('A named profile whose bounds stand in for the defaults.')
    .exactOptional(),
  ulpFor: ulpFor.describe('ULP bound derived from an operator and its shape.').exactOptional(),
}).meta({ id: 'Tolerance' });

const ranking = mapping({
  kind: oneOf(['ranking', 'set']),
  axis: integer('the number of an axis').exactOptional(),
  scores: text('the name of an output').describe('Output that holds the scores.').exactOptional(),
});

/** How two outputs are held against each other, beyond the limits; written beside `tolerance`. */
export const policyShape = {
  nanEqual: flag().describe('NaN matches NaN in the same place. Default true.').exactOptional(),
  infEqual: flag().describe('An infinity matches the same infinity. Default true.').exactOptional(),
  allowEmpty: flag().describe('An output without elements passes. Default false.').exactOptional(),
  widen: byDtype(dtype)
    .describe('Actual dtypes accepted for another expected one: { float16: float32 }.')
    .exactOptional(),
  transposeActual: listOf(integerFrom(0), 'a list of axis numbers')
    .describe("Order of the actual axes that gives the expected layout, as in NumPy's transpose.")
    .exactOptional(),
  squeeze: flag().describe('Axes of length one are dropped on both sides.').exactOptional(),
  ranking: ranking.describe('The output is a set or a ranking, judged by scores.').exactOptional(),
  noDefaults: flag().describe('Only explicit bounds remain.').exactOptional(),
};

const judged = {
  tolerance: toleranceSchema.describe('Limits at this scope.').exactOptional(),
  ...policyShape,
};

/** What every scope may say about judging: limits and policy. */
export const judgedShape = judged;

export const outputSchema = mapping({
  ...judged,
  sample: integerFrom(1)
    .describe('Goldens keep at most so many elements of this output, drawn evenly over it.')
    .exactOptional(),
}).meta({ id: 'Output' });
