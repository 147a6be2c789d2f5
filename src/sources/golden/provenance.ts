import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Raised on every change that an older reader would misread. */
export const PROVENANCE_VERSION = 1;

const SHA256 = z.string().regex(/^[0-9a-f]{64}$/);
const WIRE_NUMBER = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity', '-0'])]);
const SHAPE = z.array(z.number().int().nonnegative());

const DIFFERENCE = z.strictObject({
  output: z.string(),
  linf: WIRE_NUMBER.optional(),
  mse: WIRE_NUMBER.optional(),
  maxUlp: WIRE_NUMBER.optional(),
});

const OUTPUT = z.strictObject({
  name: z.string(),
  dtype: z.string(),
  shape: SHAPE,
  /** Hash of the blob's bytes; over dtype, shape and elements. */
  sha256: SHA256,
  /** Relative to the folder of the provenance. */
  blob: z.string().regex(/^blobs\/[0-9a-f]{64}\.(safetensors|json)$/),
  /** Set where only a seeded sample of the elements was kept: the blob is one-dimensional then. */
  sample: z
    .strictObject({
      seed: z.number().int(),
      elements: z.number().int().positive(),
      of: z.number().int().positive(),
      /** Exact statistics of the whole output; NaN and infinities are counted apart. */
      summary: z.strictObject({
        min: WIRE_NUMBER,
        max: WIRE_NUMBER,
        mean: WIRE_NUMBER,
        nan: z.number().int(),
        posInf: z.number().int(),
        negInf: z.number().int(),
        sha256: SHA256,
      }),
    })
    .optional(),
});

const SOURCE = z.strictObject({
  name: z.string(),
  kind: z.string(),
  framework: z.string(),
  version: z.string(),
  language: z.string(),
  packages: z.record(z.string(), z.string()),
  entry: z.strictObject({
    /** Relative to the suite's folder. */
    path: z.string(),
    callable: z.string().nullable(),
    signature: z.string().nullable(),
    /** Of the file; of all files of a folder with their names. */
    sha256: SHA256,
    /** Files that the entry read while it ran: helpers, weights. Relative to the entry's folder. */
    reads: z.array(z.strictObject({ path: z.string(), sha256: SHA256 })),
  }),
  /** What the suite asks for: a dtype, or `as built`. */
  dtypePolicy: z.string(),
  seed: z.number().nullable(),
  threads: z.number(),
  device: z.string(),
  determinism: z.record(z.string(), z.unknown()),
});

const PROVENANCE = z.strictObject({
  schemaVersion: z.literal(PROVENANCE_VERSION),
  suite: z.string(),
  case: z.string(),
  /** The model that the source was exported to: the first of the suite. */
  model: z.strictObject({ name: z.string(), sha256: SHA256.nullable() }),
  inputs: z.array(z.strictObject({ name: z.string(), dtype: z.string(), shape: SHAPE, sha256: SHA256 })),
  outputs: z.array(OUTPUT),
  source: SOURCE,
  host: z.strictObject({ os: z.string(), arch: z.string(), cpu: z.string() }),
  recorded: z.strictObject({ at: z.string(), command: z.string() }),
  /** `null` in a proposal. */
  approved: z.strictObject({ at: z.string(), reason: z.string().nullable() }).nullable(),
  /** How far repeated runs of the source differ from the recorded one. */
  spread: z
    .strictObject({
      runs: z.number().int(),
      threads: z.array(z.number()),
      identical: z.boolean(),
      outputs: z.array(DIFFERENCE),
    })
    .optional(),
  /** How far the recorded run is from the same source computing in float64. */
  truth: z.strictObject({ dtype: z.string(), outputs: z.array(DIFFERENCE) }).optional(),
});

export type Provenance = z.infer<typeof PROVENANCE>;
export type ProvenanceOutput = z.infer<typeof OUTPUT>;
export type OutputDifference = z.infer<typeof DIFFERENCE>;

/** What a provenance file turned out to be. */
export type ProvenanceRead =
  | { readonly state: 'sound'; readonly provenance: Provenance }
  /** Well-formed, but not what was written. */
  | { readonly state: 'tampered'; readonly provenance: Provenance }
  | { readonly state: 'unreadable'; readonly problem: string };

/** The file's text; `digest` covers everything else in it, so that an edit by hand does not go unseen. */
export function formatProvenance(provenance: Provenance): string {
  const body = PROVENANCE.parse(provenance);
  return `${JSON.stringify({ ...body, digest: digestOf(body) }, null, 2)}\n`;
}

export function parseProvenance(text: string): ProvenanceRead {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { state: 'unreadable', problem: `it is not JSON (${(error as Error).message})` };
  }
  if (typeof value !== 'object' || value === null) {
    return { state: 'unreadable', problem: 'it is not a JSON object' };
  }
  const { digest, ...body } = value as Record<string, unknown>;
  if (typeof body['schemaVersion'] === 'number' && body['schemaVersion'] > PROVENANCE_VERSION) {
    return {
      state: 'unreadable',
      problem: `it has schema version ${body['schemaVersion']}; this onnx-parity reads up to ${PROVENANCE_VERSION}`,
    };
  }
  const parsed = PROVENANCE.safeParse(body);
  if (!parsed.success)
    return { state: 'unreadable', problem: z.prettifyError(parsed.error).replaceAll('\n', ' ') };
  return { state: digest === digestOf(parsed.data) ? 'sound' : 'tampered', provenance: parsed.data };
}

// The parsed form has the schema's order of keys; so neither indentation nor order in the file matters.
function digestOf(provenance: Provenance): string {
  return createHash('sha256').update(JSON.stringify(provenance)).digest('hex');
}
