import { access } from 'node:fs/promises';
import { dirname, join, parse, resolve } from 'node:path';
import type { SourceSpec } from '../../suite/types.ts';

/** Environment variable that names the interpreter for all suites that do not name one. */
export const PYTHON_VARIABLE = 'ONNX_PARITY_PYTHON';

const INSIDE_VENV = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];

/**
 * The interpreter of a source: the suite's `python`, else ONNX_PARITY_PYTHON, else the nearest `.venv` in the entry's
 * folder or above it, else the nearest in the current folder or above, else `python3` of the PATH.
 */
export async function findPython(source?: Pick<SourceSpec, 'python' | 'entry'>): Promise<string> {
  const named = source?.python ?? process.env[PYTHON_VARIABLE];
  if (named !== undefined && named !== '') return named;
  const starts = [...(source === undefined ? [] : [dirname(source.entry.file)]), process.cwd()];
  for (const start of starts) {
    const found = await nearestVenv(start);
    if (found !== null) return found;
  }
  return process.platform === 'win32' ? 'python' : 'python3';
}

async function nearestVenv(start: string): Promise<string | null> {
  const { root } = parse(resolve(start));
  for (let folder = resolve(start); ; folder = dirname(folder)) {
    const candidate = join(folder, '.venv', ...INSIDE_VENV);
    if (await exists(candidate)) return candidate;
    if (folder === root) return null;
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
