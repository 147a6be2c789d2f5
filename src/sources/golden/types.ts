import type { GoldenRef, Metrics, Reason } from '../../result/index.ts';
import type { NamedTensors } from '../../tensor/index.ts';
import type { GoldenNoise } from './noise.ts';
import type { Provenance } from './provenance.ts';
import type { Sample } from './sample.ts';

/** What a golden must fit: the things that make it stale when they change. */
export interface GoldenFacts {
  /** Of the suite's first model, external data included; `null` where it cannot be read. */
  readonly modelSha256: string | null;
  /** The case's inputs as the first model takes them: before any `castInputs` of a variant. */
  readonly inputs: NamedTensors;
  /** Absolute; paths in messages and results are relative to it. The current folder by default. */
  readonly root?: string;
}

/** What of a golden changed since its approval. */
export type StaleCause = 'model' | 'inputs' | 'entry script' | 'dtype policy' | 'source settings';

/** A golden as it stands against the present. Only `fresh` may lead to a pass. */
export interface GoldenRead {
  readonly state: 'fresh' | 'stale' | 'tampered' | 'missing' | 'unreadable';
  readonly staleBecause: readonly StaleCause[];
  /** Empty when fresh; else at level `fail`. */
  readonly reasons: readonly Reason[];
  /** What could be read, so that numbers can be shown even where they cannot count; `null` where nothing could. */
  readonly outputs: NamedTensors | null;
  /** Outputs of which only a sample was kept: their tensors are one-dimensional, see {@link Sample}. */
  readonly samples: ReadonlyMap<string, Sample>;
  /** By output; see {@link noiseByOutput}. */
  readonly noise: ReadonlyMap<string, GoldenNoise>;
  readonly provenance: Provenance | null;
  /** For the check; {@link goldenRefOf} adds what is known of one output. */
  readonly golden: GoldenRef;
  /** Set where the source computed in float64: actual values may be widened. */
  readonly isTruth: boolean;
}

/** How one output of a proposal stands against the golden. */
export interface OutputChange {
  readonly output: string;
  readonly change: 'new' | 'changed' | 'unchanged' | 'removed';
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Set where dtype or shape of the golden differ. */
  readonly was?: { readonly dtype: string; readonly shape: readonly number[] };
  /** Golden as expected, proposal as actual; only where dtype and shape agree and something changed. */
  readonly metrics?: Metrics;
  /** Why there are no numbers. */
  readonly note?: string;
}

/** What approving one proposal would do. */
export interface CaseChange {
  readonly suite: string;
  readonly case: string;
  /** `origin`: outputs are the same bits, but model, inputs or source changed. */
  readonly change: 'new' | 'changed' | 'origin' | 'removed';
  readonly outputs: readonly OutputChange[];
  /** What else differs, for a person: "model: 1a2b3c4d → 5e6f7a8b". */
  readonly origin: readonly string[];
}
