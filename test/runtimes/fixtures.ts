import { fileURLToPath } from 'node:url';
import { RuntimeFailure } from '../../src/runtimes/types.ts';
import type { Tensor } from '../../src/tensor/index.ts';

export function healthy(name: string): string {
  return fileURLToPath(new URL(`../fixtures/models/${name}.onnx`, import.meta.url));
}

export function hostile(name: string): string {
  return fileURLToPath(new URL(`../fixtures/hostile/${name}.onnx`, import.meta.url));
}

export function float32(shape: readonly number[], ...values: number[]): Tensor {
  return { dtype: 'float32', shape, data: Float32Array.from(values) };
}

/** One tensor of every dtype that both bindings carry, with values at the edge of each. */
export const EVERY_DTYPE: Readonly<Record<string, Tensor>> = {
  float32: { dtype: 'float32', shape: [4], data: Float32Array.of(NaN, -0, Infinity, 1e-45) },
  float64: { dtype: 'float64', shape: [2], data: Float64Array.of(Number.MIN_VALUE, -Number.MAX_VALUE) },
  float16: { dtype: 'float16', shape: [2, 2], data: Uint16Array.of(0x7c00, 0x0001, 0x8000, 0x3c00) },
  int8: { dtype: 'int8', shape: [2], data: Int8Array.of(-128, 127) },
  int16: { dtype: 'int16', shape: [1, 2], data: Int16Array.of(-32768, 32767) },
  int32: { dtype: 'int32', shape: [2, 1], data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1) },
  int64: { dtype: 'int64', shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n) },
  uint8: { dtype: 'uint8', shape: [], data: Uint8Array.of(255) },
  uint16: { dtype: 'uint16', shape: [1], data: Uint16Array.of(65535) },
  uint32: { dtype: 'uint32', shape: [1], data: Uint32Array.of(2 ** 32 - 1) },
  uint64: { dtype: 'uint64', shape: [1], data: BigUint64Array.of(2n ** 64n - 1n) },
  bool: { dtype: 'bool', shape: [0, 3], data: new Uint8Array(0) },
  string: { dtype: 'string', shape: [2], data: ['naïve', ''] },
};

/** How a promise failed, as a line: status, code, message. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'ok';
  } catch (error) {
    if (!(error instanceof RuntimeFailure)) throw error;
    return `${error.status} ${error.reason.code}: ${error.reason.message}`;
  }
}
