import { isOnnxOp } from '../model.ts';
import type { LintRule } from './rule.ts';

/** Recurrent nets that always start from zero. */
export const rnnState: LintRule = {
  code: 'RNN_STATE_ABSENT',
  title: 'A recurrent layer has no initial state',
  why: 'It starts from zeros at every call. If the framework carries or learns its state, results differ from the first step on and the error grows with time. Export the states as inputs and outputs.',
  severity: 'info',
  *find({ nodes }) {
    for (const { node, name } of nodes) {
      if (!isOnnxOp(node, 'LSTM', 'GRU', 'RNN')) continue;
      const wanted = node.opType === 'LSTM' ? [5, 6] : [5];
      if (wanted.some((at) => (node.input[at] ?? '') === ''))
        yield { name, detail: `${node.opType} without an initial state` };
    }
  },
};
