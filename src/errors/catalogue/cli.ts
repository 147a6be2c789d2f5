import { entry, errorsOf } from '../define.ts';

export const CLI_ERRORS = {
  FILE_NOT_FOUND: entry<{ path: string; what: string }>({
    when: 'A file named on the command line does not exist.',
    message: ({ path, what }) => `${what} not found: ${path}`,
    hint: () => 'Check the path; relative paths start at the current folder.',
  }),
  NOTHING_SELECTED: entry<{ selection: string; available: string }>({
    when: 'A selection matches no suite, case, model or target.',
    message: ({ selection }) => `Nothing matches ${selection}.`,
    hint: ({ available }) => available,
  }),
  USAGE: entry<{ problem: string; command: string }>({
    when: 'An option or argument is unknown, missing or malformed.',
    message: ({ problem }) => problem,
    hint: ({ command }) => `See \`onnx-parity ${command}--help\`.`,
  }),
  INTERNAL: entry<{ problem: string }>({
    when: 'The tool itself failed.',
    message: ({ problem }) => `Internal error: ${problem}`,
    hint: () =>
      'This is a defect of onnx-parity. Run again with ONNX_PARITY_DEBUG=1 for the stack trace and report it.',
    exitCode: 3,
  }),
};

export const cliError = errorsOf(CLI_ERRORS);
