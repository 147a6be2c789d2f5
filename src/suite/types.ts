/** A suite once loaded and checked: paths absolute, shorthand spelled out. What a user writes is `SuiteSpec` (schema.ts). */
import type { ComparePolicy, Tolerance } from '../compare/types.ts';
import type { Dtype, NamedTensors, Tensor } from '../tensor/index.ts';

/** Where a target's sessions differ from the runtime's defaults. */
export interface TargetOptions {
  /** onnxruntime's graph optimisation level. */
  readonly optimization?: 'disabled' | 'basic' | 'extended' | 'layout' | 'all';
  /** Intra-op threads; 1 by default, so that results do not depend on the host. */
  readonly threads?: number;
  readonly interOpThreads?: number;
  /** Session config entries, passed on as they are. */
  readonly config?: Readonly<Record<string, string>>;
  /** Options of the execution provider, passed on as they are. */
  readonly provider?: Readonly<Record<string, unknown>>;
}

/** A target as a suite or the command line asks for it. */
export interface TargetSpec {
  /** Shown in results: `ort-node/cpu`, or `ort-node/cpu@basic` for a named variation. Unique in a suite. */
  readonly name: string;
  readonly runtime: string;
  readonly provider: string;
  readonly options: TargetOptions;
  readonly optional: boolean;
  readonly tolerance?: Tolerance;
  /** What a node on another provider does to the verdict. */
  readonly fallback: 'allow' | 'warn' | 'fail';
}

/** One `.onnx` of a suite; variants of one net are models that share the goldens. */
export interface ModelSpec {
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  readonly tolerance?: Tolerance;
  readonly policy: ComparePolicy;
  /** Inputs whose dtype this variant changed: generated values are cast before feeding. */
  readonly castInputs: Readonly<Partial<Record<Dtype, Dtype>>>;
  /** Renames of a variant's outputs: actual name → expected name. */
  readonly renameOutputs: Readonly<Record<string, string>>;
  /** Names of targets it runs on; all of the suite's where absent. */
  readonly targets?: readonly string[];
  /** A status that the suite declares to be right for this model, by target name. */
  readonly expectStatus: Readonly<Record<string, 'unsupported'>>;
}

/** Values that are made from a seed or written out. Shape is in elements per axis. */
export type InputSpec =
  | {
      readonly kind: 'normal';
      readonly dtype: Dtype;
      readonly shape: readonly number[];
      readonly seed: number;
      readonly mean: number;
      readonly std: number;
    }
  | {
      readonly kind: 'uniform';
      readonly dtype: Dtype;
      readonly shape: readonly number[];
      readonly seed: number;
      readonly low: number;
      readonly high: number;
    }
  | {
      readonly kind: 'integers';
      readonly dtype: Dtype;
      readonly shape: readonly number[];
      readonly seed: number;
      readonly low: number;
      readonly high: number;
    }
  | {
      readonly kind: 'constant';
      readonly dtype: Dtype;
      readonly shape: readonly number[];
      readonly value: number | string | boolean;
    }
  | {
      readonly kind: 'values';
      readonly dtype: Dtype;
      readonly shape: readonly number[];
      readonly values: readonly (number | string | boolean)[];
    }
  /** Already in memory: what a command was given, never what a suite file says. */
  | { readonly kind: 'given'; readonly tensor: Tensor }
  /** `key` names the tensor in an npz or safetensors file. */
  | { readonly kind: 'file'; readonly path: string; readonly key?: string };

/** What a source framework needs to be run again; see src/sources. */
export interface SourceSpec {
  readonly name: string;
  readonly kind: 'python' | 'tfjs-node';
  /** `export.py:build` – file (absolute) and function – or a saved program (SavedModel folder, .keras, .pt, .pt2). */
  readonly entry: { readonly file: string; readonly callable?: string };
  readonly framework: 'pytorch' | 'tensorflow' | 'python';
  /** Interpreter; else ONNX_PARITY_PYTHON, else `.venv` beside the suite, in the project, else `python3`. */
  readonly python?: string;
  readonly dtype?: Dtype;
  readonly device?: string;
  readonly threads?: number;
  readonly seed?: number;
  /** SavedModel signature; `serving_default` by default. */
  readonly signature?: string;
}

/** Where a case's expected outputs come from. */
export type ReferenceSpec =
  | { readonly kind: 'golden' }
  | { readonly kind: 'live'; readonly source: string }
  /** Live against golden as a check of its own, and targets against the golden. */
  | { readonly kind: 'both'; readonly source: string }
  /** Recorded outside: tensor files given by the user. */
  | { readonly kind: 'file'; readonly path: string }
  /** Already in memory: what a command was given. `origin` says where from. */
  | { readonly kind: 'given'; readonly outputs: NamedTensors; readonly origin: string }
  /** `output_K.pb` of the case's {@link CaseSpec.dataSet}, in the order of the model's outputs. */
  | { readonly kind: 'data-set' }
  /** Another runtime: proves agreement between runtimes, not with the source framework. */
  | { readonly kind: 'runtime'; readonly target: TargetSpec }
  /** The model itself on inputs derived from the case's own. */
  | { readonly kind: 'relation'; readonly relation: RelationSpec };

/** What must hold between runs of one model on one target; needs no reference. */
export type RelationSpec =
  /** Row i of a batch equals the run of row i alone; axis 0. `inputs` names those that carry the batch. */
  | { readonly kind: 'batchInvariance'; readonly inputs?: readonly string[] }
  /** The rows in another order give the same outputs in that order. */
  | { readonly kind: 'batchPermutation'; readonly seed: number; readonly inputs?: readonly string[] }
  /** A masked tail changes nothing before it. */
  | {
      readonly kind: 'padding';
      /** The value that fills the tail, by input. */
      readonly inputs: ReadonlyMap<string, number>;
      /** The input that is 1 for what counts; its tail is 0. */
      readonly mask?: string;
      /** The axis that grows, in every padded input. */
      readonly axis: number;
      /** Its length with the tail. */
      readonly to: number;
    };

/** How outputs of one step become inputs of the next; steps count from 1. */
export interface RolloutSpec {
  readonly steps: number;
  readonly feed: readonly RolloutFeed[];
  /** Inputs that hold the values of all steps along an axis: step k is fed entry k, the axis kept with length 1. */
  readonly each: ReadonlyMap<string, number>;
  /** Inputs that grow by one along an axis with every step: the last step is fed all of it. */
  readonly grow: ReadonlyMap<string, number>;
  /** `free`: each side feeds itself. `forced`: the target is fed the reference's outputs of the step before. */
  readonly mode: 'free' | 'forced';
}

export interface RolloutFeed {
  /** Name of the output as the reference calls it. */
  readonly output: string;
  readonly input: string;
  /** What is fed: all of it, the last entry of axis 1, or the index of the largest score of that entry, as [batch, 1]. */
  readonly take: 'all' | 'last' | 'argmax';
}

/** Variations that must not change the outputs of a case, each a check of its own. */
export interface StabilitySpec {
  /** Runs in one session, the plain run among them. */
  readonly repeat?: number;
  readonly threads?: readonly number[];
  readonly optimization?: readonly NonNullable<TargetOptions['optimization']>[];
  /** A session in a process that did nothing before. */
  readonly freshProcess?: boolean;
  /** All cases of the model in the opposite order in one session. */
  readonly order?: 'reversed';
}

/** How long a warmed run takes. */
export interface BenchSpec {
  readonly runs: number;
  /** Runs before them that are not counted. */
  readonly warmup: number;
  /** Fails a target whose median is above `factor` × that of another. */
  readonly notSlowerThan?: { readonly target: TargetSpec; readonly factor: number };
}

export interface OutputSpec {
  readonly tolerance?: Tolerance;
  /** Goldens keep at most so many elements of this output, drawn evenly over it; all where absent. */
  readonly sample?: number;
  readonly policy: ComparePolicy;
}

export interface CaseSpec {
  readonly name: string;
  /** The name in the suite file, where this is one of the cases that a sweep or a relation made of it. */
  readonly family?: string;
  /** In the order of the suite file; keys are model input names. Empty where `dataSet` is given. */
  readonly inputs: ReadonlyMap<string, InputSpec>;
  /** Absolute folder in the ONNX backend layout: `input_K.pb` in the order of the model's inputs. */
  readonly dataSet?: string;
  readonly reference: ReferenceSpec;
  readonly tolerance?: Tolerance;
  readonly policy: ComparePolicy;
  /** Per-output settings of this case, over those of the suite. */
  readonly outputs: ReadonlyMap<string, OutputSpec>;
  readonly targets?: readonly string[];
  readonly models?: readonly string[];
  /** Runs of the same inputs, whose bits are compared; `auto`: two where a run takes under 20 ms, else one. */
  readonly repeat: number | 'auto';
  readonly rollout?: RolloutSpec;
  readonly stability?: StabilitySpec;
  readonly bench?: BenchSpec;
}

export interface Suite {
  readonly name: string;
  readonly description: string;
  /** Absolute. */
  readonly folder: string;
  /** Absolute; `null` for a folder in the ONNX backend layout. */
  readonly file: string | null;
  /** Absolute folder of its goldens. */
  readonly goldens: string;
  readonly models: readonly ModelSpec[];
  readonly sources: readonly SourceSpec[];
  readonly targets: readonly TargetSpec[];
  readonly cases: readonly CaseSpec[];
  readonly tolerance?: Tolerance;
  readonly policy: ComparePolicy;
  readonly dtypes: Readonly<Partial<Record<Dtype, Tolerance>>>;
  readonly outputs: ReadonlyMap<string, OutputSpec>;
  /** Seconds, for load and for run separately. */
  readonly timeout: number | null;
}
