/** Runs a suite's source for its cases and proposes the outputs as goldens. Writes proposals, never goldens. */
import { sourceError } from '../errors/catalogue/sources.ts';
import { ParityError } from '../errors/index.ts';
import type { Reason, Status } from '../result/index.ts';
import { referenceNames } from '../suite/rollout.ts';
import type { CaseSpec, SourceSpec, Suite } from '../suite/types.ts';
import type { NamedTensors } from '../tensor/index.ts';
import { proposalFolder, proposeRemoval, sweepProposals } from './golden/proposals.ts';
import { goldenCases } from './golden/store.ts';
import type { CaseChange } from './golden/types.ts';
import { createLiveSource } from './live.ts';
import { measureSpread, measureTruth } from './measure-source.ts';
import type { SourceMeasures } from './measure-source.ts';
import { changeOf, proposeCase } from './propose-case.ts';
import { noOutputsReason, outputNamesReason } from './reasons.ts';
import type { LiveSource, SourceRun } from './types.ts';

export interface RecordOptions {
  /** Absolute folder of the project; proposals lie below it. */
  readonly root: string;
  /** Names of the cases to record; all that have a golden as reference by default. */
  readonly cases?: readonly string[];
  /** Name of the source; the case's own or the suite's first by default. */
  readonly source?: string;
  /** Runs of the source: from 2 on its spread is stored with the golden. 1 by default. */
  readonly repeat?: number;
  /** Also run the source in float64 and store how far the recorded outputs are from it. */
  readonly truth?: boolean;
  /** The inputs as the suite's first model takes them. */
  readonly resolveInputs: (caseSpec: CaseSpec) => Promise<NamedTensors>;
  /** Of the suite's first model, as in {@link GoldenFacts}. */
  readonly modelSha256: string | null;
  /** Names of the first model's outputs: the source must give exactly these. Unchecked where absent. */
  readonly outputNames?: readonly string[];
  /** Applies to the load of the source and to each case separately. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** The command line, for the provenance. */
  readonly command: string;
  readonly onCase?: (recorded: RecordedCase) => void;
  /** Stands in for the real sources in tests. */
  readonly live?: (source: SourceSpec) => LiveSource;
}

/** How the recording of one case ended. */
export interface RecordedCase {
  readonly suite: string;
  readonly case: string;
  /** `null` for a removal. */
  readonly source: string | null;
  readonly status: Status;
  /** What was proposed; `null` where nothing was: the golden holds the same bits already, or the source failed. */
  readonly change: CaseChange | null;
  /** True where the approved golden is the same already. */
  readonly unchanged: boolean;
  readonly reasons: readonly Reason[];
  /** Tail of what the source wrote, where it failed. */
  readonly stderr: string;
}

/**
 * Records the cases of one suite; a case that fails does not stop the others, and proposes nothing.
 * @throws ParityError SOURCE_NONE, SOURCE_UNKNOWN
 */
export async function recordSuite(suite: Suite, options: RecordOptions): Promise<readonly RecordedCase[]> {
  const recorded: RecordedCase[] = [];
  const note = (item: RecordedCase): void => {
    recorded.push(item);
    options.onCase?.(item);
  };
  for (const [source, items] of bySource(suite, options)) {
    for await (const item of recordWith(source, items, suite, options)) note(item);
  }
  if (options.cases === undefined && !options.signal.aborted) {
    for (const item of await proposeRemovals(suite, options.root)) note(item);
  }
  await sweepProposals(proposalFolder(options.root, suite.name));
  return recorded;
}

/** Cases that a recording concerns: those whose reference is a golden. */
export function recordableCases(suite: Suite): readonly CaseSpec[] {
  return suite.cases.filter(({ reference }) => reference.kind === 'golden' || reference.kind === 'both');
}

function bySource(suite: Suite, options: RecordOptions): ReadonlyMap<SourceSpec, readonly CaseSpec[]> {
  const items = recordableCases(suite).filter(({ name }) => options.cases?.includes(name) ?? true);
  const groups = new Map<SourceSpec, CaseSpec[]>();
  for (const item of items) {
    const source = sourceOf(suite, item, options.source);
    groups.set(source, [...(groups.get(source) ?? []), item]);
  }
  return groups;
}

function sourceOf(suite: Suite, item: CaseSpec, asked: string | undefined): SourceSpec {
  const name = asked ?? (item.reference.kind === 'both' ? item.reference.source : suite.sources[0]?.name);
  if (name === undefined) throw sourceError('SOURCE_NONE', { suite: suite.name });
  const source = suite.sources.find((candidate) => candidate.name === name);
  if (source !== undefined) return source;
  const known = suite.sources.map((candidate) => candidate.name).join(', ');
  throw sourceError('SOURCE_UNKNOWN', { suite: suite.name, source: name, known });
}

async function* recordWith(
  source: SourceSpec,
  items: readonly CaseSpec[],
  suite: Suite,
  options: RecordOptions,
): AsyncGenerator<RecordedCase> {
  const live = (options.live ?? createLiveSource)(source);
  const place = (item: CaseSpec) => ({ suite: suite.name, case: item.name, source: source.name });
  const ready: { readonly item: CaseSpec; readonly inputs: NamedTensors }[] = [];
  for (const item of items) {
    const inputs = await resolveOr(options, item);
    if ('reason' in inputs) yield { ...place(item), ...failed('error', [inputs.reason], '') };
    else ready.push({ item, inputs: inputs.tensors });
  }
  const cases = ready.map(({ item, inputs }) => ({
    id: item.name,
    inputs,
    ...(item.rollout === undefined ? {} : { rollout: item.rollout }),
  }));
  const runs = await live.run(source, cases, {
    timeoutMs: options.timeoutMs,
    signal: options.signal,
    ...(options.outputNames === undefined ? {} : { outputNames: options.outputNames }),
  });
  const sound = cases.filter(({ id }) => runs.get(id)?.status === 'ok');
  const measures: SourceMeasures = {
    spread: await measureSpread(live, source, sound, runs, options),
    truth: options.truth === true ? await measureTruth(live, source, sound, runs, options) : new Map(),
  };
  for (const { item, inputs } of ready) {
    const names = options.outputNames && referenceNames(options.outputNames, item.rollout);
    const run = checked(source, runs.get(item.name), names);
    if (run === undefined) continue;
    if (run.status !== 'ok') yield { ...place(item), ...failed(run.status, run.reasons, run.stderr) };
    else {
      const proposed = await proposeCase({ suite, source, item, inputs, run, measures, options });
      yield { ...place(item), status: 'ok', reasons: [], stderr: '', ...proposed };
    }
  }
}

async function resolveOr(
  options: RecordOptions,
  item: CaseSpec,
): Promise<{ readonly tensors: NamedTensors } | { readonly reason: Reason }> {
  try {
    return { tensors: await options.resolveInputs(item) };
  } catch (error) {
    if (!(error instanceof ParityError)) throw error;
    const { message, hint } = error;
    return { reason: { code: 'INPUT_REJECTED', message, hint, level: 'fail' } };
  }
}

/** A source must name its outputs as the model does, else every later check would miss them. */
function checked(
  source: SourceSpec,
  run: SourceRun | undefined,
  outputNames: readonly string[] | undefined,
): SourceRun | undefined {
  if (run?.status !== 'ok') return run;
  const given = [...run.outputs.keys()];
  if (given.length === 0) return { status: 'error', reasons: [noOutputsReason(source)], stderr: '' };
  if (outputNames === undefined) return run;
  const agree = given.length === outputNames.length && outputNames.every((name) => run.outputs.has(name));
  if (agree) return run;
  return { status: 'error', reasons: [outputNamesReason(source, given, outputNames)], stderr: '' };
}

function failed(
  status: Exclude<Status, 'ok'>,
  reasons: readonly Reason[],
  stderr: string,
): Pick<RecordedCase, 'status' | 'change' | 'unchanged' | 'reasons' | 'stderr'> {
  return { status, change: null, unchanged: false, reasons, stderr };
}

/** Goldens of cases that the suite no longer has, or that no longer ask for one. */
async function proposeRemovals(suite: Suite, root: string): Promise<readonly RecordedCase[]> {
  const wanted = new Set(recordableCases(suite).map(({ name }) => name));
  const gone = (await goldenCases(suite)).filter((name) => !wanted.has(name));
  const recorded: RecordedCase[] = [];
  for (const name of gone) {
    await proposeRemoval(root, suite, name);
    const change = await changeOf(suite, name, root);
    const place = { suite: suite.name, case: name, source: null };
    recorded.push({ ...place, status: 'ok', change, unchanged: false, reasons: [], stderr: '' });
  }
  return recorded;
}
