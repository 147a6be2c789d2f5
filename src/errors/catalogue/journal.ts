import { entry, errorsOf } from '../define.ts';

export const JOURNAL_ERRORS = {
  RESUME_NOTHING: entry<{ folder: string; run: string | null }>({
    when: '`run --resume` finds no interrupted run, or the run that it names is complete.',
    message: ({ folder, run }) =>
      run === null
        ? `No interrupted run in ${folder}.`
        : `Run ${run} in ${folder} left nothing to resume from: it is complete, or its journal is gone.`,
    hint: ({ run }) =>
      run === null
        ? 'Start one: onnx-parity run'
        : `Read it: onnx-parity report ${run}. Run anew: onnx-parity run`,
  }),
  RESUME_RUNNING: entry<{ run: string }>({
    when: '`run --resume` names a run that another process is working on.',
    message: ({ run }) => `Run ${run} is still running.`,
    hint: () =>
      'Wait for it, or stop it; a writer on another host is taken for gone after two minutes of silence.',
  }),
  RESUME_DIFFERS: entry<{ run: string; differences: readonly string[] }>({
    when: '`run --resume` would mix results of two different plans.',
    message: ({ run, differences }) =>
      `Run ${run} cannot be resumed, because its plan changed: ${differences.join('; ')}.`,
    hint: () => 'Undo the change, or run anew: onnx-parity run',
  }),
  JOURNAL_UNREADABLE: entry<{ path: string; problem: string }>({
    when: 'The journal of an interrupted run cannot be read.',
    message: ({ path, problem }) => `${path}: ${problem}`,
    hint: () => 'Only the folder of this run is affected. Run anew: onnx-parity run',
  }),
};

export const journalError = errorsOf(JOURNAL_ERRORS);
