import { Chalk, type ChalkInstance } from 'chalk';

/** What the terminal can show. */
export interface TerminalKind {
  /** A person watches: colours, a moving line, wide tables. */
  readonly interactive: boolean;
  readonly colour: boolean;
  readonly columns: number;
}

/** chalk 5 leaves NO_COLOR to its caller: https://no-color.org, and https://force-color.org for the opposite. */
export function terminalKind(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): TerminalKind {
  const tty = stream.isTTY === true;
  const interactive = tty && !env['CI'] && env['TERM'] !== 'dumb';
  const forced =
    env['FORCE_COLOR'] !== undefined && env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false';
  const refused = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return { interactive, colour: !refused && (tty || forced), columns: stream.columns ?? 100 };
}

export function paintFor(kind: TerminalKind): ChalkInstance {
  return new Chalk({ level: kind.colour ? 2 : 0 });
}
