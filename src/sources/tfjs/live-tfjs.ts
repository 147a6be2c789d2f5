import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCases } from '../process/run-cases.ts';
import type { LiveSource } from '../types.ts';

export const TFJS_WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

// Only a checkout has the script that can build the binding; elsewhere the package's own installer has to do.
const isCheckout = existsSync(new URL('../../../scripts/setup-tensorflow.mjs', import.meta.url));

/** The command that makes this source work. */
export const TFJS_SETUP = isCheckout
  ? 'npm run setup:tensorflow'
  : 'npm install @tensorflow/tfjs-node@4.22.0';

/** TensorFlow in Node: SavedModel, layers model or graph model, in a process of its own. */
export function createTfjsSource(): LiveSource {
  return {
    async run(source, cases, options) {
      if (cases.length === 0) return new Map();
      const threads = source.threads ?? 1;
      const program = {
        command: process.execPath,
        args: [TFJS_WORKER],
        cwd: dirname(source.entry.file),
        env: { ...process.env, ...environment(threads) },
        request: { dtype: source.dtype ?? null, threads, seed: source.seed ?? 0 },
        installHint: `Run: ${TFJS_SETUP}`,
        installPackage: () => `Run: ${TFJS_SETUP}`,
      };
      return runCases(source, cases, program, options);
    },
  };
}

// oneDNN shifts results by about 3e-8 and picks kernels by the host's CPU.
function environment(threads: number): Record<string, string> {
  return {
    TF_ENABLE_ONEDNN_OPTS: '0',
    TF_CPP_MIN_LOG_LEVEL: '2',
    TF_NUM_INTRAOP_THREADS: String(threads),
    TF_NUM_INTEROP_THREADS: '1',
    OMP_NUM_THREADS: String(threads),
    CUDA_VISIBLE_DEVICES: '-1',
  };
}
