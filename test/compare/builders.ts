import type { Comparison, CompareRequest, Tolerance } from '../../src/compare/index.ts';
import { compareTensors } from '../../src/compare/index.ts';
import type { Dtype, Tensor } from '../../src/tensor/index.ts';

/** A float32 tensor of one axis, or of the shape given. */
export function createFloat32(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
  return { dtype: 'float32', shape, data: Float32Array.from(values) };
}

export function createFloat64(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
  return { dtype: 'float64', shape, data: Float64Array.from(values) };
}

export function createInt64(values: readonly bigint[], shape: readonly number[] = [values.length]): Tensor {
  return { dtype: 'int64', shape, data: BigInt64Array.from(values) };
}

export function createStrings(values: string[], shape: readonly number[] = [values.length]): Tensor {
  return { dtype: 'string', shape, data: values };
}

/** A tensor of codes: float16, bfloat16, float8 … as bit patterns. */
export function createCodes(dtype: Dtype, codes: readonly number[]): Tensor {
  const data = dtype === 'float16' || dtype === 'bfloat16' ? Uint16Array.from(codes) : Uint8Array.from(codes);
  return { dtype, shape: [codes.length], data } as Tensor;
}

/** Compares with the defaults unless overridden. */
export function compare(
  expected: Tensor,
  actual: Tensor,
  overrides: Partial<CompareRequest> & { readonly tolerance?: Tolerance } = {},
): Comparison {
  const { tolerance, ...rest } = overrides;
  return compareTensors({
    expected,
    actual,
    layers: tolerance === undefined ? [] : [{ from: 'output', tolerance }],
    policy: {},
    metrics: 'full',
    evidence: 'none',
    ...rest,
  });
}

/** Codes of a comparison's reasons, in order. */
export function codes(comparison: Comparison): readonly string[] {
  return comparison.reasons.map(({ code }) => code);
}
