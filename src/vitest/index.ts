/**
 * Matchers for vitest: `import 'onnx-parity/vitest'` in a test or a setup file.
 * `expect(actual).toMatchTensor(expected, tolerance)` and `expect(run).toPassParity()`.
 */
import { expect } from 'vitest';
import type { MatchTensorOptions } from './match-tensor.ts';
import { matchTensor } from './match-tensor.ts';
import { passParity } from './pass-parity.ts';
import type { TensorLike } from './tensor-like.ts';

export type { MatchTensorOptions } from './match-tensor.ts';
export type { TensorLike } from './tensor-like.ts';

interface ParityMatchers<R = unknown> {
  /**
   * The received tensor matches the expected one: dtype, shape and values, by the scale-aware defaults or the limits
   * given. A promise where a limit is an expression.
   */
  toMatchTensor(
    expected: TensorLike,
    options: MatchTensorOptions & { readonly expressions: readonly string[] },
  ): Promise<void>;
  toMatchTensor(expected: TensorLike, options?: MatchTensorOptions): R;
  /** Every check of the received run result (or list of checks) passed. */
  toPassParity(): R;
}

declare module 'vitest' {
  // oxlint-disable-next-line typescript/no-explicit-any, typescript/no-empty-interface -- the shape that vitest declares
  interface Matchers<T = any> extends ParityMatchers<T> {}
}

/** For `expect.extend` of another instance. */
export const parityMatchers = { toMatchTensor: matchTensor, toPassParity: passParity };

expect.extend(parityMatchers);
