import { textAttribute } from '../model.ts';
import type { LintRule } from './rule.ts';

/** Padding that each runtime computes for itself. */
export const autoPad: LintRule = {
  code: 'AUTO_PAD',
  title: 'Padding is left to the runtime (auto_pad)',
  why: 'SAME_UPPER and SAME_LOWER put the odd row or column on different sides, and runtimes have disagreed on it with strides; the error sits in the last row or column. Export explicit pads.',
  severity: 'warning',
  *find({ nodes }) {
    for (const { node, name } of nodes) {
      const pad = textAttribute(node, 'auto_pad');
      if (pad === 'SAME_UPPER' || pad === 'SAME_LOWER')
        yield { name, detail: `${node.opType} with auto_pad ${pad}` };
    }
  },
};
