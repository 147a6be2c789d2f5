import { ParityError } from '../errors/index.ts';
import { readTensors } from '../formats/index.ts';
import type { GoldenRef, Reason, Status, Verdict } from '../result/index.ts';
import type { GoldenNoise } from '../sources/golden/noise.ts';
import type { Sample } from '../sources/golden/sample.ts';
import type { LiveSource, SourceRun } from '../sources/types.ts';
import { readDataSet } from '../suite/data-set.ts';
import { stepName, withStepNames } from '../suite/rollout.ts';
import type { CaseSpec, ModelSpec, SourceSpec, Suite, TargetSpec } from '../suite/types.ts';
import type { NamedTensors, Tensor } from '../tensor/index.ts';
import type { Execution, Executor, Job } from '../workers/types.ts';
import { stepRuns } from './features/steps.ts';
import { runReason } from './reason-texts.ts';

/** The truth of one case, and how far it can be trusted. */
export interface Reference {
  /** `null` where there is none; `standing` then says how its checks stand. */
  readonly outputs: NamedTensors | null;
  /** `pass` where it can be trusted; the checks never stand better than this. */
  readonly verdict: Verdict;
  readonly standing: { readonly status: Status; readonly verdict: Verdict | null };
  readonly golden: GoldenRef;
  readonly reasons: readonly Reason[];
  /** Outputs of which the golden keeps only some elements. */
  readonly samples: ReadonlyMap<string, Sample>;
  /** How far the reference of an output is from its repetitions or from float64, where that was measured. */
  readonly noise: ReadonlyMap<string, GoldenNoise>;
  /** The source computed in float64, as a truth above float32: actual values may be widened to it. */
  readonly isTruth: boolean;
}

export interface ReferenceContext {
  /** Absolute; paths in messages are relative to it. */
  readonly root: string;
  readonly inputsOf: (item: CaseSpec) => Promise<NamedTensors>;
  /** Hash of the model that the source was exported to; `null` where it cannot be read. */
  readonly modelSha256: () => Promise<string | null>;
  /** Names of the model's outputs, in order; `null` where the model cannot be read. */
  readonly outputNames: (item: CaseSpec) => Promise<readonly string[] | null>;
  readonly executor: Executor;
  readonly liveSource: (source: SourceSpec) => Promise<LiveSource>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Gives the references of a suite's cases; live sources and runtimes run once for all their cases. */
export interface References {
  of(item: CaseSpec): Promise<Reference>;
  /** What the live source gave, where the case's reference is live or both. */
  live(item: CaseSpec, source: string): Promise<SourceRun>;
}

export function createReferences(suite: Suite, context: ReferenceContext): References {
  const liveRuns = new Map<string, Promise<ReadonlyMap<string, SourceRun>>>();
  const runtimeRuns = new Map<string, Promise<ReadonlyMap<string, Execution>>>();

  const live = async (item: CaseSpec, source: string): Promise<SourceRun> => {
    const runs = memo(liveRuns, source, () => runLive(suite, source, context));
    return (await runs).get(item.name) ?? lost(source);
  };

  return {
    live,
    async of(item) {
      const { reference } = item;
      switch (reference.kind) {
        case 'golden':
        case 'both':
          return goldenReference(suite, item, context);
        case 'given':
          return trusted(reference.outputs, { state: 'file', origin: reference.origin });
        case 'file':
          return readReference(reference.path, () => readTensors(reference.path));
        case 'data-set': {
          const folder = item.dataSet ?? suite.folder;
          const names = await context.outputNames(item);
          return readReference(folder, async () => readDataSet(folder, 'output', names));
        }
        case 'live':
          return liveReference(suite, reference.source, await live(item, reference.source));
        case 'runtime': {
          const { target } = reference;
          const runs = memo(runtimeRuns, target.name, () => runRuntime(suite, target, context));
          return runtimeReference(target, (await runs).get(item.name));
        }
        case 'relation':
          throw new Error(`case ${item.name} is its own reference`);
      }
    },
  };
}

function memo<V>(store: Map<string, V>, key: string, make: () => V): V {
  const known = store.get(key);
  if (known !== undefined) return known;
  const made = make();
  store.set(key, made);
  return made;
}

async function goldenReference(suite: Suite, item: CaseSpec, context: ReferenceContext): Promise<Reference> {
  const inputs = await context.inputsOf(item);
  const { readGolden } = await import('../sources/golden/store.ts');
  const read = await readGolden(suite, item, {
    modelSha256: await context.modelSha256(),
    inputs,
    root: context.root,
  });
  return {
    ...NO_REFERENCE,
    outputs: read.outputs,
    verdict: read.state === 'fresh' ? 'pass' : 'fail',
    standing: { status: 'ok', verdict: 'fail' },
    golden: read.golden,
    reasons: read.reasons,
    samples: read.samples,
    noise: read.noise,
    isTruth: read.isTruth,
  };
}

async function readReference(path: string, read: () => Promise<NamedTensors>): Promise<Reference> {
  try {
    return trusted(await read(), { state: 'file', origin: path });
  } catch (error) {
    if (!(error instanceof ParityError)) throw error;
    return {
      ...NO_REFERENCE,
      golden: { state: 'unreadable', origin: path },
      reasons: [runReason.referenceUnreadable(path, error)],
    };
  }
}

function liveReference(suite: Suite, name: string, run: SourceRun): Reference {
  if (run.status !== 'ok') {
    return {
      ...NO_REFERENCE,
      standing: { status: run.status, verdict: null },
      golden: { state: 'live', origin: name },
      reasons: run.reasons,
    };
  }
  const entry = suite.sources.find((source) => source.name === name)?.entry;
  const where =
    entry === undefined ? name : [entry.file.split('/').at(-1), entry.callable].filter(Boolean).join(':');
  return trusted(run.outputs, {
    state: 'live',
    origin: `${run.info.framework} ${run.info.frameworkVersion}, ${where}`,
  });
}

function runtimeReference(target: TargetSpec, execution: Execution | undefined): Reference {
  const golden: GoldenRef = { state: 'runtime', origin: target.name };
  if (execution?.status === 'ok') {
    return { ...trusted(execution.outputs, golden), reasons: [runReason.referenceIsRuntime(target.name)] };
  }
  const cause = execution?.reasons[0];
  return {
    ...NO_REFERENCE,
    standing: { status: execution?.status ?? 'error', verdict: null },
    golden,
    reasons: [runReason.referenceFailed(target.name, cause?.message ?? 'no answer', cause?.hint ?? '')],
  };
}

function trusted(outputs: NamedTensors, golden: GoldenRef): Reference {
  return { ...NO_REFERENCE, outputs, verdict: 'pass', golden };
}

/** How a reference stands until something is known for it. */
export const NO_REFERENCE: Reference = {
  outputs: null,
  verdict: 'fail',
  standing: { status: 'ok', verdict: 'fail' },
  golden: { state: 'missing' },
  reasons: [],
  samples: new Map(),
  noise: new Map(),
  isTruth: false,
};

async function runLive(
  suite: Suite,
  name: string,
  context: ReferenceContext,
): Promise<ReadonlyMap<string, SourceRun>> {
  const source = suite.sources.find((known) => known.name === name);
  if (source === undefined) throw new Error(`suite ${suite.name} was loaded with an unknown source ${name}`);
  const items = suite.cases.filter(({ reference }) => 'source' in reference && reference.source === name);
  const cases = await Promise.all(
    items.map(async (item) => ({
      id: item.name,
      inputs: await context.inputsOf(item),
      ...(item.rollout === undefined ? {} : { rollout: item.rollout }),
    })),
  );
  const [first] = items;
  const outputNames = first === undefined ? null : await context.outputNames(first);
  return (await context.liveSource(source)).run(source, cases, {
    timeoutMs: context.timeoutMs,
    signal: context.signal,
    ...(outputNames === null ? {} : { outputNames }),
  });
}

async function runRuntime(
  suite: Suite,
  target: TargetSpec,
  context: ReferenceContext,
): Promise<ReadonlyMap<string, Execution>> {
  const executions = new Map<string, Execution>();
  const byModel = new Map<string, CaseSpec[]>();
  for (const item of suite.cases) {
    if (item.reference.kind !== 'runtime' || item.reference.target.name !== target.name) continue;
    const model = referenceModel(suite, item);
    if (model !== undefined) memo(byModel, model.path, () => [] as CaseSpec[]).push(item);
  }
  for (const [modelPath, items] of byModel) {
    const ended = new Map<string, Execution>();
    await context.executor.execute(
      {
        target,
        modelPath,
        cases: items.flatMap((item) => referenceRuns(item, context)),
        timeoutMs: context.timeoutMs,
      },
      (id, execution) => ended.set(id, execution),
      context.signal,
    );
    for (const item of items) {
      const whole = together(item, ended);
      if (whole !== undefined) executions.set(item.name, whole);
    }
  }
  return executions;
}

/** Variants share the reference of the first model that the case runs on. */
function referenceModel({ models }: Suite, item: CaseSpec): ModelSpec | undefined {
  return item.models === undefined ? models[0] : models.find(({ name }) => item.models?.[0] === name);
}

/** The runs of a case on the runtime that is its reference: one, or one a step. */
function referenceRuns(item: CaseSpec, context: ReferenceContext): Job['cases'] {
  const start = (): Promise<NamedTensors> => context.inputsOf(item);
  if (item.rollout === undefined) return [{ id: item.name, inputs: start, repeat: 1 }];
  const steps = stepRuns(item.rollout, {
    repeat: 1,
    start,
    outputsBefore: (_step, own) => Promise.resolve(own),
  });
  return steps.map((run, at) => ({ ...run, id: stepName(item.name, at + 1) }));
}

/** The runs of a case as one: the first that failed, or the outputs of all steps under the names of their steps. */
function together({ name, rollout }: CaseSpec, ended: ReadonlyMap<string, Execution>): Execution | undefined {
  if (rollout === undefined) return ended.get(name);
  const outputs = new Map<string, Tensor>();
  let last: Execution | undefined;
  for (let step = 1; step <= rollout.steps; step++) {
    last = ended.get(stepName(name, step));
    if (last?.status !== 'ok') return last;
    for (const [output, tensor] of withStepNames(last.outputs, step)) outputs.set(output, tensor);
  }
  return last?.status === 'ok' ? { ...last, outputs } : last;
}

function lost(source: string): SourceRun {
  return {
    status: 'error',
    reasons: [runReason.referenceFailed(source, 'it left the case out', 'Look at the script of the source.')],
    stderr: '',
  };
}
