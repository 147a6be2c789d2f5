import { entry, errorsOf } from '../define.ts';

export const SOURCE_ERRORS = {
  SOURCE_UNKNOWN: entry<{ suite: string; source: string; known: string }>({
    when: 'A source named on the command line is not one of the suite.',
    message: ({ suite, source }) => `The suite ${suite} has no source ${source}.`,
    hint: ({ known }) =>
      known === '' ? 'It has none: add `sources:` to the suite file.' : `It has: ${known}.`,
  }),
  SOURCE_NONE: entry<{ suite: string }>({
    when: 'Goldens are to be recorded for a suite without a source.',
    message: ({ suite }) => `The suite ${suite} has no source to record from.`,
    hint: () =>
      'Add one to the suite file: `sources: { torch: { kind: python, framework: pytorch, entry: "export.py:build" } }`.',
  }),
  PROPOSAL_UNREADABLE: entry<{ path: string; problem: string }>({
    when: 'A proposal of `record` is damaged or was written by a newer version.',
    message: ({ path, problem }) => `The proposal ${path} cannot be used: ${problem}.`,
    hint: ({ path }) => `Delete ${path} and run \`onnx-parity record\` again.`,
  }),
};

export const sourceError = errorsOf(SOURCE_ERRORS);
