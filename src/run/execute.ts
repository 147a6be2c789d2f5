import { RuntimeFailure } from '../runtimes/types.ts';
import { ParityError } from '../errors/index.ts';
import type { Check, TargetInfo } from '../result/index.ts';
import { didNotPass } from '../result/reading.ts';
import { castInputs, resolveInputs } from '../suite/inputs.ts';
import type { CaseSpec, Suite } from '../suite/types.ts';
import type { NamedTensors } from '../tensor/index.ts';
import type { Execution } from '../workers/types.ts';
import type { CheckFacts } from './check.ts';
import type { RunEvents } from './events.ts';
import { judgeCase } from './judge.ts';
import { meetModel, refusalOf, type MetModel } from './model.ts';
import type { PlannedCase, PlannedJob } from './plan.ts';
import { runReason } from './reason-texts.ts';
import { createReferences, type Reference, type References } from './reference.ts';
import type { RunRequest } from './run.ts';
import { sourceExecution } from './source-target.ts';

/** Jobs that may be on their way at once: enough to keep every worker busy, few enough to hold little in memory. */
const JOBS_IN_FLIGHT = 16;

export interface Executed {
  readonly checks: readonly Check[];
  /** False where an interruption or `failFast` left planned cases out. */
  readonly complete: boolean;
  /** SHA-256 of every model met, by absolute path. */
  readonly modelHashes: ReadonlyMap<string, string | null>;
}

/** Runs all jobs of the plan and judges every case as it ends; the checks come back in the order of the plan. */
export async function executePlan(
  plan: readonly PlannedJob[],
  targets: ReadonlyMap<string, TargetInfo>,
  request: RunRequest,
  events: RunEvents,
): Promise<Executed> {
  const total = plan.reduce((sum, job) => sum + job.cases.length, 0);
  const judged = new Map<number, readonly Check[]>();
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const suites = new SuiteContexts(plan, request, signal);

  const finish = (planned: PlannedCase, checks: readonly Check[]): void => {
    // What ends after a stop may have ended because of it: it is not judged.
    if (signal.aborted) return;
    judged.set(planned.index, checks);
    events.onCase?.({ index: planned.index, finished: judged.size, of: total, checks });
    if (request.failFast && checks.some((check) => didNotPass(check))) stop.abort('fail-fast');
  };
  await eachLimited(plan, JOBS_IN_FLIGHT, async (job) => {
    if (!signal.aborted) await runJob(job, targets, request, suites.of(job.suite), finish, signal);
  });

  const all = plan.flatMap((job) => job.cases).toSorted((left, right) => left.index - right.index);
  const checks = all.flatMap((planned) => judged.get(planned.index) ?? []);
  return { checks, complete: judged.size === total, modelHashes: await suites.modelHashes() };
}

async function runJob(
  job: PlannedJob,
  targets: ReadonlyMap<string, TargetInfo>,
  request: RunRequest,
  suite: SuiteContext,
  finish: (planned: PlannedCase, checks: readonly Check[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const model = await suite.model(job.model.path);
  const pending: Promise<void>[] = [];
  const settle = (planned: PlannedCase, execution: Execution): void => {
    pending.push(
      suite.reference(planned.case).then((reference) => {
        const checks = judgeCase(
          planned,
          reference,
          execution,
          factsOf(planned, model, request),
          request.judge,
        );
        suite.release(planned.case);
        finish(planned, checks);
      }),
    );
  };

  const info = targets.get(job.target.name);
  const refusal = model.failure ?? refusalOf(model, job.target.runtime);
  if (refusal !== null) {
    for (const planned of job.cases) settle(planned, refusal);
  } else if (job.target.runtime === 'source') {
    for (const planned of job.cases) settle(planned, await sourceExecution(planned, suite.references));
  } else if (info !== undefined && !info.available) {
    for (const planned of job.cases) settle(planned, unavailable(info, model));
  } else {
    await execute(job, model, request, suite, settle, signal);
  }
  await Promise.all(pending);
}

async function execute(
  job: PlannedJob,
  model: MetModel,
  request: RunRequest,
  suite: SuiteContext,
  settle: (planned: PlannedCase, execution: Execution) => void,
  signal: AbortSignal,
): Promise<void> {
  const byId = new Map(job.cases.map((planned) => [String(planned.index), planned]));
  await request.executor.execute(
    {
      target: job.target,
      modelPath: job.model.path,
      ...(model.facts === null ? {} : { facts: model.facts }),
      cases: job.cases.map((planned) => ({
        id: String(planned.index),
        inputs: () => suite.feeds(planned),
        repeat: planned.case.repeat,
      })),
      timeoutMs: job.suite.timeout === null ? request.timeoutMs : job.suite.timeout * 1000,
    },
    (id, execution) => {
      const planned = byId.get(id);
      if (planned === undefined || !byId.delete(id)) return;
      settle(planned, execution);
    },
    signal,
  );
  if (signal.aborted) return;
  for (const planned of byId.values()) {
    const why = 'the worker gave no answer for it';
    const reasons = [runReason.caseDropped(planned.suite.name, planned.case.name, why)];
    settle(planned, { status: 'error', reasons, declared: null, placement: null });
  }
}

function unavailable(info: TargetInfo, model: MetModel): Execution {
  const reasons = info.reason === undefined ? [] : [info.reason];
  return { status: 'unavailable', reasons, declared: model.outputs, placement: null };
}

function factsOf(planned: PlannedCase, model: MetModel, request: RunRequest): CheckFacts {
  return {
    modelSha256: model.sha256,
    reproduce: request.reproduce({
      suite: planned.suite.name,
      model: planned.model.name,
      case: planned.case.name,
      target: planned.target.name,
    }),
  };
}

/** What the jobs of one suite share: models, inputs and references, each made once and let go after its last use. */
class SuiteContext {
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
      throw new RuntimeFailure(
        'error',
        runReason.inputsUnusable(planned.case.name, error.message, error.hint),
      );
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

class SuiteContexts {
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

function remembered<K, V>(store: Map<K, V>, key: K, make: () => V): V {
  const known = store.get(key);
  if (known !== undefined) return known;
  const made = make();
  store.set(key, made);
  return made;
}

async function eachLimited<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: limit }, lane));
}
