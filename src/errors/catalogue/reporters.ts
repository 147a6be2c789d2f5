import { entry, errorsOf } from '../define.ts';

export const REPORTER_ERRORS = {
  RUN_NOT_JSON: entry<{ what: string; problem: string }>({
    when: 'A stored run result is not JSON, for example because it was cut off.',
    message: ({ what, problem }) => `${what} is not a run result: ${problem}`,
    hint: () => 'Name the `run.json` of a run, or run the suites again.',
  }),
  RUN_NEWER: entry<{ what: string; found: number; known: number }>({
    when: 'A stored run result was written by a newer version of the tool.',
    message: ({ what, found, known }) =>
      `${what} has schema version ${found}; this version of onnx-parity reads up to ${known}.`,
    hint: () => 'Install the version of onnx-parity that wrote it, or a newer one.',
  }),
  RUN_INVALID: entry<{ what: string; path: string; problem: string }>({
    when: 'A stored run result does not have the published form.',
    message: ({ what, path, problem }) => `${what} is not a valid run result: at ${path}: ${problem}`,
    hint: () =>
      'Its form is published as `schemas/run.schema.json`. If onnx-parity wrote it, report a defect.',
  }),
  REPORT_TEMPLATE_MISSING: entry<{ path: string }>({
    when: 'The built report page is not where it belongs.',
    message: ({ path }) => `The report page is missing: ${path}`,
    hint: () => 'In a checkout run `npm run build`; otherwise install onnx-parity again.',
    exitCode: 3,
  }),
};

export const reporterError = errorsOf(REPORTER_ERRORS);
