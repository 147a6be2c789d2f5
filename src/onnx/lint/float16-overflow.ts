import type { LintRule } from './rule.ts';

const DANGEROUS = new Set([
  'Pow',
  'Exp',
  'ReduceMean',
  'ReduceSum',
  'ReduceSumSquare',
  'ReduceL2',
  'ReduceLogSumExp',
  'LayerNormalization',
  'InstanceNormalization',
  'GroupNormalization',
  'RMSNormalization',
  'SimplifiedLayerNormalization',
  'SkipLayerNormalization',
]);

/** Float16 where sums and squares pass 65504. */
export const float16Overflow: LintRule = {
  code: 'FLOAT16_OVERFLOW',
  title: 'Operators that overflow in float16',
  why: 'Squares and sums pass 65504 and give infinity, NaN or rows of zeros on GPUs; the CPU provider computes much of a float16 model in float32 and hides it. Keep these nodes in float32 (op_block_list of the float16 converter).',
  severity: 'warning',
  *find({ nodes, dtypeOf }) {
    for (const { node, name } of nodes) {
      if (DANGEROUS.has(node.opType) && dtypeOf(node.input[0]) === 'float16') {
        yield { name, detail: `${node.opType} on float16` };
      }
    }
  },
};
