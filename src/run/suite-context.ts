/** What the jobs of a suite share while a plan is executed. */
import { ParityError } from '../errors/index.ts';
import { RuntimeFailure } from '../runtimes/types.ts';
import { castInputs, resolveInputs } from '../suite/inputs.ts';
import type { CaseSpec, Suite } from '../suite/types.ts';
import type { NamedTensors } from '../tensor/index.ts';
import { meetModel, type MetModel } from './model.ts';
import type { PlannedCase, PlannedJob } from './plan.ts';
import { runReason } from './reason-texts.ts';
import { createReferences, type Reference, type References } from './reference.ts';
import type { RunRequest } from './run.ts';

/** What the jobs of one suite share: models, inputs and references, each made once and let go after its last use. */
export class SuiteContext {
  readonly references: References;
  readonly #suite: Suite;
  readonly #models = new Map<string, Promise<MetModel>>();
  readonly #inputs = new Map<string, Promise<NamedTensors>>();
  readonly #expected = new Map<string, Promise<Reference>>();
  readonly #usesLeft: Map<string, number>;

  constructor(suite: Suite, usesLeft: Map<string, number>, request: RunRequest, signal: AbortSignal) {
    this.#suite = suite;
    this.#usesLeft = usesLeft;
    this.references = createReferences(suite, {
      root: request.root,
      inputsOf: (item) => this.inputs(item),
      modelSha256: async () => {
        const first = suite.models[0];
        return first === undefined ? null : (await this.model(first.path)).sha256;
      },
      outputNames: async (item) => (await this.modelOf(item))?.outputs?.map(({ name }) => name) ?? null,
      executor: request.executor,
      liveSource: request.liveSource,
      timeoutMs: suite.timeout === null ? request.timeoutMs : suite.timeout * 1000,
      signal,
    });
  }

  async modelHashes(): Promise<readonly (readonly [string, string | null])[]> {
    return Promise.all([...this.#models].map(async ([path, met]) => [path, (await met).sha256] as const));
  }

  model(path: string): Promise<MetModel> {
    return remembered(this.#models, path, () => meetModel(path));
  }

  inputs(item: CaseSpec): Promise<NamedTensors> {
    return remembered(this.#inputs, item.name, () =>
      resolveInputs(item, this.#suite, async () => (await this.modelOf(item))?.inputNames ?? []),
    );
  }

  /** The model whose names and order a data set follows: the first that the case runs on. */
  async modelOf(item: CaseSpec): Promise<MetModel | null> {
    const name = item.models?.[0];
    const found =
      name === undefined ? this.#suite.models[0] : this.#suite.models.find((model) => model.name === name);
    return found === undefined ? null : this.model(found.path);
  }

  reference(item: CaseSpec): Promise<Reference> {
    return remembered(this.#expected, item.name, () => this.references.of(item));
  }

  /** Inputs as this model takes them: cast where a variant changed their dtype. */
  async feeds(planned: PlannedCase): Promise<NamedTensors> {
    try {
      return castInputs(await this.inputs(planned.case), planned.model);
    } catch (error) {
      if (!(error instanceof ParityError)) throw error;
      throw new RuntimeFailure('error', runReason.inputsUnusable(planned.case.name, error));
    }
  }

  release(item: CaseSpec): void {
    const left = (this.#usesLeft.get(item.name) ?? 1) - 1;
    this.#usesLeft.set(item.name, left);
    if (left > 0) return;
    this.#inputs.delete(item.name);
    this.#expected.delete(item.name);
  }
}

export class SuiteContexts {
  readonly #contexts: ReadonlyMap<Suite, SuiteContext>;

  constructor(plan: readonly PlannedJob[], request: RunRequest, signal: AbortSignal) {
    const uses = new Map<Suite, Map<string, number>>();
    for (const planned of plan.flatMap((job) => job.cases)) {
      const counts = remembered(uses, planned.suite, () => new Map<string, number>());
      counts.set(planned.case.name, (counts.get(planned.case.name) ?? 0) + 1);
    }
    this.#contexts = new Map(
      [...uses].map(([suite, counts]) => [suite, new SuiteContext(suite, counts, request, signal)]),
    );
  }

  async modelHashes(): Promise<ReadonlyMap<string, string | null>> {
    const found = await Promise.all([...this.#contexts.values()].map((context) => context.modelHashes()));
    return new Map(found.flat());
  }

  of(suite: Suite): SuiteContext {
    const context = this.#contexts.get(suite);
    if (context === undefined) throw new Error(`suite ${suite.name} is not part of the plan`);
    return context;
  }
}

/** The value of a key, made on first use. */
export function remembered<K, V>(store: Map<K, V>, key: K, make: () => V): V {
  const known = store.get(key);
  if (known !== undefined) return known;
  const made = make();
  store.set(key, made);
  return made;
}
