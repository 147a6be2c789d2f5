import type { TerminalKind } from '../reporters/terminal/index.ts';
import type { OptionName } from './options.ts';

/** What the process gives a command; tests give their own. */
export interface CliContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** The words after `onnx-parity`, for the result. */
  readonly words: readonly string[];
  /** Aborted with 'SIGINT' or 'SIGTERM' as its reason. */
  readonly signal: AbortSignal;
}

/** Values of the options, by name in the table; absent where not given. */
export type OptionValues = Readonly<Partial<Record<OptionName, unknown>>>;

export interface Invocation {
  readonly args: readonly string[];
  readonly options: OptionValues;
  readonly context: CliContext;
  /** Where text for a person goes: stderr while the document goes to stdout. */
  readonly talk: NodeJS.WriteStream;
  readonly terminal: TerminalKind;
}

/** One command; the file that defines it is all there is to it. */
export interface Command {
  readonly name: string;
  /** As commander reads it: `[suite...]`. */
  readonly args: readonly { readonly syntax: string; readonly description: string }[];
  readonly summary: string;
  readonly options: readonly OptionName[];
  readonly examples: readonly { readonly line: string; readonly does: string }[];
  /** Gives the exit code. */
  run(invocation: Invocation): Promise<number>;
}

export function textOption(options: OptionValues, name: OptionName): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberOption(options: OptionValues, name: OptionName): number | undefined {
  const value = options[name];
  return typeof value === 'number' ? value : undefined;
}

export function listOption(options: OptionValues, name: OptionName): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value.map(String) : [];
}

export function flagOption(options: OptionValues, name: OptionName): boolean {
  return options[name] === true;
}
