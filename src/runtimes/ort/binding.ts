/** What onnxruntime-node and onnxruntime-web have in common below `InferenceSession`. */
import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';

/** One input or output as a binding describes it. */
export interface OrtValueMetadata {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type?: string;
  readonly shape?: readonly (number | string)[];
}

/**
 * The session below `InferenceSession`. Used directly, because `InferenceSession.run` collects results in plain
 * objects and loses an output named `__proto__`.
 */
export interface OrtHandler {
  readonly inputMetadata: readonly OrtValueMetadata[];
  readonly outputMetadata: readonly OrtValueMetadata[];
  run(
    feeds: Readonly<Record<string, OrtTensor>>,
    fetches: Readonly<Record<string, null>>,
    options: object,
  ): Promise<Readonly<Record<string, OrtValue>>>;
  dispose(): Promise<void>;
  endProfiling(): void;
}

/** A result as a binding gives it: a Tensor in onnxruntime-web, a plain object in onnxruntime-node. */
export interface OrtValue {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

/** The part of both packages that is used. */
export interface OrtModule {
  readonly InferenceSession: {
    create(model: string | Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: typeof OrtTensor;
  readonly env: {
    readonly versions: { readonly node?: string; readonly web?: string; readonly common: string };
  };
}

export function handlerOf(session: InferenceSession): OrtHandler {
  return (session as unknown as { readonly handler: OrtHandler }).handler;
}
