import { intAttribute, isOnnxOp } from '../model.ts';
import type { LintRule } from './rule.ts';

const LARGEST = 65504;
const FLOAT16 = 10;

/** Small constants only; large weights are not read. */
export const float16Constant: LintRule = {
  code: 'FLOAT16_CONSTANT',
  title: 'Constants beyond the range of float16',
  why: 'Masks such as −1e9 or −3.4e38 become −infinity in float16, and a softmax over a fully masked row becomes NaN. Use −65504, or keep the mask in float32.',
  severity: 'warning',
  *find({ nodes, initializers, dtypeOf, constantOf, producers }) {
    const names = [
      ...initializers.keys(),
      ...[...producers].filter(([, node]) => isOnnxOp(node, 'Constant')).map(([name]) => name),
    ];
    for (const name of names) {
      if (
        dtypeOf(name) === 'float16' &&
        constantOf(name)?.some((value) => !Number.isFinite(value)) === true
      ) {
        yield { name, detail: 'it holds infinity or NaN in float16' };
      }
    }
    for (const { node, name } of nodes) {
      if (!isOnnxOp(node, 'Cast') || intAttribute(node, 'to') !== FLOAT16) continue;
      const beyond = constantOf(node.input[0])?.find((value) => Math.abs(value) > LARGEST);
      if (beyond !== undefined) yield { name, detail: `casts ${beyond} to float16` };
    }
  },
};
