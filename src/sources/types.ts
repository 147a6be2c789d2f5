/** What a source of truth is to the rest of the tool: a live framework, or the golden store. */
import type { Reason, Status } from '../result/index.ts';
import type { RolloutSpec, SourceSpec } from '../suite/types.ts';
import type { NamedTensors } from '../tensor/index.ts';

/** What produced a reference, as it goes into the provenance. */
export interface SourceInfo {
  readonly framework: string;
  readonly frameworkVersion: string;
  readonly language: string;
  readonly device: string;
  readonly dtype: string;
  readonly threads: number;
  readonly seed: number | null;
  /** Flags that make the framework deterministic, as set. */
  readonly determinism: Readonly<Record<string, unknown>>;
  readonly packages: Readonly<Record<string, string>>;
}

/** How one case of a live source ended. */
export type SourceRun =
  | {
      readonly status: 'ok';
      readonly outputs: NamedTensors;
      /** Named intermediates, where they were asked for. */
      readonly intermediates: NamedTensors;
      readonly info: SourceInfo;
      readonly runMs: number;
      /** Files that the entry read, relative to its folder; empty where the source cannot tell. */
      readonly reads: readonly string[];
    }
  | { readonly status: Exclude<Status, 'ok'>; readonly reasons: readonly Reason[]; readonly stderr: string };

export interface LiveSourceOptions {
  /** Applies to the load and to each case separately. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The model's outputs, in order: names for a program that gives an unnamed tuple and says no names itself. */
  readonly outputNames?: readonly string[];
  /** PyTorch: module scopes. Keras: layers. SavedModel: tensors of the graph. */
  readonly intermediates?: readonly string[] | 'all';
  /** Called once a case as soon as its run is final. */
  readonly onRun?: (id: string, run: SourceRun) => void;
}

export interface SourceCase {
  readonly id: string;
  readonly inputs: NamedTensors;
  /** Runs step by step on the source's own outputs; the outputs of step k are then named `logits[step=k]`. */
  readonly rollout?: RolloutSpec;
}

export interface LiveSource {
  /** Every case gets exactly one run, in order; never throws for what the user's script does. */
  run(
    source: SourceSpec,
    cases: readonly SourceCase[],
    options: LiveSourceOptions,
  ): Promise<ReadonlyMap<string, SourceRun>>;
}
