import { isOnnxOp, textAttribute } from '../model.ts';
import type { LintRule } from './rule.ts';

/** Writes whose winner is not defined. */
export const scatterDuplicates: LintRule = {
  code: 'SCATTER_DUPLICATES',
  title: 'A scatter may write one place twice',
  why: 'With repeated indices and no reduction the last write wins, and which one is last depends on threads and provider: results change from run to run. Make sure that indices are unique, or use a reduction.',
  severity: 'info',
  *find({ nodes, constantOf }) {
    for (const { node, name } of nodes) {
      if (!isOnnxOp(node, 'ScatterND', 'ScatterElements', 'Scatter')) continue;
      const reduction = textAttribute(node, 'reduction') ?? 'none';
      if (reduction === 'none' && constantOf(node.input[1]) === undefined) {
        yield { name, detail: `${node.opType} with computed indices and no reduction` };
      }
    }
  },
};
