import { entry, errorsOf } from '../define.ts';

export const CLI_ERRORS = {
  FILE_NOT_FOUND: entry<{ path: string; what: string }>({
    when: 'A file named on the command line does not exist.',
    message: ({ path, what }) => `${what} not found: ${path}`,
    hint: () => 'Check the path; relative paths start at the current folder.',
  }),
  NOTHING_SELECTED: entry<{ readonly selection: string; readonly available: string }>({
    when: 'A selection matches no suite, case, model or target.',
    message: ({ selection }) => `Nothing matches ${selection}.`,
    hint: ({ available }) => available,
  }),
  OPTION_VALUE: entry<{ flag: string; wanted: string; given: string }>({
    when: 'An option has a value that it cannot take.',
    message: ({ flag, wanted, given }) => `${flag}: expected ${wanted}, got "${given}".`,
    hint: ({ flag, wanted }) =>
      wanted.includes('number')
        ? `For example: ${flag} ${wanted.includes('whole') ? '4' : '1e-4'}`
        : `For example: ${flag} ${wanted.split(',')[0] ?? ''}`,
  }),
  OPTION_TWICE: entry<{ flag: string }>({
    when: 'An option that takes one value is given twice.',
    message: ({ flag }) => `${flag} is given twice.`,
    hint: ({ flag }) => `Give one ${flag}; of two values one would be left out unseen.`,
  }),
  REFERENCE_UNKNOWN: entry<{ given: string; suite: string; sources: string }>({
    when: '`run --reference` asks for a source that a suite does not have.',
    message: ({ given, suite, sources }) =>
      `--reference ${given}: suite ${suite} has ${sources === '' ? 'no sources' : `the sources ${sources}`}.`,
    hint: () => 'Name a source of the suite: --reference live:NAME, or select other suites.',
  }),
  NO_PROJECT: entry<{ folder: string }>({
    when: 'There is no `suites` folder here or further up.',
    message: ({ folder }) => `No suites/ folder in ${folder} or above it.`,
    hint: () => 'Start with a model: onnx-parity init MODEL. Or name the folder: --project DIR.',
  }),
  RUN_NOT_FOUND: entry<{ run: string; folder: string; available: string }>({
    when: 'A run named on the command line is not stored.',
    message: ({ run, folder }) => `No run ${run} in ${folder}.`,
    hint: ({ available }) => available,
  }),
  NOT_CONFIRMED: entry<{ command: string }>({
    when: 'Something must be confirmed and there is no terminal to ask on.',
    message: () => 'There is no terminal to ask on.',
    hint: ({ command }) => `Accept without being asked: ${command} --yes`,
  }),
  FILE_EXISTS: entry<{ path: string }>({
    when: 'A command would replace a file that is already there.',
    message: ({ path }) => `${path} is already there.`,
    hint: () => 'Choose another name, or replace it with --force.',
  }),
  WRITE_FAILED: entry<{ path: string; problem: string }>({
    when: 'A result cannot be written: no space, no permission, a read-only folder.',
    message: ({ path, problem }) => `Cannot write ${path}: ${problem}`,
    hint: () => 'Make room there or choose another place; nothing that was there is lost.',
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
