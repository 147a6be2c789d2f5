import { readdir, stat } from 'node:fs/promises';
import { basename, join, parse, relative, sep } from 'node:path';
import { performance } from 'node:perf_hooks';
import { cliError } from '../errors/catalogue/cli.ts';
import { openTensors } from '../formats/index.ts';
import { SCHEMA_VERSION, type Check, type RunDocument } from '../result/index.ts';
import type { ModelSpec, Suite, TargetSpec } from '../suite/types.ts';
import type { NamedTensors } from '../tensor/index.ts';
import type { Execution } from '../workers/types.ts';
import { blankCheck, type CheckFacts } from './check.ts';
import { exitCodeOf, summarise } from './exit-code.ts';
import { describeHost } from './host.ts';
import { judgeCase, type JudgeOptions } from './judge.ts';
import type { PlannedCase } from './plan.ts';
import { runReason } from './reason-texts.ts';
import type { Reference } from './reference.ts';

export interface CompareFilesRequest {
  /** Absolute paths of files or folders. */
  readonly expected: string;
  readonly actual: string;
  readonly command: string;
  readonly runId: string;
  readonly toolVersion: string;
  readonly judge: JudgeOptions;
}

/**
 * Holds two tensor files, or two folders of them, against each other.
 * Throws the ParityError of the first file that cannot be read: both were named by the user.
 */
export async function compareFiles(request: CompareFilesRequest): Promise<RunDocument> {
  const startedAt = new Date();
  const started = performance.now();
  const [expected, actual] = await Promise.all([casesIn(request.expected), casesIn(request.actual)]);
  if (expected.length + actual.length === 0) {
    throw cliError('NOTHING_SELECTED', {
      selection: `a tensor file in ${request.expected} or ${request.actual}`,
      available: 'Both folders are empty.',
    });
  }
  const pairs = pairCases(named(expected, actual), named(actual, expected));
  const checks: Check[] = [];
  for (const [at, pair] of pairs.entries()) checks.push(...judgePair(pair, at, request));
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'onnx-parity', version: request.toolVersion },
    runId: request.runId,
    command: request.command,
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(performance.now() - started),
    host: describeHost(),
    source: { commit: null, branch: null, dirty: null },
    complete: true,
    exitCode: exitCodeOf(checks, [], null),
    summary: summarise(checks),
    suites: [{ name: SUITE.name, file: null, description: SUITE.description, models: [] }],
    targets: [],
    problems: [],
    checks,
  };
}

interface FileCase {
  readonly name: string;
  /** Files whose tensors together are the outputs of this case. */
  readonly files: readonly string[];
}

interface CasePair {
  readonly name: string;
  readonly expected: readonly string[];
  readonly actual: readonly string[];
}

/** Formats that hold one tensor: in a folder they are outputs of one case; other files are a case each. */
const SINGLE = new Set(['.npy', '.pb']);

async function casesIn(path: string): Promise<readonly FileCase[]> {
  if (!(await stat(path)).isDirectory()) return [{ name: '', files: [path] }];
  const files = (await readdir(path, { recursive: true, withFileTypes: true }))
    .filter((found) => found.isFile() && !found.name.startsWith('.'))
    .map((found) => join(found.parentPath, found.name))
    .toSorted();
  const cases = new Map<string, string[]>();
  for (const file of files) {
    const { dir, name, ext } = parse(relative(path, file));
    const parts = SINGLE.has(ext)
      ? [dir === '' ? basename(path) : dir]
      : [dir, name].filter((part) => part !== '');
    const key = parts.join('/').split(sep).join('/');
    cases.set(key, [...(cases.get(key) ?? []), file]);
  }
  return [...cases].map(([name, of]) => ({ name, files: of }));
}

/** A single file against a folder of cases is the case that bears its name. */
function named(cases: readonly FileCase[], others: readonly FileCase[]): readonly FileCase[] {
  const alone = cases.length === 1 && others.length === 1;
  return alone
    ? cases
    : cases.map((item) => ({ ...item, name: item.name || parse(item.files[0] ?? '').name }));
}

/** By name; two single cases belong together whatever they are called. */
function pairCases(expected: readonly FileCase[], actual: readonly FileCase[]): readonly CasePair[] {
  const [left, right] = [expected[0], actual[0]];
  if (expected.length === 1 && actual.length === 1 && left !== undefined && right !== undefined) {
    const name = left.name || parse(left.files[0] ?? '').name;
    return [{ name, expected: left.files, actual: right.files }];
  }
  const others = new Map(actual.map((item) => [item.name, item.files]));
  const pairs = expected.map((item) => ({
    name: item.name,
    expected: item.files,
    actual: others.get(item.name) ?? [],
  }));
  const known = new Set(expected.map((item) => item.name));
  const extra = actual.filter((item) => !known.has(item.name));
  return [...pairs, ...extra.map((item) => ({ name: item.name, expected: [], actual: item.files }))];
}

function judgePair(pair: CasePair, index: number, request: CompareFilesRequest): readonly Check[] {
  const planned = plannedFor(pair.name, index, request);
  const facts: CheckFacts = { modelSha256: null, reproduce: request.command };
  if (pair.expected.length === 0 || pair.actual.length === 0) {
    const side = pair.expected.length === 0 ? 'expected' : 'actual';
    const reason = runReason.caseWithoutSide(pair.name, side);
    return [{ ...blankCheck(planned, facts, ORIGIN), verdict: 'fail', reasons: [reason] }];
  }
  const files: OpenFiles = [];
  try {
    const [expected, actual] = [openAll(pair.expected, files), openAll(pair.actual, files)];
    return judgeOpened({ pair, planned, expected, actual, facts }, request);
  } finally {
    for (const file of files) file.close();
  }
}

interface Opened {
  readonly pair: CasePair;
  readonly planned: PlannedCase;
  readonly expected: NamedTensors;
  readonly actual: NamedTensors;
  readonly facts: CheckFacts;
}

function judgeOpened(
  { pair, planned, expected, actual, facts }: Opened,
  request: CompareFilesRequest,
): readonly Check[] {
  const reference: Reference = {
    outputs: expected,
    verdict: 'pass',
    standing: { status: 'ok', verdict: 'fail' },
    golden: { state: 'file', origin: request.expected },
    reasons: [],
    samples: new Map(),
    noise: new Map(),
    isTruth: false,
  };
  const pairBy = oneEach(pair, expected, actual) ? 'order' : request.judge.pairBy;
  const checks = judgeCase(planned, reference, asExecution(actual), facts, { ...request.judge, pairBy });
  return checks.map((check) => ({ ...check, placement: null, timing: null }));
}

/** An npy file has no name for its tensor but its own: two single tensors belong together whatever the files are called. */
function oneEach({ expected, actual }: CasePair, left: NamedTensors, right: NamedTensors): boolean {
  if (expected.length !== 1 || actual.length !== 1 || left.size !== 1 || right.size !== 1) return false;
  return [...expected, ...actual].some((file) => parse(file).ext === '.npy');
}

const ORIGIN = { state: 'file' } as const;

type OpenFiles = { close(): void }[];

/** The tensors of all files; what was opened is added to `opened`. */
function openAll(files: readonly string[], opened: OpenFiles): NamedTensors {
  const found = files.map((path) => {
    const file = openTensors(path);
    opened.push(file);
    return file.tensors;
  });
  return new Map(found.flatMap((tensors) => [...tensors]));
}

function asExecution(outputs: NamedTensors): Execution {
  return {
    status: 'ok',
    outputs,
    declared: [],
    loadMs: 0,
    runMs: [],
    unstable: [],
    placement: { requested: 'files', proof: 'only-provider', nodes: {}, fallbacks: [] },
  };
}

const TARGET: TargetSpec = {
  name: 'files',
  runtime: 'files',
  provider: 'files',
  options: {},
  optional: false,
  fallback: 'allow',
};

const SUITE: Suite = {
  name: 'compare',
  description: 'Two sets of tensors against each other',
  folder: '',
  file: null,
  goldens: '',
  models: [],
  sources: [],
  targets: [TARGET],
  cases: [],
  policy: {},
  dtypes: {},
  outputs: new Map(),
  timeout: null,
};

function plannedFor(name: string, index: number, request: CompareFilesRequest): PlannedCase {
  const model: ModelSpec = {
    name: basename(request.actual),
    path: request.actual,
    policy: {},
    castInputs: {},
    renameOutputs: {},
    expectStatus: {},
  };
  return {
    index,
    suite: SUITE,
    model,
    target: TARGET,
    case: {
      name,
      inputs: new Map(),
      reference: { kind: 'file', path: request.expected },
      policy: {},
      outputs: new Map(),
      repeat: 1,
    },
  };
}
