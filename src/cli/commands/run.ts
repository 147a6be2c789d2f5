import type { Suite } from '../../suite/types.ts';
import { listOption, numberOption, textOption, type Command } from '../command.ts';
import { withReference } from '../reference.ts';
import { runForCommand } from '../harness.ts';
import { reproduceByRun } from '../reproduce.ts';
import { chooseSuites } from '../selection.ts';
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
    'timeout',
    'repeat',
    'referenceKind',
    'failFast',
    ...TOLERANCE_OPTIONS,
  ],
  examples: [
    { line: 'onnx-parity run', does: 'runs every suite of the project on every target it names' },
    { line: 'onnx-parity run digits-pytorch --target ort-web/wasm', does: 'one suite on one target' },
    { line: 'onnx-parity run ./node --json=run.json', does: 'a folder of ONNX backend cases' },
  ],
  async run(invocation) {
    const { options } = invocation;
    const { project, suites, problems } = await chooseSuites(invocation);
    const repeat = numberOption(options, 'repeat');
    const kind = textOption(options, 'referenceKind');
    const referring = kind === undefined ? suites : suites.map((suite) => withReference(suite, kind));
    return runForCommand(invocation, {
      project,
      suites: repeat === undefined ? referring : referring.map((suite) => repeated(suite, repeat)),
      problems,
      reproduce: reproduceByRun,
      selective: listOption(options, 'case').length > 0,
      store: true,
    });
  },
};

function repeated(suite: Suite, repeat: number): Suite {
  return { ...suite, cases: suite.cases.map((item) => ({ ...item, repeat })) };
}
