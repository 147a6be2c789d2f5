import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceSpec } from '../../suite/types.ts';
import { runCases } from '../process/run-cases.ts';
import type { SourceProgram } from '../process/run-cases.ts';
import type { LiveSource } from '../types.ts';
import { PYTHON_VARIABLE, findPython } from './interpreter.ts';

export const SIDECAR = fileURLToPath(new URL('./sidecar.py', import.meta.url));

/** Taken where a suite says nothing: so that results depend neither on the host nor on chance. */
const DEFAULTS = { threads: 1, seed: 0 } as const;

/** PyTorch, TensorFlow or plain NumPy, in a Python process of its own. */
export function createPythonSource(): LiveSource {
  return {
    async run(source, cases, options) {
      if (cases.length === 0) return new Map();
      return runCases(source, cases, await pythonProgram(source), options);
    },
  };
}

async function pythonProgram(source: SourceSpec): Promise<SourceProgram> {
  const python = await findPython(source);
  const threads = source.threads ?? DEFAULTS.threads;
  return {
    command: python,
    args: ['-B', SIDECAR],
    cwd: dirname(source.entry.file),
    env: { ...process.env, ...environment(source, threads) },
    ...(process.platform === 'win32' ? {} : { stackSignal: 'SIGUSR1' as const }),
    request: {
      dtype: source.dtype ?? null,
      device: source.device ?? null,
      threads,
      seed: source.seed ?? DEFAULTS.seed,
    },
    installHint: `Install Python 3.10 or newer, or name an interpreter with \`${PYTHON_VARIABLE}\` or \`python:\` of the source.`,
    installPackage: (name) => `Install it: ${pipInstall(python, [name])}`,
  };
}

/** The command that installs packages for an interpreter. */
export function pipInstall(python: string, packages: readonly string[]): string {
  return `${python} -m pip install ${packages.join(' ')}`;
}

// oneDNN shifts TensorFlow's results by about 3e-8 and picks kernels by the host's CPU.
function environment(source: SourceSpec, threads: number): Record<string, string> {
  const wantsGpu = source.device !== undefined && source.device !== 'cpu';
  return {
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    PYTHONFAULTHANDLER: '1',
    PYTHONHASHSEED: '0',
    OMP_NUM_THREADS: String(threads),
    MKL_NUM_THREADS: String(threads),
    OPENBLAS_NUM_THREADS: String(threads),
    TF_ENABLE_ONEDNN_OPTS: '0',
    TF_CPP_MIN_LOG_LEVEL: '2',
    TF_DETERMINISTIC_OPS: '1',
    CUBLAS_WORKSPACE_CONFIG: ':4096:8',
    ...(wantsGpu ? {} : { CUDA_VISIBLE_DEVICES: '-1' }),
  };
}
