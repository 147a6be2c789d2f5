import { isOnnxOp } from '../model.ts';
import type { LintRule } from './rule.ts';

/** Masks of minus infinity. */
export const maskInfinite: LintRule = {
  code: 'MASK_INFINITE',
  title: 'A mask uses minus infinity',
  why: 'A softmax over a row that is masked completely is NaN in some runtimes and zero in others; differences sit exactly in padded rows. Use a large finite number, or check rows that are all padding.',
  severity: 'info',
  *find({ nodes, constantOf }) {
    for (const { node, name } of nodes) {
      if (!isOnnxOp(node, 'Where', 'Add', 'Mul', 'ConstantOfShape')) continue;
      if (node.input.some((input) => constantOf(input)?.includes(-Infinity) === true)) {
        yield { name, detail: `${node.opType} with −infinity` };
      }
    }
  },
};
