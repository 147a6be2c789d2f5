import { isOnnxOp } from '../model.ts';
import type { LintRule } from './rule.ts';

/** The last step of the graph is an activation. */
export const outputActivation: LintRule = {
  code: 'OUTPUT_ACTIVATION',
  title: 'An output is an activation',
  why: 'Many frameworks return logits and apply the activation in the loss or in post-processing: a softmax or sigmoid too many or too few is the most frequent mismatch. Check that the reference applies it too.',
  severity: 'info',
  *find({ io, producers }) {
    for (const { name } of io.outputs) {
      const producer = producers.get(name);
      if (
        producer !== undefined &&
        isOnnxOp(producer, 'Softmax', 'LogSoftmax', 'Sigmoid', 'HardSigmoid', 'Hardmax')
      ) {
        yield { name, detail: `it comes from ${producer.opType}` };
      }
    }
  },
};
