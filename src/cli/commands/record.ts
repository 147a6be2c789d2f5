import { ParityError } from '../../errors/index.ts';
import { declaredTypes, modelSha256, readModel } from '../../onnx/index.ts';
import { cleanBlock, cleanLine, counted } from '../../reporters/format.ts';
import { paintFor } from '../../reporters/terminal/index.ts';
import { recordSuite, type RecordedCase, type RecordOptions } from '../../sources/index.ts';
import { castInputs, resolveInputs } from '../../suite/index.ts';
import type { Suite } from '../../suite/types.ts';
import {
  flagOption,
  listOption,
  numberOption,
  textOption,
  type Command,
  type Invocation,
} from '../command.ts';
import { timeoutMs } from '../harness.ts';
import { writeValue } from '../json.ts';
import { changeLines } from '../changes.ts';
import { commandLine } from '../reproduce.ts';
import { chooseSuites } from '../selection.ts';

export const recordCommand: Command = {
  name: 'record',
  args: [{ syntax: '[suite...]', description: 'suites by name or pattern (default: all)' }],
  summary: 'make reference outputs with the source framework and propose them as goldens',
  options: ['project', 'case', 'source', 'repeat', 'truth', 'timeout'],
  examples: [
    {
      line: 'onnx-parity record digits-pytorch',
      does: 'runs the source on every case and writes proposals; then: onnx-parity approve',
    },
    { line: 'onnx-parity record --repeat 3', does: "also stores the source's own spread with the golden" },
  ],
  async run(invocation) {
    const { context, talk } = invocation;
    const { project, suites, problems } = await chooseSuites(invocation);
    const recorded: RecordedCase[] = [];
    for (const problem of problems) talk.write(`error ${problem.message}\n  ${problem.hint}\n`);
    for (const suite of suites) {
      if (context.signal.aborted) break;
      talk.write(`${suite.name}\n`);
      const each = (item: RecordedCase): void => tell(invocation, item);
      recorded.push(...(await recordSuite(suite, await optionsFor(invocation, project.root, suite, each))));
    }
    await writeValue(invocation, { recorded, problems });
    const proposed = recorded.filter(({ change }) => change !== null).length;
    const failed = recorded.filter(({ status }) => status !== 'ok').length;
    talk.write(
      `${counted(proposed, 'proposal')}, ${recorded.length - proposed - failed} unchanged, ${failed} failed\n`,
    );
    if (proposed > 0) talk.write('next: onnx-parity approve\n');
    return exitCode(context.signal, problems.length, failed);
  },
};

function exitCode(signal: AbortSignal, problems: number, failed: number): number {
  if (signal.aborted) return signal.reason === 'SIGTERM' ? 143 : 130;
  if (problems > 0) return 2;
  return failed > 0 ? 1 : 0;
}

async function optionsFor(
  { options, context }: Invocation,
  root: string,
  suite: Suite,
  onCase: (item: RecordedCase) => void,
): Promise<RecordOptions> {
  const [first] = suite.models;
  const model = first === undefined ? null : await met(first.path);
  const cases = listOption(options, 'case');
  const source = textOption(options, 'source');
  return {
    root,
    ...(cases.length === 0 ? {} : { cases: suite.cases.map(({ name }) => name) }),
    ...(source === undefined ? {} : { source }),
    repeat: numberOption(options, 'repeat') ?? 1,
    truth: flagOption(options, 'truth'),
    resolveInputs: async (item) => {
      const inputs = await resolveInputs(item, suite, async () => model?.inputNames ?? []);
      return first === undefined ? inputs : castInputs(inputs, first);
    },
    modelSha256: model?.sha256 ?? null,
    ...(model === null ? {} : { outputNames: model.outputNames }),
    timeoutMs: timeoutMs({ options }),
    signal: context.signal,
    command: commandLine(context.words),
    onCase,
  };
}

interface Met {
  readonly sha256: string;
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
}

/** A model that cannot be read yet is no obstacle: its export may come later, and `run` will call the golden stale. */
async function met(path: string): Promise<Met | null> {
  try {
    const { inputs, outputs } = declaredTypes(readModel(path));
    return {
      sha256: await modelSha256(path),
      inputNames: inputs.map(({ name }) => name),
      outputNames: outputs.map(({ name }) => name),
    };
  } catch (error) {
    if (error instanceof ParityError) return null;
    throw error;
  }
}

function tell({ talk, terminal }: Invocation, item: RecordedCase): void {
  const paint = paintFor(terminal);
  if (item.status !== 'ok') {
    talk.write(`  ${paint.red('✖')} ${cleanLine(item.case)}  ${item.status}\n`);
    for (const { message, hint } of item.reasons)
      talk.write(`    ${cleanBlock(message)}\n    ${paint.dim(cleanLine(hint))}\n`);
    if (item.stderr !== '') talk.write(`${cleanBlock(item.stderr).replaceAll(/^/gm, '    | ')}\n`);
    return;
  }
  if (item.change === null) {
    talk.write(`  ${paint.green('=')} ${cleanLine(item.case)}  unchanged\n`);
    return;
  }
  talk.write(changeLines(item.change, paint));
}
