import { attributeOf, isOnnxOp } from '../model.ts';
import type { LintRule } from './rule.ts';

const RANDOM = [
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Multinomial',
  'Bernoulli',
];

/** Noise made inside the graph. */
export const randomOp: LintRule = {
  code: 'RANDOM_OP',
  title: 'The graph draws random numbers',
  why: 'No two runs or runtimes agree, with or without a seed: generators differ. Feed the noise as an input, so that both sides get the same.',
  severity: 'warning',
  *find({ nodes }) {
    for (const { node, name } of nodes) {
      if (!isOnnxOp(node, ...RANDOM)) continue;
      const seeded = attributeOf(node, 'seed') !== undefined;
      yield {
        name,
        detail: `${node.opType} ${seeded ? 'with a seed, which every runtime uses differently' : 'without a seed'}`,
      };
    }
  },
};
