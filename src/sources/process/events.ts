import { z } from 'zod';

/** What a source process reports on descriptor 3. */
const INFO = z.object({
  framework: z.string(),
  frameworkVersion: z.string(),
  language: z.string(),
  device: z.string(),
  dtype: z.string(),
  threads: z.number(),
  seed: z.number().nullable(),
  determinism: z.record(z.string(), z.unknown()),
  packages: z.record(z.string(), z.string()),
});

const EVENT = z.discriminatedUnion('event', [
  z.object({ event: z.literal('ready'), info: INFO, files: z.array(z.string()) }),
  z.object({ event: z.literal('start'), id: z.string() }),
  /** `order`: output names in the order the source gave them. */
  z.object({ event: z.literal('done'), id: z.string(), runMs: z.number(), order: z.array(z.string()) }),
  z.object({
    event: z.literal('failed'),
    /** `null` while loading: then no case can run. */
    id: z.string().nullable(),
    kind: z.enum(['unavailable', 'unsupported', 'error', 'out-of-memory']),
    message: z.string(),
    traceback: z.string(),
    /** What to install. */
    package: z.string().nullish(),
  }),
  /** `files`: paths relative to the entry's folder that were read by then. */
  z.object({ event: z.literal('end'), files: z.array(z.string()) }),
]);

export type SourceEvent = z.infer<typeof EVENT>;
export type FailedEvent = Extract<SourceEvent, { event: 'failed' }>;

/** `null` for a line that is no event, which only a stray write to the descriptor can make. */
export function parseEvent(value: unknown): SourceEvent | null {
  return EVENT.safeParse(value).data ?? null;
}
