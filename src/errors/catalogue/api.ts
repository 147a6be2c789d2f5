import { entry, errorsOf } from '../define.ts';

const ended = (exitCode: number | null): string =>
  `The run ended ${exitCode === null ? 'by a signal' : `with exit code ${exitCode}`}`;

const SAME_WORDS = 'Type the same words after `onnx-parity run` in a terminal: it says what is wrong.';

export const API_ERRORS = {
  RUN_WITHOUT_RESULT: entry<{ exitCode: number | null; said: string }>({
    when: '`runSuites` was refused by the command line, was ended, or failed before it had a result.',
    message: ({ exitCode, said }) =>
      `${ended(exitCode)} and without a result${said === '' ? '.' : `:\n${said}`}`,
    hint: () => SAME_WORDS,
  }),
  RUN_FAILED_AFTER: entry<{ exitCode: number | null; said: string }>({
    when: '`runSuites` had a result, and the run then failed: its report could not be written, say.',
    message: ({ exitCode, said }) =>
      `${ended(exitCode)}, which its result does not say${said === '' ? '.' : `:\n${said}`}`,
    hint: () => SAME_WORDS,
  }),
};

export const apiError = errorsOf(API_ERRORS);
