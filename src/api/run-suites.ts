import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apiError } from '../errors/catalogue/api.ts';
import { parseRunDocument } from '../reporters/json/parse.ts';
import type { RunDocument } from '../result/index.ts';

/** From both src/api and dist/api. */
const COMMAND_LINE = fileURLToPath(new URL('../../dist/cli/main.cjs', import.meta.url));

/** The words of `onnx-parity run`; what is absent is as on the command line. */
export interface RunSuitesOptions {
  /** Folder from which paths count and the project is found; the current one where absent. */
  readonly cwd?: string;
  /** Suites by name, pattern or path; all of the project where absent. */
  readonly suites?: readonly string[];
  readonly cases?: readonly string[];
  readonly models?: readonly string[];
  readonly targets?: readonly string[];
  /** Where the run folder goes; `reports/` of the project where absent. */
  readonly out?: string;
  /** Further options, as typed: `['--repeat', '3']`. */
  readonly args?: readonly string[];
  /** Ends the run as SIGTERM does: the document holds what was finished, and is not complete. */
  readonly signal?: AbortSignal;
}

/**
 * Runs suites as `onnx-parity run` does, in a process of its own, and returns the result document, also where checks
 * did not pass: judge it by `exitCode`, or by `expect(document).toPassParity()`.
 * @throws ParityError RUN_WITHOUT_RESULT where the command line was refused, was ended or failed itself;
 * RUN_FAILED_AFTER where it had the result and did not end as the result says
 */
export async function runSuites(options: RunSuitesOptions = {}): Promise<RunDocument> {
  const folder = await mkdtemp(join(tmpdir(), 'onnx-parity-'));
  try {
    const file = join(folder, 'run.json');
    const { exitCode, stderr } = await execute([...wordsOf(options), `--json=${file}`], options);
    const text = await readFile(file, 'utf8').catch(() => null);
    if (text === null) throw apiError('RUN_WITHOUT_RESULT', { exitCode, said: stderr.trim() });
    const document = parseRunDocument(text, 'The result of the run');
    // A run that passed and could not write its report has failed all the same.
    if (exitCode !== document.exitCode) throw apiError('RUN_FAILED_AFTER', { exitCode, said: stderr.trim() });
    return document;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function wordsOf({ suites = [], cases = [], models = [], targets = [], out, args = [] }: RunSuitesOptions) {
  const repeated = (flag: string, values: readonly string[]) => values.map((value) => `${flag}=${value}`);
  return [
    'run',
    ...repeated('--case', cases),
    ...repeated('--model', models),
    ...repeated('--target', targets),
    ...(out === undefined ? [] : [`--out=${out}`]),
    ...args,
    ...suites,
  ];
}

function execute(
  words: readonly string[],
  { cwd = process.cwd(), signal }: RunSuitesOptions,
): Promise<{ readonly exitCode: number | null; readonly stderr: string }> {
  return new Promise((resolve) => {
    const end = () => child.kill('SIGTERM');
    const child = execFile(
      process.execPath,
      [COMMAND_LINE, ...words],
      { cwd, maxBuffer: Infinity, env: { ...process.env, NO_COLOR: '1' } },
      (error, _stdout, stderr) => {
        signal?.removeEventListener('abort', end);
        const code = error === null ? 0 : error.code;
        resolve({ exitCode: typeof code === 'number' ? code : null, stderr });
      },
    );
    // Asked to end, a run keeps what is finished and leaves no worker behind; it is waited for.
    if (signal?.aborted === true) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
}
