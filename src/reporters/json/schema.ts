/** The published form of a run result. `schemas/run.schema.json` is generated from it; a test holds it true to the types. */
import { z } from 'zod';
import { REASONS } from '../../result/reasons.ts';
import type { ReasonCode } from '../../result/reasons.ts';
import { SCHEMA_VERSION } from '../../result/document.ts';

const wireNumber = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity', '-0'])]);
const wireValue = z.union([z.number(), z.string(), z.boolean()]);
const count = z.int().nonnegative();
const counts = z.array(count);

const bound = z.object({
  metric: z.string(),
  limit: wireNumber.describe('Upper limit; lower limit where the metric is better when larger.'),
  atol: wireNumber.exactOptional(),
  rtol: wireNumber.exactOptional(),
  k: count.exactOptional(),
  expression: z.string().exactOptional(),
  from: z.enum(['default', 'suite', 'target', 'dtype', 'case', 'output', 'command line']),
  profile: z.string().exactOptional(),
  value: wireNumber.exactOptional(),
  utilisation: wireNumber.describe('Error ÷ allowed: up to 1 passes.').exactOptional(),
  holds: z.boolean().exactOptional(),
});

const needed = z
  .object({
    metric: z.string(),
    value: wireNumber,
    atol: wireNumber.exactOptional(),
    rtol: wireNumber.exactOptional(),
  })
  .describe('The smallest limit of a failed bound that would pass.');

const worst = z.object({
  index: counts,
  expected: wireValue,
  actual: wireValue,
  error: wireNumber.exactOptional(),
});

const tensorFacts = z.object({
  elements: count,
  min: wireNumber.exactOptional(),
  max: wireNumber.exactOptional(),
  mean: wireNumber.exactOptional(),
  maxAbs: wireNumber.exactOptional(),
  scale: wireNumber.exactOptional(),
  nan: count,
  posInf: count,
  negInf: count,
  zeros: count,
  constant: z.boolean(),
});

const perStep = z.array(wireNumber.nullable());

const evidence = z.object({
  expected: tensorFacts,
  actual: tensorFacts,
  histogram: z
    .object({
      minExponent: z.int(),
      counts,
      zeros: count,
      below: count,
      above: count,
      nonFinite: count,
    })
    .exactOptional(),
  heatMap: z
    .object({
      rows: count,
      columns: count,
      fromShape: z.tuple([count, count]),
      cells: z.array(wireNumber),
    })
    .exactOptional(),
  magnitude: z.object({ minExponent: z.int(), maxError: z.array(wireNumber) }).exactOptional(),
  axes: z.array(z.object({ axis: count, length: count, maxError: z.array(wireNumber) })).exactOptional(),
  growth: z
    .object({ linf: perStep, mse: perStep, utilisation: perStep })
    .describe('Error over the steps of a rollout, in the last step that was compared.')
    .exactOptional(),
});

const placement = z.object({
  requested: z.string(),
  proof: z.enum(['profile', 'log', 'only-provider', 'none']),
  nodes: z.record(z.string(), count),
  timeUs: z.record(z.string(), z.number()).exactOptional(),
  fallbacks: z.array(
    z.object({
      node: z.string(),
      op: z.string(),
      provider: z.string(),
      why: z.string().exactOptional(),
    }),
  ),
});

const golden = z.object({
  state: z.enum([
    'fresh',
    'stale',
    'tampered',
    'missing',
    'unreadable',
    'live',
    'file',
    'runtime',
    'relation',
  ]),
  origin: z.string().exactOptional(),
  provenance: z.string().exactOptional(),
  noise: z
    .object({ linf: wireNumber, of: z.enum(['spread', 'truth']) })
    .describe('How far the reference is from its own repetitions or from float64.')
    .exactOptional(),
  sampled: z.object({ elements: count, of: count }).exactOptional(),
});

const reason = z.object({
  code: z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]),
  message: z.string(),
  hint: z.string(),
  level: z.enum(['fail', 'warn']),
});

/** A path in the folder of the run, and no way out of it. */
const keptPath = z
  .string()
  .regex(/^evidence\/[a-z0-9][a-z0-9-]*\/(expected|actual)\.(npy|safetensors|json)$/);

const keptTensors = z
  .union([
    z.object({ expected: keptPath, actual: keptPath, bytes: count }),
    z.object({ omitted: z.enum(['budget', 'unwritten']), bytes: count }),
  ])
  .describe(
    'Both sides of a failed comparison as files in the folder of the run, or why they are not there.',
  );

const check = z.object({
  suite: z.string(),
  model: z.string(),
  modelSha256: z.string().nullable(),
  case: z.string(),
  target: z.string(),
  output: z.string().nullable(),
  dtype: z.string().nullable(),
  shape: counts.nullable(),
  optional: z.boolean(),
  status: z.enum([
    'ok',
    'crashed',
    'timed-out',
    'out-of-memory',
    'unavailable',
    'unsupported',
    'environment',
    'error',
  ]),
  verdict: z.enum(['pass', 'fail', 'void', 'unverified']).nullable(),
  outcome: z.enum([
    'unchanged',
    'regressed',
    'improved',
    'new',
    'removed',
    'fixed',
    'known failure',
    'flaky',
  ]),
  metrics: z.record(z.string(), wireNumber),
  bounds: z.array(bound),
  needed: z.array(needed),
  worst: z.array(worst).describe('Worst elements, worst first.'),
  evidence: evidence.exactOptional(),
  tensors: keptTensors.exactOptional(),
  placement: placement.nullable(),
  golden,
  reproduce: z.string(),
  reasons: z.array(reason),
  timing: z
    .object({
      loadMs: z.number(),
      runMs: z.array(z.number()),
      bench: z
        .object({ runs: count, p50Ms: z.number(), p90Ms: z.number() })
        .describe('Warmed runs, one at a time with nothing else at work.')
        .exactOptional(),
    })
    .nullable(),
  rollout: z
    .object({ case: z.string(), step: count, steps: count })
    .describe('Where the check is of one step of a rollout.')
    .exactOptional(),
  crash: z
    .object({ signal: z.string().nullable(), exitCode: z.int().nullable(), stderr: z.string() })
    .exactOptional(),
});

const host = z.object({
  os: z.string(),
  arch: z.string(),
  cpu: z.string(),
  cores: count,
  memoryBytes: z.number(),
  node: z.string(),
  fingerprint: z.string(),
});

const target = z.object({
  name: z.string(),
  runtime: z.string(),
  runtimeVersion: z.string().nullable(),
  provider: z.string(),
  available: z.boolean(),
  reason: reason.exactOptional(),
  options: z.record(z.string(), z.unknown()),
});

const suite = z.object({
  name: z.string(),
  file: z.string().nullable(),
  description: z.string(),
  models: z.array(
    z.object({
      name: z.string(),
      path: z.string(),
      sha256: z.string().nullable(),
      bytes: count.nullable(),
    }),
  ),
});

const summary = z.object({
  checks: count,
  passed: count,
  failed: count,
  void: count,
  unverified: count,
  notRun: count,
});

const shard = z
  .object({
    index: count,
    total: count,
    planSha256: z.string(),
    planned: z.array(
      z.object({
        suite: z.string(),
        model: z.string(),
        case: z.string(),
        target: z.string(),
        shard: count,
      }),
    ),
  })
  .describe('Which part of a plan this run is, and the whole plan.');

/** A run result as JSON. Unknown properties are allowed: a later minor version may add some. */
export const runSchema = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  tool: z.object({ name: z.literal('onnx-parity'), version: z.string() }),
  runId: z.string(),
  command: z.string(),
  startedAt: z.string().describe('ISO 8601, UTC.'),
  durationMs: z.number(),
  host,
  source: z.object({
    commit: z.string().nullable(),
    branch: z.string().nullable(),
    dirty: z.boolean().nullable(),
  }),
  complete: z.boolean(),
  exitCode: z.int(),
  shard: shard.exactOptional(),
  merged: z
    .array(z.object({ runId: z.string(), host, shard: z.string().exactOptional() }))
    .describe('Set where this document was joined from others.')
    .exactOptional(),
  against: z
    .object({ name: z.string(), runs: z.array(z.string()), commit: z.string().nullable() })
    .describe('What the outcomes were held against.')
    .exactOptional(),
  summary,
  suites: z.array(suite),
  targets: z.array(target),
  problems: z.array(z.object({ code: z.string(), message: z.string(), hint: z.string() })),
  checks: z.array(check),
});

/** The schema as JSON Schema (draft 2020-12), for editors and other tools. */
export function runJsonSchema(): Readonly<Record<string, unknown>> {
  return {
    ...z.toJSONSchema(runSchema, { io: 'input' }),
    title: 'onnx-parity run result',
    description: 'The one document that every reporter of onnx-parity reads.',
  };
}
