import { ParityError } from '../errors/index.ts';
import { declaredTypes, modelSha256, readModel } from '../onnx/index.ts';
import type { ValueInfo } from '../runtimes/types.ts';
import type { Execution } from '../workers/types.ts';
import { runReason } from './reason-texts.ts';

/** A model as far as it can be known without a runtime. */
export interface MetModel {
  readonly sha256: string | null;
  /** Names of the inputs that must be fed, in order. */
  readonly inputNames: readonly string[];
  /** Declared outputs, for checks that could not be executed. */
  readonly outputs: readonly ValueInfo[] | null;
  /** How every case on it ends, where the file itself cannot be used. */
  readonly failure: Extract<Execution, { reasons: unknown }> | null;
}

export async function meetModel(path: string): Promise<MetModel> {
  try {
    const { inputs, outputs } = declaredTypes(readModel(path));
    return {
      sha256: await modelSha256(path),
      inputNames: inputs.map(({ name }) => name),
      outputs,
      failure: null,
    };
  } catch (error) {
    if (!(error instanceof ParityError)) throw error;
    const reasons = [runReason.modelUnreadable(path, error.message, error.hint)];
    const failure = { status: 'error' as const, reasons, declared: null, placement: null };
    return { sha256: null, inputNames: [], outputs: null, failure };
  }
}
