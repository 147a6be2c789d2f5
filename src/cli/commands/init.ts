import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';
import { cliError } from '../../errors/catalogue/cli.ts';
import { declaredTypes, readModel } from '../../onnx/index.ts';
import { describeStarterSuite } from '../../suite/index.ts';
import { flagOption, textOption, type CliContext, type Command } from '../command.ts';
import { writeValue } from '../json.ts';
import { namedFile, projectOrHere, shown } from '../project.ts';
import { writeWhole } from '../durable.ts';

export const initCommand: Command = {
  name: 'init',
  args: [{ syntax: '[model]', description: 'the .onnx file (default: the only one in this folder)' }],
  summary: 'write a first suite for a model',
  options: ['project', 'name', 'force'],
  examples: [
    { line: 'onnx-parity init model.onnx', does: 'writes suites/model/suite.yaml; then: onnx-parity run' },
  ],
  async run(invocation) {
    const { args, options, context, talk } = invocation;
    const modelPath = namedFile(context, args[0] ?? (await onlyModel(context)), 'Model');
    const { inputs, outputs } = declaredTypes(readModel(modelPath));
    const { root } = projectOrHere(context, options);
    const folder = join(root, 'suites', textOption(options, 'name') ?? suiteName(modelPath));
    const file = join(folder, 'suite.yaml');
    if (existsSync(file) && !flagOption(options, 'force'))
      throw cliError('FILE_EXISTS', { path: shown(context, file) });
    const model = relative(folder, modelPath).split(sep).join('/');
    await writeWhole(file, [describeStarterSuite({ model, inputs, outputs })]);
    await writeValue(invocation, { suite: basename(folder), file });
    talk.write(`Wrote ${shown(context, file)}. Next:\n  onnx-parity run ${basename(folder)}\n`);
    return 0;
  },
};

async function onlyModel({ cwd }: CliContext): Promise<string> {
  const models = (await readdir(cwd)).filter((name) => name.endsWith('.onnx'));
  const [only] = models;
  if (models.length === 1 && only !== undefined) return only;
  const problem =
    models.length === 0
      ? 'There is no .onnx file in this folder.'
      : `There are ${models.length} .onnx files in this folder.`;
  throw cliError('USAGE', { problem: `${problem} Name the model.`, command: 'init ' });
}

/** A name that is safe as a folder and on a command line. */
function suiteName(modelPath: string): string {
  const stem = basename(modelPath, extname(modelPath));
  return stem.replaceAll(/[^\w.-]+/g, '-').replace(/^[-.]+/, '') || 'model';
}
