import { intAttribute, isOnnxOp } from '../model.ts';
import type { LintRule } from './rule.ts';

const DOUBLE = 11;

/** Float64 that GPUs and browsers do not compute. */
export const doubleLeft: LintRule = {
  code: 'DOUBLE_LEFT',
  title: 'Double precision is left in the graph',
  why: 'GPU and browser providers have no float64 kernels: the nodes fall back to the CPU or the model is refused. Usually a Python float or NumPy array slipped in; cast it to float32 before the export.',
  severity: 'warning',
  *find({ io, nodes, initializers, dtypeOf }) {
    for (const { name, dtype } of [...io.inputs, ...io.outputs]) {
      if (dtype === 'float64') yield { name, detail: 'it is declared float64' };
    }
    for (const name of initializers.keys())
      if (dtypeOf(name) === 'float64') yield { name, detail: 'it is stored as float64' };
    for (const { node, name } of nodes) {
      if (isOnnxOp(node, 'Cast') && intAttribute(node, 'to') === DOUBLE)
        yield { name, detail: 'casts to float64' };
      else if (isOnnxOp(node, 'Constant') && dtypeOf(node.output[0]) === 'float64')
        yield { name, detail: 'is a float64 constant' };
    }
  },
};
