import type { Shape } from '../tensor/index.ts';

/** Position along each axis of the element at a row-major offset. */
export function unravel(offset: number, shape: Shape): number[] {
  const index = shape.map(() => 0);
  let rest = offset;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis]!;
    index[axis] = rest % length;
    rest = Math.floor(rest / length);
  }
  return index;
}
