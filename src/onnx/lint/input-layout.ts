import { intsAttribute, isOnnxOp } from '../model.ts';
import type { LintRule } from './rule.ts';

/** Images with channels last. */
export const inputLayout: LintRule = {
  code: 'INPUT_CHANNELS_LAST',
  title: 'An input is channels-last',
  why: 'The graph transposes it before the first convolution, so that NHWC has to be fed while most pipelines make NCHW. Wrong layouts of equal size are not refused; they give wrong numbers.',
  severity: 'info',
  *find({ io, consumers }) {
    for (const { name } of io.inputs) {
      const transposes = consumers.get(name) ?? [];
      const isNhwc = transposes.some(
        (node) => isOnnxOp(node, 'Transpose') && intsAttribute(node, 'perm')?.join() === '0,3,1,2',
      );
      if (isNhwc) yield { name, detail: 'it is transposed by [0, 3, 1, 2]' };
    }
  },
};
