/** `suites/<suite>/baseline.json`: the numbers of the approved run, committed, so that a fresh clone has them. */
import { z } from 'zod';
import { historyError } from '../errors/catalogue/history.ts';

/** Raised on every change that an older reader would misread. */
export const BASELINE_VERSION = 1;

const WIRE_NUMBER = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity', '-0'])]);
const NULLABLE = z.string().nullable();

const NOISE = z.object({
  /** Median of the natural logarithm of the error over the nights before the approval. */
  centre: z.number(),
  /** Standard deviation of it from night to night, estimated robustly. */
  spread: z.number().nonnegative(),
  /** How many nights that rests on. */
  nights: z.int().nonnegative(),
});

const CHECK = z.object({
  model: z.string(),
  case: z.string(),
  target: z.string(),
  output: NULLABLE,
  dtype: NULLABLE,
  shape: z.array(z.number()).nullable(),
  status: z.string(),
  verdict: z.enum(['pass', 'fail', 'void', 'unverified']).nullable(),
  /** Not executed and allowed to be. */
  skipped: z.boolean(),
  metrics: z.record(z.string(), WIRE_NUMBER),
  noise: z.record(z.string(), NOISE).exactOptional(),
});

const BASELINE = z.object({
  schemaVersion: z.literal(BASELINE_VERSION),
  suite: z.string(),
  approved: z.object({ at: z.string(), reason: z.string() }),
  run: z.object({
    runId: z.string(),
    startedAt: z.string(),
    tool: z.string(),
    commit: NULLABLE,
    branch: NULLABLE,
    host: z.object({
      fingerprint: z.string(),
      os: z.string(),
      arch: z.string(),
      cpu: z.string(),
      node: z.string(),
    }),
    models: z.record(z.string(), NULLABLE),
    runtimes: z.record(z.string(), NULLABLE),
  }),
  checks: z.array(CHECK),
});

export type Baseline = z.infer<typeof BASELINE>;
export type BaselineCheck = z.infer<typeof CHECK>;
export type BaselineNoise = z.infer<typeof NOISE>;

/** Reads a baseline; throws BASELINE_NEWER or BASELINE_INVALID with `path` in the message. */
export function parseBaseline(text: string, path: string): Baseline {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw historyError(
      'BASELINE_INVALID',
      { path, problem: error instanceof Error ? error.message : String(error) },
      error,
    );
  }
  const version =
    typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : null;
  if (typeof version === 'number' && version > BASELINE_VERSION) {
    throw historyError('BASELINE_NEWER', { path, found: version, known: BASELINE_VERSION });
  }
  const parsed = BASELINE.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'the top' : issue.path.map(String).join('.');
  throw historyError('BASELINE_INVALID', {
    path,
    problem: `at ${where}: ${issue?.message ?? 'unknown problem'}`,
  });
}

/** The file's text, one check per line: a change of one number is a change of one line. */
export function formatBaseline({ checks, ...head }: Baseline): string {
  const opening = JSON.stringify(head, null, 2);
  const lines = checks.map((check) => `    ${JSON.stringify(check)}`);
  const body = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  return `${opening.slice(0, opening.lastIndexOf('}')).trimEnd()},\n  "checks": ${body}\n}\n`;
}
