import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { findPython } from './interpreter.ts';
import { pipInstall } from './live-python.ts';

/** What the Python side of this host offers; for `doctor`. */
export interface PythonReport {
  readonly interpreter: string;
  /** `null` where it does not start. */
  readonly version: string | null;
  /** Why it does not start. */
  readonly problem: string | null;
  /** Versions by package; `null` where it is not installed. */
  readonly packages: Readonly<Record<string, string | null>>;
  /** The exact step for each thing that is missing. */
  readonly steps: readonly { readonly what: string; readonly command: string }[];
}

const DISTRIBUTIONS: Readonly<Record<string, readonly string[]>> = {
  numpy: ['numpy'],
  torch: ['torch'],
  tensorflow: ['tensorflow', 'tensorflow-cpu', 'tensorflow-macos', 'tensorflow-intel'],
};

const INSTALL: Readonly<Record<string, string>> = {
  numpy: 'numpy',
  torch: 'torch',
  tensorflow: process.platform === 'linux' && process.arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow',
};

// Versions come from the metadata of the packages: importing the frameworks would take seconds.
const PROBE = `
import json, platform, sys
from importlib import metadata
wanted = json.loads(sys.argv[1])
def version(names):
    for name in names:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    return None
print(json.dumps({"version": platform.python_version(), "packages": {key: version(names) for key, names in wanted.items()}}))
`;

const ANSWER = z.object({ version: z.string(), packages: z.record(z.string(), z.string().nullable()) });

/** Asks the interpreter that sources would get. Takes about 100 ms. */
export async function describePython(python?: string): Promise<PythonReport> {
  const interpreter = python ?? (await findPython());
  try {
    const args = ['-I', '-c', PROBE, JSON.stringify(DISTRIBUTIONS)];
    const { stdout } = await promisify(execFile)(interpreter, args, { timeout: 20_000 });
    const { version, packages } = ANSWER.parse(JSON.parse(stdout));
    const steps = Object.entries(packages)
      .filter(([, found]) => found === null)
      .map(([name]) => ({ what: name, command: pipInstall(interpreter, [INSTALL[name] ?? name]) }));
    return { interpreter, version, problem: null, packages, steps };
  } catch (error) {
    const problem =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'not found' : (error as Error).message;
    const command = 'python3 -m venv .venv && .venv/bin/python -m pip install numpy';
    return { interpreter, version: null, problem, packages: {}, steps: [{ what: 'python', command }] };
  }
}
