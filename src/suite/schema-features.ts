/** Sweeps over shapes, relations, rollouts, stability and latency, as a case writes them. */
import * as z from 'zod';

import { length } from './schema-inputs.ts';
import {
  byName,
  flag,
  integerFrom,
  listOf,
  mapping,
  number,
  numberFrom,
  oneOf,
  text,
} from './schema-parts.ts';

const values = listOf(integerFrom(0), 'a list of whole numbers ≥ 0');

export const over = byName(values, 'a mapping from dimensions to lists of lengths').describe(
  'Dimensions that shapes name: one case for each combination, such as normal[batch=3,length=16].',
);

const carriers = listOf(text('the name of an input'), 'a list of inputs').describe(
  'Inputs that carry the batch in axis 0; by default those whose first dimension the model leaves open.',
);

const RELATION = '`batchInvariance`, or a mapping with one of batchInvariance, batchPermutation, padding';

export const relation = z
  .union(
    [
      z.literal('batchInvariance', { error: '`batchInvariance`' }),
      mapping({
        batchInvariance: mapping({ inputs: carriers.exactOptional() })
          .describe('Row i of a batch equals the run of row i alone.')
          .exactOptional(),
        batchPermutation: z
          .union([integerFrom(0), mapping({ seed: integerFrom(0), inputs: carriers.exactOptional() })], {
            error: 'a seed, or a mapping with `seed`',
          })
          .describe('The rows in another order, drawn with this seed, give the same outputs in that order.')
          .exactOptional(),
        padding: mapping({
          inputs: byName(number(), 'a mapping from inputs to the value of their tail').describe(
            'Inputs that get a tail, each with the value that fills it.',
          ),
          mask: text('the name of an input').describe('Mask whose tail is 0.').exactOptional(),
          axis: integerFrom(0).describe('The axis that grows; default 1.').exactOptional(),
          to: length.describe('Length of the axis with the tail; may name dimensions: length + 8.'),
        })
          .describe('A masked tail changes nothing before it.')
          .exactOptional(),
      }),
    ],
    { error: RELATION },
  )
  .meta({ id: 'Relation' });

const axes = byName(integerFrom(0), 'a mapping from inputs to axes');

const fed = z.union(
  [
    text('the name of an input'),
    mapping({
      input: text('the name of an input'),
      take: oneOf(['all', 'last', 'argmax'])
        .describe('All of the output, the last entry of axis 1, or the index of its largest score.')
        .exactOptional(),
    }),
  ],
  { error: 'the name of an input, or a mapping with `input`' },
);

export const rollout = mapping({
  steps: integerFrom(1),
  feed: byName(fed, 'a mapping from outputs to inputs').describe(
    'Output of a step → input of the next: { present: past }.',
  ),
  each: axes
    .describe('Inputs with the values of all steps along an axis: step k is fed entry k.')
    .exactOptional(),
  grow: axes
    .describe('Inputs that grow by one along an axis: the last step is fed all of it.')
    .exactOptional(),
  mode: oneOf(['free', 'forced'])
    .describe('free: each side feeds itself. forced: the target is fed the outputs of the reference.')
    .exactOptional(),
})
  .describe('Feeds outputs back as inputs and judges every step.')
  .meta({ id: 'Rollout' });

export const stability = mapping({
  repeat: integerFrom(2).describe('Runs in one session.').exactOptional(),
  threads: listOf(integerFrom(1), 'a list of thread counts').exactOptional(),
  optimization: listOf(
    oneOf(['disabled', 'basic', 'extended', 'layout', 'all']),
    'a list of optimisation levels',
  ).exactOptional(),
  freshProcess: flag().describe('A session in a process that did nothing before.').exactOptional(),
  order: oneOf(['reversed']).describe('All cases in the opposite order in one session.').exactOptional(),
})
  .describe('Variations held against the plain run, each a check of its own.')
  .meta({ id: 'Stability' });

export const bench = z
  .union(
    [
      flag(),
      mapping({
        runs: integerFrom(1).describe('Counted runs; default 20.').exactOptional(),
        warmup: integerFrom(0).describe('Runs before them that are not counted; default 3.').exactOptional(),
        notSlowerThan: mapping({
          target: text('the name of a target'),
          factor: numberFrom(0).describe('Largest ratio of the medians; default 1.').exactOptional(),
        })
          .describe('Fails where the median is above factor × that of the other target.')
          .exactOptional(),
      }),
    ],
    { error: 'true, false, or a mapping with `runs`' },
  )
  .describe('Median and 90th percentile of warmed runs per target.')
  .meta({ id: 'Bench' });

export type OverEntry = z.output<typeof over>;
export type RelationEntry = z.output<typeof relation>;
export type RolloutEntry = z.output<typeof rollout>;
export type StabilityEntry = z.output<typeof stability>;
export type BenchEntry = z.output<typeof bench>;
