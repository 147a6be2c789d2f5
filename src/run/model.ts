import { ParityError } from '../errors/index.ts';
import { modelSha256 } from '../onnx/sha256.ts';
import { admit, factsOfFile, RuntimeFailure, type ModelFacts, type ValueInfo } from '../runtimes/index.ts';
import type { Execution } from '../workers/types.ts';
import { runReason } from './reason-texts.ts';

type Refusal = Extract<Execution, { reasons: unknown }>;

/** A model as far as it can be known without a runtime. */
export interface MetModel {
  readonly sha256: string | null;
  /** Names of the inputs that must be fed, in order. */
  readonly inputNames: readonly string[];
  /** Declared outputs, for checks that could not be executed. */
  readonly outputs: readonly ValueInfo[] | null;
  readonly facts: ModelFacts | null;
  /** How every case on it ends, where the file itself cannot be used. */
  readonly failure: Refusal | null;
}

export async function meetModel(path: string): Promise<MetModel> {
  try {
    const facts = await factsOfFile(path);
    const inputNames = facts.inputs.map(({ name }) => name);
    const external = facts.externalData.map(({ file }) => file);
    const sha256 = await modelSha256(path, external);
    return { sha256, inputNames, outputs: facts.outputs, facts, failure: null };
  } catch (error) {
    if (!(error instanceof ParityError)) throw error;
    const reasons = [runReason.modelUnreadable(path, error)];
    const failure = { status: 'error' as const, reasons, declared: null, placement: null };
    return { sha256: null, inputNames: [], outputs: null, facts: null, failure };
  }
}

/** Sequences, maps and optionals, which no binding carries: known before any input is read. */
export function refusalOf({ facts, outputs }: MetModel, runtime: string): Refusal | null {
  try {
    if (facts !== null) admit(facts, { runtime, carries: () => true });
    return null;
  } catch (error) {
    if (!(error instanceof RuntimeFailure)) throw error;
    return { status: error.status, reasons: [error.reason], declared: outputs, placement: null };
  }
}
