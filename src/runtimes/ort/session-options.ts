import type { InferenceSession } from 'onnxruntime-common';
import type { TargetOptions } from '../../suite/types.ts';

/** Errors alone: warnings of a healthy model are no news. */
const LOG_ERRORS = 3;

/** One thread by default, so that neither the host nor the number of jobs changes how a reduction is split. */
export function sessionOptions(
  provider: string,
  options: TargetOptions,
  providerDefaults: Readonly<Record<string, unknown>> = {},
): InferenceSession.SessionOptions {
  return {
    executionProviders: [{ ...providerDefaults, ...options.provider, name: provider }],
    graphOptimizationLevel: options.optimization ?? 'all',
    intraOpNumThreads: options.threads ?? 1,
    interOpNumThreads: options.interOpThreads ?? 1,
    logSeverityLevel: LOG_ERRORS,
    ...(options.config === undefined ? {} : { extra: nested(options.config) }),
  };
}

/** The bindings take config entries as nested objects: `session.a.b` is `{ session: { a: { b } } }`. */
function nested(config: Readonly<Record<string, string>>): Record<string, unknown> {
  const root = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of Object.entries(config)) {
    const parts = key.split('.');
    const last = parts.pop() ?? key;
    let at = root;
    for (const part of parts) {
      const below = at[part];
      const next = typeof below === 'object' && below !== null ? below : (Object.create(null) as object);
      at[part] = next;
      at = next as Record<string, unknown>;
    }
    at[last] = value;
  }
  return root;
}
