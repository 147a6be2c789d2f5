/** What a source of truth is to the rest of the tool: a live framework, or the golden store. */
import type { Reason, Status } from '../result/index.ts';
import type { SourceSpec } from '../suite/types.ts';
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
      readonly info: SourceInfo;
      readonly runMs: number;
    }
  | { readonly status: Exclude<Status, 'ok'>; readonly reasons: readonly Reason[]; readonly stderr: string };

export interface LiveSource {
  /** Every case gets exactly one run, in order; never throws for what the user's script does. */
  run(
    source: SourceSpec,
    cases: readonly { readonly id: string; readonly inputs: NamedTensors }[],
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<ReadonlyMap<string, SourceRun>>;
}
