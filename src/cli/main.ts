#!/usr/bin/env node
import { tmpdir } from 'node:os';
import { cliError } from '../errors/catalogue/cli.ts';
import { ParityError } from '../errors/index.ts';
import { cleanLine } from '../reporters/format.ts';
import { paintFor, terminalKind } from '../reporters/terminal/index.ts';
import { writeFailed } from './durable.ts';
import { runCommandLine } from './program.ts';

/** From a signal to the end, at the most: workers are killed at once, and writing what is finished takes little. */
const GRACE_MS = 20_000;

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // A second signal means that the person does not want to wait for the clean end.
    if (stop.signal.aborted) process.exit(name === 'SIGINT' ? 130 : 143);
    stop.abort(name);
    // Where something outside our control does not return (a dead network folder, say), the signal still ends us.
    setTimeout(() => process.exit(name === 'SIGINT' ? 130 : 143), GRACE_MS).unref();
  });
}

// A reader that went away (`| head`) is no failure of ours, but nothing more can be said to it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void main().then((exitCode) => {
  process.exitCode = exitCode;
});

async function main(): Promise<number> {
  try {
    return await runCommandLine({
      cwd: process.cwd(),
      env: process.env,
      // Opened only where it is read.
      get stdin() {
        return process.stdin;
      },
      stdout: process.stdout,
      stderr: process.stderr,
      words: process.argv.slice(2),
      signal: stop.signal,
    });
  } catch (error) {
    return tell(error);
  }
}

function tell(error: unknown): number {
  const problem = error instanceof Error ? error.message : String(error);
  const known = asKnown(error) ?? cliError('INTERNAL', { problem }, error);
  const paint = paintFor(terminalKind(process.stderr, process.env));
  const lines = [`${paint.red('error')} ${known.message.split('\n').map(cleanLine).join('\n')}`];
  if (known.hint !== '')
    lines.push(`${paint.dim('hint')}  ${known.hint.split('\n').map(cleanLine).join('\n')}`);
  lines.push(`${paint.dim('code')}  ${known.code}`);
  if (process.env['ONNX_PARITY_DEBUG'] === '1' && error instanceof Error) lines.push(error.stack ?? '');
  process.stderr.write(`${lines.join('\n')}\n`);
  return known.exitCode;
}

/** An error of the catalogue as it is. A disk without room is no defect of the tool, wherever it was met. */
function asKnown(error: unknown): ParityError | null {
  const { code, path }: NodeJS.ErrnoException = error instanceof Error ? error : new Error();
  const known = ['ENOSPC', 'EDQUOT', 'EROFS'].includes(code ?? '')
    ? writeFailed(path ?? tmpdir(), error)
    : error;
  return known instanceof ParityError ? known : null;
}
