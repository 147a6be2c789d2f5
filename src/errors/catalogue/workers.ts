import { entry, errorsOf } from '../define.ts';

export const WORKER_ERRORS = {
  WORKER_NOT_BUILT: entry<{ path: string }>({
    when: 'The tool runs from its TypeScript sources and the compiled worker is missing.',
    message: ({ path }) => `The worker program is missing: ${path}`,
    hint: () => 'Build it once: npm run build',
  }),
  WORKER_START_FAILED: entry<{ problem: string; stderr: string }>({
    when: 'A worker process ended or fell silent before it could take work.',
    message: ({ problem, stderr }) =>
      `A worker process could not start: ${problem}${stderr === '' ? '' : `\n${stderr}`}`,
    hint: () => 'Check the limits on processes and memory (`ulimit -a`), and run `onnx-parity doctor`.',
    exitCode: 3,
  }),
  TEMPORARY_FOLDER_UNUSABLE: entry<{ folder: string; problem: string }>({
    when: 'The temporary folder cannot be written, so that workers have nowhere to keep large tensors and profiles.',
    message: ({ folder, problem }) => `The temporary folder ${folder} cannot be used: ${problem}`,
    hint: () => 'Free space in it, or point TMPDIR at a folder that you may write to.',
  }),
};

export const workerError = errorsOf(WORKER_ERRORS);
