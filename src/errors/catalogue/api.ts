import { entry, errorsOf } from '../define.ts';

export const API_ERRORS = {
  RUN_WITHOUT_RESULT: entry<{ exitCode: number | null; said: string }>({
    when: '`runSuites` was refused by the command line, was ended, or failed before it had a result.',
    message: ({ exitCode, said }) =>
      `The run ended ${exitCode === null ? 'by a signal' : `with exit code ${exitCode}`} and without a result${said === '' ? '.' : `:\n${said}`}`,
    hint: () => 'Type the same words after `onnx-parity run` in a terminal: it says what is wrong.',
  }),
};

export const apiError = errorsOf(API_ERRORS);
