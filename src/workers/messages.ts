/** What parent and worker say to each other. Every message is one of these; stdout and stderr are not part of it. */
import type { Placement, Reason, Status } from '../result/index.ts';
import type { ModelToLoad, ValueInfo } from '../runtimes/types.ts';
import type { Dtype, Tensor } from '../tensor/index.ts';

/** A tensor on its way: inside the message, or in a file that the receiver removes. */
export type PackedTensor =
  | { readonly tensor: Tensor }
  | { readonly dtype: Dtype; readonly shape: readonly number[]; readonly file: string };

export type PackedTensors = readonly (readonly [name: string, tensor: PackedTensor])[];

/** Parent → worker: load a model, run one case, close the session; each where asked. */
export interface Task {
  readonly type: 'task';
  /** Counts from 1 in each process. */
  readonly number: number;
  readonly load: ModelToLoad | null;
  readonly run: { readonly inputs: PackedTensors; readonly repeat: number | 'auto' } | null;
  readonly close: boolean;
}

/** Parent → worker: tasks one after the other, whose replies come together. */
export interface Batch {
  readonly type: 'batch';
  readonly tasks: readonly Task[];
}

/** A failure as data: the error object of the worker does not travel. */
export interface Failed {
  readonly ok: false;
  readonly status: Exclude<Status, 'ok'>;
  readonly reason: Reason;
}

export interface Loaded {
  readonly ok: true;
  readonly loadMs: number;
  readonly outputs: readonly ValueInfo[];
  /** `null` where only the closed session knows. */
  readonly placement: Placement | null;
}

export interface Ran {
  readonly ok: true;
  readonly outputs: PackedTensors;
  readonly runMs: readonly number[];
  /** Names of outputs whose bits differed between repeats. */
  readonly unstable: readonly string[];
}

/** Worker → parent. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | {
      readonly type: 'answer';
      readonly number: number;
      /** `null` where the model was loaded before. */
      readonly load: Loaded | Failed | null;
      /** `null` where loading failed and where none was asked for. */
      readonly run: Ran | Failed | null;
      readonly rssBytes: number;
    }
  /** All that was said while a batch was carried out; `number` is that of its last task. */
  | { readonly type: 'batch'; readonly number: number; readonly replies: readonly WorkerMessage[] }
  /** After a session whose placement is known only then; `null` where it could not be read. */
  | { readonly type: 'closed'; readonly number: number; readonly placement: Placement | null }
  /** A defect of the tool, not of the model. */
  | {
      readonly type: 'broken';
      readonly number: number;
      readonly problem: string;
      /** The host failed, not the tool: no room in the temporary folder, for one. */
      readonly byHost: boolean;
    };
