import { randomInt } from 'node:crypto';
import type { Suite } from '../../suite/types.ts';
import {
  flagOption,
  listOption,
  numberOption,
  textOption,
  type Command,
  type Invocation,
} from '../command.ts';
import { withReference } from '../reference.ts';
import { runForCommand, type Work } from '../harness.ts';
import { projectOrHere } from '../project.ts';
import { findInterrupted, startedAgain } from '../recording.ts';
import { reproduceByRun } from '../reproduce.ts';
import { chooseSuites } from '../selection.ts';
import { chooseShard } from '../shard.ts';
import { TOLERANCE_OPTIONS } from '../tolerance.ts';

export const runCommand: Command = {
  name: 'run',
  args: [
    {
      syntax: '[suite...]',
      description:
        'suites by name or pattern, a suite file, or a folder in the ONNX backend layout (default: all)',
    },
  ],
  summary: 'run suites, judge every output and write the report',
  options: [
    'project',
    'out',
    'case',
    'model',
    'target',
    'jobs',
    'memory',
    'evidence',
    'timeout',
    'only',
    'repeat',
    'retry',
    'shuffle',
    'seed',
    'referenceKind',
    'failFast',
    'shard',
    'against',
    'resume',
    ...TOLERANCE_OPTIONS,
  ],
  examples: [
    { line: 'onnx-parity run', does: 'runs every suite of the project on every target it names' },
    { line: 'onnx-parity run digits-pytorch --target ort-web/wasm', does: 'one suite on one target' },
    { line: 'onnx-parity run ./node --json=run.json', does: 'a folder of ONNX backend cases' },
    { line: 'onnx-parity run --resume', does: 'completes the latest run that was interrupted' },
  ],
  async run(invocation) {
    const { options, context } = invocation;
    const { resume } = options;
    if (resume === undefined) {
      const ordered = withShard(withSeed(invocation));
      return runForCommand(ordered, await workOf(ordered));
    }
    const { reports } = projectOrHere(context, options);
    const resumed = await findInterrupted(reports, typeof resume === 'string' ? resume : null, context.cwd);
    const again = startedAgain(invocation, resumed);
    const work = await workOf(again);
    return runForCommand({ ...again, context }, { ...work, project: { ...work.project, reports }, resumed });
  },
};

const LEAVING_OUT_CASES = ['case', 'only'] as const;
const NARROWING = [...LEAVING_OUT_CASES, 'model', 'target'] as const;

async function workOf(invocation: Invocation): Promise<Work> {
  const { options } = invocation;
  const { project, suites, problems } = await chooseSuites(invocation);
  const repeat = numberOption(options, 'repeat');
  const kind = textOption(options, 'referenceKind');
  const referring = kind === undefined ? suites : suites.map((suite) => withReference(suite, kind));
  const shuffleSeed = numberOption(options, 'seed');
  return {
    project,
    suites: repeat === undefined ? referring : referring.map((suite) => repeated(suite, repeat)),
    problems,
    reproduce: reproduceByRun(invocation, project, suites),
    selective: LEAVING_OUT_CASES.some((name) => listOption(options, name).length > 0),
    narrowed: NARROWING.some((name) => listOption(options, name).length > 0),
    store: true,
    retries: numberOption(options, 'retry') ?? 0,
    ...(shuffleSeed === undefined ? {} : { shuffleSeed }),
  };
}

/** A shuffled run names its seed in the result's command, also where none was given, so that its order can be had again. */
function withSeed(invocation: Invocation): Invocation {
  const { options, context } = invocation;
  if (!flagOption(options, 'shuffle') || options.seed !== undefined) return invocation;
  const seed = randomInt(2 ** 31);
  return {
    ...invocation,
    options: { ...options, seed },
    context: { ...context, words: [...context.words, '--seed', String(seed)] },
  };
}

/** What the scheduler says now is kept: a run that is resumed elsewhere, or by hand, stays the same shard. */
function withShard(invocation: Invocation): Invocation {
  const { options, context } = invocation;
  const choice = chooseShard(textOption(options, 'shard'), context.env);
  if (choice === null) return invocation;
  return { ...invocation, options: { ...options, shard: `${choice.index}/${choice.total}` } };
}

function repeated(suite: Suite, repeat: number): Suite {
  return { ...suite, cases: suite.cases.map((item) => ({ ...item, repeat })) };
}
