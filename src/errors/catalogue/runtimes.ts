import { entry, errorsOf } from '../define.ts';

export const RUNTIME_ERRORS = {
  TARGET_UNKNOWN: entry<{ target: string; known: readonly string[] }>({
    when: 'A target names a runtime or an execution provider that does not exist.',
    message: ({ target }) => `Unknown target: ${target}`,
    hint: ({ known }) => `Targets are written runtime/provider; known are ${known.join(', ')}.`,
  }),
};

export const runtimeError = errorsOf(RUNTIME_ERRORS);
