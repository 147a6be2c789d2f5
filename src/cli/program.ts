import { Command as Commander, CommanderError, Option } from 'commander';
import { cliError } from '../errors/catalogue/cli.ts';
import { paintFor, terminalKind } from '../reporters/terminal/index.ts';
import type { CliContext, Command, OptionValues } from './command.ts';
import { commandFirst, commandsFor } from './commands/index.ts';
import { OPTIONS, type OptionName, type OptionSpec } from './options.ts';
import { toolVersion } from './version.ts';

/** Runs one command line; gives its exit code or throws a ParityError. */
export async function runCommandLine(context: CliContext): Promise<number> {
  let exitCode = 0;
  const program = base(new Commander('onnx-parity'), context)
    .description(
      'Numerical parity tests for ONNX models: framework references against runtimes and execution providers.',
    )
    .version(toolVersion(), '--version', 'print the version')
    .helpOption('--help', 'show help')
    .helpCommand(false)
    .addHelpText(
      'after',
      '\nExit codes: 0 all passed · 1 a check did not pass · 2 usage or suite error · 3 internal error\n',
    );
  const words = commandFirst(context.words);
  const commands = await commandsFor(words);
  for (const command of commands) {
    const sub = base(program.command(command.name), context);
    describe(sub, command);
    sub.action(async (...given: unknown[]) => {
      const args = given
        .slice(0, command.args.length)
        .flat()
        .filter((word) => typeof word === 'string');
      const options = valuesOf(sub, command);
      const talk = options.json === '-' ? context.stderr : context.stdout;
      exitCode = await command.run({
        args,
        options,
        context,
        talk,
        terminal: terminalKind(talk, context.env),
      });
    });
  }
  try {
    await program.parseAsync(withExplicitJson(words), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    // Without a command, commander has already shown the help on stderr.
    if (error.code === 'commander.help') return 2;
    throw cliError('USAGE', {
      problem: sentence(error.message),
      command: commandIn(words, commands),
    });
  }
  return exitCode;
}

function base(command: Commander, context: CliContext): Commander {
  const paint = paintFor(terminalKind(context.stdout, context.env));
  return command
    .exitOverride()
    .showSuggestionAfterError(true)
    .allowExcessArguments(false)
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      outputError: () => {},
    })
    .configureHelp({ styleTitle: (text) => paint.bold(text) });
}

function describe(sub: Commander, command: Command): void {
  sub.summary(command.summary).description(command.summary).helpOption('--help', 'show help');
  for (const { syntax, description } of command.args) sub.argument(syntax, description);
  for (const name of ['json', ...command.options] as const) sub.addOption(optionOf(OPTIONS[name]));
  const lines = command.examples.map(({ line, does }) => `  ${line}\n      ${does}`);
  sub.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

function optionOf(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.description);
  const parse = spec.parse ?? ((text: string): unknown => text);
  if (spec.repeatable === true) {
    option.argParser((text: string, before: unknown) => [
      ...(Array.isArray(before) ? before : []),
      parse(text),
    ]);
  } else if (/[<[]/.test(spec.flags)) {
    option.argParser((text: string, before: unknown) => {
      if (before !== undefined) throw cliError('OPTION_TWICE', { flag: option.long ?? spec.flags });
      return parse(text);
    });
  }
  return option;
}

/** Keyed by the table's names, which differ from commander's where a flag is negated. */
function valuesOf(sub: Commander, command: Command): OptionValues {
  const given = sub.opts<Record<string, unknown>>();
  const names: readonly OptionName[] = ['json', ...command.options];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = given[new Option(OPTIONS[name].flags).attributeName()];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** `--json` takes its file with an equals sign only; a word after it is an argument. */
function withExplicitJson(words: readonly string[]): string[] {
  const end = words.indexOf('--');
  return words.map((word, at) => (word === '--json' && (end === -1 || at < end) ? '--json=-' : word));
}

function commandIn(words: readonly string[], commands: readonly Command[]): string {
  const found = commands.find(({ name }) => words.includes(name));
  return found === undefined ? '' : `${found.name} `;
}

function sentence(message: string): string {
  const text = message
    .replace(/^error: /, '')
    .replaceAll('\n', ' ')
    .trim();
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!)]$/.test(upper) ? upper : `${upper}.`;
}
