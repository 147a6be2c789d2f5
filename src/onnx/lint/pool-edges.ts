import { intAttribute, intsAttribute } from '../model.ts';
import type { LintRule } from './rule.ts';

/** Windows that hang over the edge. */
export const poolEdges: LintRule = {
  code: 'EDGE_WINDOWS',
  title: 'Windows hang over the edge (ceil_mode, asymmetric pads)',
  why: 'Frameworks count the cells outside differently; errors then sit in the border ring. Look at the border of the output, and check count_include_pad and the order of begin and end pads.',
  severity: 'info',
  *find({ nodes }) {
    for (const { node, name } of nodes) {
      if (intAttribute(node, 'ceil_mode') === 1) yield { name, detail: `${node.opType} with ceil_mode 1` };
      const pads = /Conv|Pool/.test(node.opType) ? (intsAttribute(node, 'pads') ?? []) : [];
      const half = pads.length / 2;
      const uneven = pads.slice(0, half).some((begin, axis) => begin !== pads[half + axis]);
      if (uneven) yield { name, detail: `${node.opType} with pads [${pads.join(', ')}]` };
    }
  },
};
