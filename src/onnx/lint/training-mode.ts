import { intAttribute, isOnnxOp } from '../model.ts';
import type { LintRule } from './rule.ts';

/** Batch statistics or dropout still active. */
export const trainingMode: LintRule = {
  code: 'TRAINING_MODE',
  title: 'The model was exported in training mode',
  why: 'BatchNormalization then uses statistics of the batch and Dropout zeroes at random, so that outputs depend on their neighbours and change from run to run. Call model.eval() before the export.',
  severity: 'error',
  *find({ nodes, opset, constantOf }) {
    for (const { node, name } of nodes) {
      if (isOnnxOp(node, 'BatchNormalization')) {
        if (intAttribute(node, 'training_mode') === 1) yield { name, detail: 'training_mode is 1' };
        else if (opset < 7 && (intAttribute(node, 'is_test') ?? 0) === 0)
          yield { name, detail: 'is_test is 0' };
        else if (opset < 14 && node.output.filter((output) => output !== '').length > 1) {
          yield { name, detail: 'it returns batch statistics' };
        }
      } else if (isOnnxOp(node, 'Dropout')) {
        const training = node.input[2] ?? '';
        const constant = constantOf(training);
        if (opset < 7 && (intAttribute(node, 'is_test') ?? 0) === 0) yield { name, detail: 'is_test is 0' };
        else if (constant !== undefined && constant[0] !== 0) yield { name, detail: 'training_mode is true' };
        else if (training !== '' && constant === undefined)
          yield { name, detail: `training_mode comes from "${training}"` };
      }
    }
  },
};
