import { writeFileSync } from 'node:fs';
import { writeNpz } from '../../src/formats/index.ts';
import { tensorFromValues, type Dtype, type Tensor } from '../../src/tensor/index.ts';

/** A tensor from a list of values; one axis unless a shape is given. */
export function tensor(
  dtype: Dtype,
  values: readonly (number | string | boolean | bigint)[],
  shape?: number[],
): Tensor {
  return tensorFromValues(dtype, shape ?? [values.length], values);
}

export function writeTensors(path: string, tensors: Readonly<Record<string, Tensor>>): void {
  writeFileSync(path, writeNpz(new Map(Object.entries(tensors))));
}
