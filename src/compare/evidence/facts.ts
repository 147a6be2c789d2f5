import type { TensorFacts } from '../../result/index.ts';
import { toWire } from '../../result/index.ts';
import type { SideSums } from '../measured.ts';

/** Facts about one side as they stand in a document; `scale` is the median of the finite non-zero |value| where it is known. */
export function factsOf(elements: number, side: SideSums, scale: number | undefined): TensorFacts {
  const { finite, min, max, nan, posInf, negInf, zeros } = side;
  const numbers =
    finite === 0
      ? {}
      : {
          min: toWire(min),
          max: toWire(max),
          mean: toWire(side.sum / finite),
          maxAbs: toWire(Math.max(Math.abs(min), Math.abs(max))),
        };
  return {
    elements,
    ...numbers,
    ...(scale === undefined || finite === 0 ? {} : { scale: toWire(scale) }),
    nan,
    posInf,
    negInf,
    zeros,
    constant: elements > 0 && isConstant(elements, side),
  };
}

function isConstant(elements: number, { finite, min, max, nan, posInf, negInf }: SideSums): boolean {
  if (finite === elements) return min === max;
  return nan === elements || posInf === elements || negInf === elements;
}
