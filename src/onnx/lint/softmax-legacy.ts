import { intAttribute, isOnnxOp } from '../model.ts';
import type { LintRule } from './rule.ts';

/** Softmax over flattened axes. */
export const softmaxLegacy: LintRule = {
  code: 'SOFTMAX_LEGACY',
  title: 'Softmax sums over several axes at once',
  why: 'Before opset 13 Softmax, LogSoftmax and Hardmax flatten everything from the given axis on; on more than two axes the result sums to one over the wrong ones. Export with opset 13 or newer.',
  severity: 'warning',
  *find({ nodes, opset, shapeOf }) {
    if (opset >= 13) return;
    for (const { node, name } of nodes) {
      if (!isOnnxOp(node, 'Softmax', 'LogSoftmax', 'Hardmax')) continue;
      const axis = intAttribute(node, 'axis') ?? 1;
      const rank = (shapeOf(node.input[0]) ?? shapeOf(node.output[0]))?.length;
      if (axis === -1 || (rank !== undefined && (rank <= 2 || axis === rank - 1))) continue;
      yield {
        name,
        detail: `${node.opType} of opset ${opset} on axis ${axis} of ${rank ?? 'an unknown number of'} axes`,
      };
    }
  },
};
