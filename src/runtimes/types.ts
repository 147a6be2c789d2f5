/** What a runtime is to the rest of the tool. Implementations live one folder each and run inside a worker process. */
import type { Placement, Reason, Status } from '../result/index.ts';
import type { TargetOptions } from '../suite/types.ts';
import type { Dtype, NamedTensors } from '../tensor/index.ts';
import type { ModelFacts } from './admission.ts';

/** An input or output as the runtime declares it; a symbolic or unknown length is a string or `null`. */
export interface ValueInfo {
  readonly name: string;
  readonly dtype: Dtype | null;
  readonly shape: readonly (number | string | null)[] | null;
}

/** One loaded model. */
export interface Session {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Where the nodes run, where it is known before the session closes: only one provider can compute. */
  readonly placement: Placement | null;
  /** Runs once; throws {@link RuntimeFailure}. Time covers the runtime's own call alone. */
  run(inputs: NamedTensors): Promise<{ readonly outputs: NamedTensors; readonly runMs: number }>;
  /** Frees the session; the placement comes with it, because profiles are complete only then. */
  close(): Promise<{ readonly placement: Placement }>;
}

export interface ModelToLoad {
  /** Absolute. */
  readonly path: string;
  /** Read from the file where absent. */
  readonly facts?: ModelFacts;
  /** Where the optimised graph is to be written; only runtimes that can do so take notice. */
  readonly optimisedPath?: string;
}

export interface Runtime {
  readonly name: string;
  readonly version: string;
  /** Throws {@link RuntimeFailure}. */
  load(model: ModelToLoad, provider: string, options: TargetOptions): Promise<Session>;
}

/** A failure that belongs to the model or host, with the status it means. Never a defect of ours. */
export class RuntimeFailure extends Error {
  override readonly name = 'RuntimeFailure';
  readonly status: Exclude<Status, 'ok'>;
  readonly reason: Reason;

  constructor(status: Exclude<Status, 'ok'>, reason: Reason) {
    super(reason.message);
    this.status = status;
    this.reason = reason;
  }
}

/** Whether a target works on this host; probed in a process of its own. */
export type Availability =
  | { readonly available: true; readonly runtimeVersion: string; readonly detail: string }
  | { readonly available: false; readonly runtimeVersion: string | null; readonly reason: Reason };
