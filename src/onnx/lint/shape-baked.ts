import type { LintContext } from './context.ts';
import { isOnnxOp } from '../model.ts';
import type { LintRule } from './rule.ts';

/** A dynamic axis that meets a constant shape. */
export const shapeBaked: LintRule = {
  code: 'SHAPE_BAKED_IN',
  title: 'A dynamic axis meets a constant shape',
  why: 'Tracing wrote the example’s batch or length into a Reshape or Expand: other sizes fail or, worse, give wrong numbers. Compute the shape from tensor.shape inside the model, or use −1.',
  severity: 'warning',
  *find(context) {
    const dynamic = dynamicValues(context);
    for (const { node, name } of context.nodes) {
      if (!isOnnxOp(node, 'Reshape', 'Expand') || !dynamic.has(node.input[0] ?? '')) continue;
      const shape = context.constantOf(node.input[1]);
      if (shape === undefined || shape.length === 0) continue;
      const isFree = shape.some((length) => length === -1 || length === 0);
      const expands = node.opType === 'Expand' && shape.some((length) => length !== 1);
      if (node.opType === 'Reshape' ? !isFree : expands) {
        yield { name, detail: `${node.opType} to the constant shape [${shape.join(', ')}]` };
      } else if (node.opType === 'Reshape' && shape.length > 1 && fixesBatch(context, shape)) {
        yield { name, detail: `Reshape to [${shape.join(', ')}] fixes the first axis to ${shape[0]}` };
      }
    }
  },
};

/** Where every input has a dynamic batch, a first axis of 1 is the example's batch. */
function fixesBatch({ io }: LintContext, shape: Float64Array): boolean {
  const shaped = io.inputs.filter((input) => input.shape !== null && input.shape.length > 0);
  return shape[0] === 1 && shaped.length > 0 && shaped.every((input) => typeof input.shape?.[0] !== 'number');
}

// Values whose number of elements can vary: everything computed from an input with a dynamic axis, except shapes themselves.
function dynamicValues({ io, nodes }: LintContext): Set<string> {
  const isDynamic = (shape: readonly unknown[] | null): boolean =>
    shape !== null && shape.some((length) => typeof length !== 'number');
  const dynamic = new Set(io.inputs.filter(({ shape }) => isDynamic(shape)).map(({ name }) => name));
  for (const { node } of nodes) {
    if (isOnnxOp(node, 'Shape', 'Size')) continue;
    if (node.input.some((input) => dynamic.has(input))) for (const output of node.output) dynamic.add(output);
  }
  return dynamic;
}
