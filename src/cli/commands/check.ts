import { basename, dirname, resolve } from 'node:path';
import { readTensors } from '../../formats/index.ts';
import { factsOfFile } from '../../runtimes/admission.ts';
import { targetFrom } from '../../suite/targets.ts';
import type { Suite, TargetSpec } from '../../suite/types.ts';
import type { NamedTensors } from '../../tensor/index.ts';
import { cliError } from '../../errors/catalogue/cli.ts';
import { listOption, numberOption, textOption, type Command, type Invocation } from '../command.ts';
import { runForCommand } from '../harness.ts';
import { named } from '../naming.ts';
import { namedFile, projectOrHere } from '../project.ts';
import { commandLine } from '../reproduce.ts';
import { TOLERANCE_OPTIONS } from '../tolerance.ts';

export const checkCommand: Command = {
  name: 'check',
  args: [{ syntax: '<model>', description: 'the .onnx file' }],
  summary: 'check one model against reference outputs, without a suite file',
  options: [
    'inputs',
    'reference',
    'target',
    'pairBy',
    'optimization',
    'threads',
    'timeout',
    'repeat',
    'jobs',
    'memory',
    'html',
    ...TOLERANCE_OPTIONS,
  ],
  examples: [
    {
      line: 'onnx-parity check net.onnx --inputs in.npz --reference out.npz',
      does: 'runs net.onnx on ort-node/cpu and judges every output by the default tolerances',
    },
    {
      line: 'onnx-parity check net.onnx --inputs in.npz --reference out.npz --target ort-web/wasm --linf 1e-4 --json',
      does: 'another target, a bound of your own, and the result document on stdout',
    },
  ],
  async run(invocation) {
    const { args, context, options } = invocation;
    const modelPath = namedFile(context, args[0] ?? '', 'Model');
    const declared = await factsOfFile(modelPath);
    const inputs = await tensorsOf(
      invocation,
      'inputs',
      declared.inputs.map(({ name }) => name),
    );
    const expected = await tensorsOf(
      invocation,
      'reference',
      declared.outputs.map(({ name }) => name),
    );
    return runForCommand(invocation, {
      project: projectOrHere(context, options),
      suites: [suiteFor(invocation, modelPath, inputs, expected)],
      problems: [],
      reproduce: ({ target }) => reproduceCheck(invocation, target),
      selective: true,
      store: false,
    });
  },
};

/** Tensors of a file that must be given, except the inputs of a model that has none. */
async function tensorsOf(
  { options, context }: Invocation,
  option: 'inputs' | 'reference',
  names: readonly string[],
): Promise<NamedTensors> {
  const given = textOption(options, option);
  if (given === undefined) {
    if (names.length === 0) return new Map();
    const problem = `check needs --${option} FILE.`;
    throw cliError('USAGE', { problem, command: 'check ' });
  }
  const path = namedFile(context, given, option === 'inputs' ? 'Inputs' : 'Reference');
  return named(await readTensors(path), names, path);
}

function suiteFor(
  { options, context }: Invocation,
  modelPath: string,
  inputs: NamedTensors,
  expected: NamedTensors,
): Suite {
  const asked = listOption(options, 'target');
  const model = basename(modelPath);
  return {
    name: 'check',
    description: `One check of ${model}`,
    folder: dirname(modelPath),
    file: null,
    goldens: context.cwd,
    models: [
      { name: model, path: modelPath, policy: {}, castInputs: {}, renameOutputs: {}, expectStatus: {} },
    ],
    sources: [],
    targets: (asked.length === 0 ? ['ort-node/cpu'] : asked).map((name) => targetFor(name, options)),
    cases: [
      {
        name: basename(textOption(options, 'inputs') ?? 'no-inputs'),
        inputs: new Map([...inputs].map(([name, tensor]) => [name, { kind: 'given', tensor }])),
        reference: {
          kind: 'given',
          outputs: expected,
          origin: resolve(context.cwd, textOption(options, 'reference') ?? ''),
        },
        policy: {},
        outputs: new Map(),
        repeat: numberOption(options, 'repeat') ?? 'auto',
      },
    ],
    policy: {},
    dtypes: {},
    outputs: new Map(),
    timeout: null,
  };
}

function targetFor(name: string, options: Invocation['options']): TargetSpec {
  const target = targetFrom(name);
  const optimization = textOption(options, 'optimization') as TargetSpec['options']['optimization'];
  const threads = numberOption(options, 'threads');
  return {
    ...target,
    options: {
      ...target.options,
      ...(optimization === undefined ? {} : { optimization }),
      ...(threads === undefined ? {} : { threads }),
    },
  };
}

/** The command as it was typed, on one target. */
function reproduceCheck({ context }: Invocation, target: string | undefined): string {
  const words: string[] = [];
  for (let at = 0; at < context.words.length; at += 1) {
    const word = context.words[at] ?? '';
    if (word === '--target') at += 1;
    else if (!word.startsWith('--target=') && word !== '--json' && !word.startsWith('--json='))
      words.push(word);
  }
  return commandLine(target === undefined ? words : [...words, '--target', target]);
}
