import { compareFiles } from '../../run/compare-files.ts';
import type { Command } from '../command.ts';
import { deliver, judgeOptions } from '../deliver.ts';
import { namedFile, projectOrHere } from '../project.ts';
import { commandLine } from '../reproduce.ts';
import { newRunId } from '../run-id.ts';
import { TOLERANCE_OPTIONS } from '../tolerance.ts';
import { toolVersion } from '../version.ts';

export const compareCommand: Command = {
  name: 'compare',
  args: [
    { syntax: '<expected>', description: 'npz, npy, safetensors, pb, JSON or a folder of them' },
    { syntax: '<actual>', description: 'the same outputs from elsewhere' },
  ],
  summary: 'compare two tensor files or folders, no model involved',
  options: ['pairBy', 'html', ...TOLERANCE_OPTIONS],
  examples: [
    {
      line: 'onnx-parity compare torch.npz onnx.npz',
      does: 'pairs the tensors by name and judges each by the defaults',
    },
    {
      line: 'onnx-parity compare a/ b/ --atol 1e-5 --rtol 1e-4 --json',
      does: 'folders, your own bound, the document on stdout',
    },
  ],
  async run(invocation) {
    const { args, options, context } = invocation;
    const document = await compareFiles({
      expected: namedFile(context, args[0] ?? '', 'Expected'),
      actual: namedFile(context, args[1] ?? '', 'Actual'),
      command: commandLine(context.words),
      runId: newRunId(new Date()),
      toolVersion: toolVersion(),
      judge: await judgeOptions(options),
    });
    return deliver(invocation, { project: projectOrHere(context, options), folder: null }, document);
  },
};
