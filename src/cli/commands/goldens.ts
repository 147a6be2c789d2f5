import { resolve } from 'node:path';
import { cliError } from '../../errors/catalogue/cli.ts';
import { cleanLine, counted, formatBytes } from '../../reporters/format.ts';
import { paintFor } from '../../reporters/terminal/index.ts';
import { verifyGoldens } from '../../sources/index.ts';
import type { Command } from '../command.ts';
import { writeValue } from '../json.ts';
import { projectOrHere } from '../project.ts';

export const goldensCommand: Command = {
  name: 'goldens',
  args: [{ syntax: '<action>', description: '`verify`: check every golden and every byte of the store' }],
  summary: 'check the golden store',
  options: ['project'],
  examples: [
    { line: 'onnx-parity goldens verify', does: 'exits 1 where a golden is unreadable or its bytes changed' },
  ],
  async run(invocation) {
    const { args, options, context, talk, terminal } = invocation;
    if (args[0] !== 'verify') {
      const problem = `Unknown action ${args[0] ?? ''}. There is: verify.`;
      throw cliError('USAGE', { problem, command: 'goldens ' });
    }
    const { root } = projectOrHere(context, options);
    const report = await verifyGoldens(resolve(root, 'goldens'), root);
    await writeValue(invocation, report);
    const paint = paintFor(terminal);
    for (const { path, reason } of report.problems) {
      talk.write(
        `${paint.red(reason.code)} ${cleanLine(path)}: ${cleanLine(reason.message)}\n  ${paint.dim(reason.hint)}\n`,
      );
    }
    for (const path of [...report.orphans, ...report.temporary]) {
      talk.write(`${paint.dim(`left over, removed by the next approve: ${cleanLine(path)}`)}\n`);
    }
    const size = formatBytes(report.bytes);
    const verdict =
      report.problems.length === 0
        ? paint.green('sound')
        : paint.red(counted(report.problems.length, 'problem'));
    talk.write(
      `${counted(report.goldens, 'golden')}, ${counted(report.blobs, 'tensor')}, ${size}: ${verdict}\n`,
    );
    return report.problems.length === 0 ? 0 : 1;
  },
};
