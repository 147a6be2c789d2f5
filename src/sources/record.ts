/** Runs a suite's source for its cases and proposes the outputs as goldens. Writes proposals, never goldens. */
import { sourceError } from '../errors/catalogue/sources.ts';
import { ParityError } from '../errors/index.ts';
import type { Reason, Status } from '../result/index.ts';
import type { CaseSpec, SourceSpec, Suite } from '../suite/types.ts';
import type { NamedTensors, Tensor } from '../tensor/index.ts';
import { encodeBlob } from './golden/blob.ts';
import type { Blob } from './golden/blob.ts';
import { describeChange, isSameGolden, readStored } from './golden/changes.ts';
import {
  findProposal,
  proposalFolder,
  proposeGolden,
  proposeRemoval,
  sweepProposals,
  withdraw,
} from './golden/proposals.ts';
import type { Provenance } from './golden/provenance.ts';
import { takeSample } from './golden/sample.ts';
import { goldenCases, readBlob } from './golden/store.ts';
import type { CaseChange } from './golden/types.ts';
import { measureSpread, measureTruth } from './measure-source.ts';
import type { SourceMeasures } from './measure-source.ts';
import { describeRecording } from './recording.ts';
import { createLiveSource } from './live.ts';
import { outputNamesReason } from './reasons.ts';
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
  /** Elements to keep of an output at most; all where absent or `null`. */
  readonly sampleElements?: (output: string) => number | null;
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
  const cases = ready.map(({ item, inputs }) => ({ id: item.name, inputs }));
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
    const run = checked(source, runs.get(item.name), options.outputNames);
    if (run === undefined) continue;
    if (run.status !== 'ok') yield { ...place(item), ...failed(run.status, run.reasons, run.stderr) };
    else yield { ...place(item), ...(await propose({ suite, source, item, inputs, run, measures, options })) };
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
  if (run?.status !== 'ok' || outputNames === undefined) return run;
  const given = [...run.outputs.keys()];
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

/** One case that the source has run. */
interface Recording {
  readonly suite: Suite;
  readonly source: SourceSpec;
  readonly item: CaseSpec;
  readonly inputs: NamedTensors;
  readonly run: Extract<SourceRun, { status: 'ok' }>;
  readonly measures: SourceMeasures;
  readonly options: RecordOptions;
}

async function propose(
  recording: Recording,
): Promise<Pick<RecordedCase, 'status' | 'change' | 'unchanged' | 'reasons' | 'stderr'>> {
  const { suite, source, item, inputs, run, measures, options } = recording;
  const { outputs, blobs } = store(run.outputs, options);
  const provenance = await describeRecording({
    suite,
    source,
    caseName: item.name,
    inputs,
    run,
    outputs,
    modelSha256: options.modelSha256,
    command: options.command,
    spread: measures.spread.get(item.name),
    truth: measures.truth.get(item.name),
  });
  const done = { status: 'ok' as const, reasons: [], stderr: '' };
  const stored = await readStored(suite.goldens, item.name);
  if (stored !== null && isSameGolden(stored, provenance) && (await isSound(suite, stored))) {
    await withdraw(options.root, suite.name, item.name);
    return { ...done, change: null, unchanged: true };
  }
  await proposeGolden(options.root, suite, provenance, blobs);
  return { ...done, change: await changeOf(suite, item.name, options.root), unchanged: false };
}

function store(
  tensors: NamedTensors,
  options: RecordOptions,
): { readonly outputs: Provenance['outputs']; readonly blobs: readonly Blob[] } {
  const outputs: Provenance['outputs'] = [];
  const blobs: Blob[] = [];
  for (const [name, tensor] of tensors) {
    const { kept, sample } = reduce(name, tensor, options);
    const blob = encodeBlob(kept);
    blobs.push(blob);
    const entry = { name, dtype: tensor.dtype, shape: [...tensor.shape], sha256: blob.sha256, blob: `blobs/${blob.file}` };
    outputs.push({ ...entry, ...(sample === undefined ? {} : { sample }) });
  }
  return { outputs, blobs };
}

// The seed is fixed: the same output of the same case gives the same sample, so that recordings can be compared.
const SAMPLE_SEED = 20_231;

function reduce(
  name: string,
  tensor: Tensor,
  options: RecordOptions,
): { readonly kept: Tensor; readonly sample?: NonNullable<Provenance['outputs'][number]['sample']> } {
  const most = options.sampleElements?.(name) ?? null;
  const taken = most === null ? null : takeSample(tensor, most, SAMPLE_SEED);
  if (taken === null) return { kept: tensor };
  const { shape: _whole, ...sample } = taken.sample;
  return { kept: taken.kept, sample };
}

async function isSound(suite: Suite, stored: Provenance): Promise<boolean> {
  for (const output of stored.outputs) {
    if ((await readBlob(suite.goldens, output)).state !== 'sound') return false;
  }
  return true;
}

async function changeOf(suite: Suite, caseName: string, root: string): Promise<CaseChange | null> {
  const proposal = await findProposal(root, suite.name, caseName);
  return proposal === null ? null : describeChange(proposal);
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
