import type { Reason } from '../result/index.ts';
import type { Shape, Tensor } from '../tensor/index.ts';
import { elementCount, isStored, sameShape } from '../tensor/index.ts';
import { compareError } from '../errors/catalogue/compare.ts';
import type { ChunkSource } from './chunk-source.ts';
import { valuesPerElement } from './chunk-source.ts';
import { widensExactly } from './dtypes/widening.ts';
import { reasons } from './reason-texts.ts';
import { isPermutation, transposed } from './strided.ts';
import type { ComparePolicy } from './types.ts';

/** Both sides brought to one shape, or why they cannot be compared. */
export type Fit =
  | { readonly reason: Reason }
  | {
      readonly expected: Tensor;
      /** A view where the axes were put in another order. */
      readonly actual: Tensor | ChunkSource;
      readonly warnings: readonly Reason[];
    };

/** Checks dtype and shape as the policy says: widening, another order of the axes, squeezed axes. Throws for data that does not fill its shape. */
export function fit(expected: Tensor, actual: Tensor, policy: ComparePolicy): Fit {
  checkLength('expected', expected);
  checkLength('actual', actual);
  const dtype = fitDtype(expected, actual, policy);
  if (dtype.level === 'fail') return { reason: dtype.reason };
  const warnings = dtype.reason === undefined ? [] : [dtype.reason];
  const axes = policy.transposeActual;
  if (axes !== undefined && !isPermutation(axes, actual.shape.length)) {
    return { reason: reasons.transposeMismatch(axes, actual.shape) };
  }
  const view = axes === undefined || isIdentity(axes) ? actual : transposed(actual, axes);
  if (policy.squeeze === true) {
    if (!sameShape(squeezed(expected.shape), squeezed(view.shape))) {
      return { reason: reasons.shapeMismatch(expected.shape, view.shape) };
    }
    return { expected, actual: { ...view, shape: expected.shape }, warnings };
  }
  if (!sameShape(expected.shape, view.shape)) {
    return { reason: reasons.shapeMismatch(expected.shape, view.shape) };
  }
  return { expected, actual: view, warnings };
}

/** Values beyond the end would read as NaN, and NaN matches NaN. */
function checkLength(side: 'expected' | 'actual', tensor: Tensor): void {
  if (isStored(tensor)) return;
  const { dtype, shape, data } = tensor;
  const needed = elementCount(shape) * valuesPerElement(dtype);
  if (data.length === needed) return;
  const context = { side, dtype, shape: `[${shape.join(', ')}]`, expected: needed, given: data.length };
  throw compareError('TENSOR_MALFORMED', context);
}

function fitDtype(
  { dtype: expected }: Tensor,
  { dtype: actual }: Tensor,
  { widen }: ComparePolicy,
): { readonly level: 'fail'; readonly reason: Reason } | { readonly level: 'ok'; readonly reason?: Reason } {
  if (expected === actual) return { level: 'ok' };
  const exact = widensExactly(actual, expected);
  if (exact && widen?.[actual] === expected)
    return { level: 'ok', reason: reasons.dtypeWidened(expected, actual) };
  return { level: 'fail', reason: reasons.dtypeMismatch(expected, actual, exact) };
}

function isIdentity(axes: readonly number[]): boolean {
  return axes.every((axis, i) => axis === i);
}

function squeezed(shape: Shape): Shape {
  return shape.filter((length) => length !== 1);
}
