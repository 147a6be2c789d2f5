import { DTYPES } from '../../tensor/index.ts';
import { isOnnxOp } from '../model.ts';
import type { LintRule } from './rule.ts';

/** Casts whose result is not defined everywhere. */
export const castNarrowing: LintRule = {
  code: 'CAST_NARROWING',
  title: 'Casts that runtimes do differently',
  why: 'A float outside the range of an unsigned type wraps on one provider and gives 0 on another (−2 to uint8: 254 on cpu, 0 on wasm). Clip first, or cast by way of int32.',
  severity: 'warning',
  *find({ nodes, dtypeOf }) {
    for (const { node, name } of nodes) {
      if (!isOnnxOp(node, 'Cast')) continue;
      const from = dtypeOf(node.input[0]);
      const to = dtypeOf(node.output[0]);
      if (from === undefined || to === undefined) continue;
      if (DTYPES[from].kind === 'float' && DTYPES[to].kind === 'uint')
        yield { name, detail: `casts ${from} to ${to}` };
    }
  },
};
