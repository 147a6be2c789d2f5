import { entry, errorsOf } from '../define.ts';

export const COMPARE_ERRORS = {
  EXPRESSION_INVALID: entry<{ expression: string; problem: string; position: number }>({
    when: 'A bound written as an expression cannot be read, or uses more than numbers, metric names, facts, arithmetic and one comparison.',
    message: ({ expression, problem, position }) =>
      `The bound \`${expression}\` is not usable: ${problem} (at character ${position}).`,
    hint: () =>
      'Write `metric <= limit`, for example `linf <= 1e-4 * max(1, refMax)`: numbers, metric names, refMax, refMin, refMaxAbs, refMean, refScale, elements, + − * / ^, and min, max, abs, sqrt, log10, log2, exp, pow.',
  }),
  EXPRESSION_UNKNOWN_NAME: entry<{
    expression: string;
    name: string;
    position: number;
    near: string;
  }>({
    when: 'An expression names something that is neither a metric nor a fact.',
    message: ({ expression, name, position }) =>
      `The bound \`${expression}\` names \`${name}\` (at character ${position}), which is neither a metric nor a fact.`,
    hint: ({ near }) => near,
  }),
  EXPRESSION_NOT_PREPARED: entry<{ expression: string }>({
    when: 'A comparison met an expression that was not compiled beforehand.',
    message: ({ expression }) => `The bound \`${expression}\` was not prepared before the comparison.`,
    hint: () => 'Await `prepareExpressions(layers)` before `compareTensors`.',
    exitCode: 3,
  }),
  PROFILE_UNKNOWN: entry<{ profile: string; known: string }>({
    when: 'A tolerance names a profile that does not exist.',
    message: ({ profile }) => `There is no tolerance profile named "${profile}".`,
    hint: ({ known }) => `Profiles: ${known}.`,
  }),
  TENSOR_MALFORMED: entry<{ side: string; dtype: string; shape: string; expected: number; given: number }>({
    when: 'A tensor to be compared has more or fewer values than its shape says.',
    message: ({ side, dtype, shape, expected, given }) =>
      `The ${side} tensor (${dtype}, shape ${shape}) needs ${expected} values and has ${given}.`,
    hint: () => 'Give data of the length that the shape asks for; complex numbers take two values each.',
  }),
  ULP_OPERATOR_UNKNOWN: entry<{ op: string; known: string }>({
    when: 'A `ulpFor` tolerance names an operator without a rule.',
    message: ({ op }) => `No ULP rule is known for the operator "${op}".`,
    hint: ({ known }) => `Rules exist for ${known}; else give \`maxUlp\` itself.`,
  }),
  ULP_PARAMETER_MISSING: entry<{ op: string; parameter: string; needs: string }>({
    when: 'A `ulpFor` tolerance lacks a number that its rule needs.',
    message: ({ op, parameter }) => `The ULP rule of "${op}" needs \`${parameter}\` as a positive number.`,
    hint: ({ op, needs }) => `Write \`ulpFor: { op: ${op}, … }\` with ${needs}.`,
  }),
};

export const compareError = errorsOf(COMPARE_ERRORS);
