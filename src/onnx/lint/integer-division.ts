import { DTYPES } from '../../tensor/index.ts';
import { intAttribute, isOnnxOp } from '../model.ts';
import type { LintContext } from './context.ts';
import type { LintRule } from './rule.ts';

/** Division that rounds another way on negatives. */
export const integerDivision: LintRule = {
  code: 'INTEGER_DIVISION',
  title: 'Integers that may be negative are divided',
  why: 'ONNX rounds toward zero, PyTorch’s // and Python round down: results are off by one on negatives. Mod with fmod=0 takes the sign of the divisor. Use floor division on floats, or make sure that values are not negative.',
  severity: 'warning',
  *find(context) {
    for (const { node, name } of context.nodes) {
      if (!isOnnxOp(node, 'Div', 'Mod') || intAttribute(node, 'fmod') === 1) continue;
      const dtype = context.dtypeOf(node.input[0]);
      if (dtype === undefined || DTYPES[dtype].kind !== 'int') continue;
      if (!isNeverNegative(node.input[0] ?? '', context, 0))
        yield { name, detail: `${node.opType} on ${dtype}` };
    }
  },
};

const KEEPS_SIGN = [
  'Gather',
  'Slice',
  'Squeeze',
  'Unsqueeze',
  'Concat',
  'Cast',
  'Identity',
  'Reshape',
  'Mul',
  'Add',
  'Div',
  'Max',
];
const COUNTS = ['Shape', 'Size', 'NonZero', 'ArgMax', 'ArgMin', 'Abs'];
const MAX_DEPTH = 8;

/** True for lengths and positions, and what is made of them without subtracting. */
function isNeverNegative(value: string, context: LintContext, depth: number): boolean {
  const constant = context.constantOf(value);
  if (constant !== undefined) return constant.every((item) => item >= 0);
  const producer = context.producers.get(value);
  if (producer === undefined || depth > MAX_DEPTH) return false;
  if (isOnnxOp(producer, ...COUNTS)) return true;
  const carried = isOnnxOp(producer, 'Gather', 'Slice', 'Reshape')
    ? producer.input.slice(0, 1)
    : producer.input;
  return (
    isOnnxOp(producer, ...KEEPS_SIGN) && carried.every((input) => isNeverNegative(input, context, depth + 1))
  );
}
