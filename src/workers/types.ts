/** The contract between the run and the worker processes. A crash or hang is data here, never an exception. */
import type { Placement, Reason, Status } from '../result/index.ts';
import type { ModelFacts } from '../runtimes/admission.ts';
import type { ValueInfo } from '../runtimes/types.ts';
import type { TargetSpec } from '../suite/types.ts';
import type { NamedTensors } from '../tensor/index.ts';

/** One model on one target with all cases that are to run on it: the session is loaded once. */
export interface Job {
  readonly target: TargetSpec;
  /** Absolute. */
  readonly modelPath: string;
  /** What is known of the model; read in the worker where absent. */
  readonly facts?: ModelFacts;
  /** Where the runtime is to write the optimised graph. */
  readonly optimisedPath?: string;
  readonly cases: readonly {
    readonly id: string;
    /** Read only when this case is next, so that inputs of thousands of cases are not held at once. */
    readonly inputs: () => Promise<NamedTensors>;
    /** Runs of the same inputs; bits are compared when more than one. `auto` is 2 where a run takes under 20 ms, else 1. */
    readonly repeat: number | 'auto';
    /** Told as soon as the case has run, before its placement is known: outputs, or `null` where it failed. Told again where it ran again. */
    readonly settled?: (outputs: NamedTensors | null) => void;
  }[];
  /** Applies to load and to each run separately. */
  readonly timeoutMs: number;
  /** Begins in a process that did nothing before. */
  readonly freshProcess?: boolean;
}

/** How one case of a job ended. */
export type Execution =
  | {
      readonly status: 'ok';
      readonly outputs: NamedTensors;
      readonly declared: readonly ValueInfo[];
      readonly loadMs: number;
      readonly runMs: readonly number[];
      /** Names of outputs whose bits differed between repeats. */
      readonly unstable: readonly string[];
      readonly placement: Placement;
    }
  | {
      readonly status: Exclude<Status, 'ok'>;
      readonly reasons: readonly Reason[];
      readonly declared: readonly ValueInfo[] | null;
      readonly crash?: {
        readonly signal: string | null;
        readonly exitCode: number | null;
        readonly stderr: string;
      };
      readonly placement: Placement | null;
    };

/** Runs jobs in worker processes; every case of a job gets exactly one execution, in the job's order. */
export interface Executor {
  /**
   * Calls `onCase` once per case as soon as its execution is final, placement included; resolves after the last.
   * An aborted signal ends the remaining cases without a call.
   */
  execute(job: Job, onCase: (id: string, execution: Execution) => void, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
