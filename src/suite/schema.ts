/** The suite as a user writes it. `schemas/suite.schema.json` is generated from here. */
import * as z from 'zod';

import { inputSchema } from './schema-inputs.ts';
import {
  byDtype,
  byName,
  dtype,
  integerFrom,
  listOf,
  mapping,
  numberFrom,
  oneOf,
  text,
} from './schema-parts.ts';
import { bench, over, relation, rollout, stability } from './schema-features.ts';
import { judgedShape, outputSchema, toleranceSchema } from './schema-tolerance.ts';

const path = text('a path');
const names = (what: string) => listOf(text('a name'), `a list of ${what}`);

const model = z
  .union(
    [
      path,
      mapping({
        path: path.describe('The .onnx file, relative to the suite file.'),
        ...judgedShape,
        castInputs: byDtype(dtype)
          .describe('Generated inputs are cast before feeding: { float32: float16 }.')
          .exactOptional(),
        renameOutputs: byName(text('the expected name'), 'a mapping from actual to expected names')
          .describe('Actual output name → expected output name.')
          .exactOptional(),
        targets: names('targets').describe('Targets it runs on; all by default.').exactOptional(),
        expectStatus: byName(oneOf(['unsupported']), 'a mapping from targets to `unsupported`')
          .describe('A status that is right for this model, by target.')
          .exactOptional(),
      }),
    ],
    { error: 'a path, or a mapping with `path`' },
  )
  .meta({ id: 'Model' });

const source = mapping({
  kind: oneOf(['python', 'tfjs-node']).describe('What runs it; python by default.').exactOptional(),
  framework: oneOf(['pytorch', 'tensorflow', 'python']).exactOptional(),
  entry: text('a path').describe('`export.py:build`, or a saved program (SavedModel, .keras, .pt, .pt2).'),
  python: text('a path to an interpreter').exactOptional(),
  dtype: dtype.exactOptional(),
  device: text('a device').exactOptional(),
  threads: integerFrom(1).exactOptional(),
  seed: integerFrom(0).exactOptional(),
  signature: text('a signature').describe('Default serving_default.').exactOptional(),
}).meta({ id: 'Source' });

const setting = z.union([z.string(), z.number(), z.boolean()], {
  error: 'a text, a number, or true or false',
});

const target = z
  .union(
    [
      text('a target such as ort-node/cpu'),
      mapping({
        name: text('a name').describe('Shown in results; the target by default.').exactOptional(),
        target: text('a target such as ort-node/cpu').describe('runtime/provider, such as ort-node/cpu.'),
        optional: z
          .boolean({ error: 'true or false' })
          .describe('Listed but not failed where the host does not have it.')
          .exactOptional(),
        fallback: oneOf(['allow', 'warn', 'fail'])
          .describe('What nodes on another provider do to the verdict; warn by default.')
          .exactOptional(),
        tolerance: toleranceSchema.exactOptional(),
        optimization: oneOf(['disabled', 'basic', 'extended', 'layout', 'all']).exactOptional(),
        threads: integerFrom(1).describe('Intra-op threads; 1 by default.').exactOptional(),
        interOpThreads: integerFrom(1).exactOptional(),
        config: byName(setting, 'a mapping of session config entries').exactOptional(),
        provider: byName(z.unknown(), 'a mapping of provider options').exactOptional(),
      }),
    ],
    { error: 'a target such as ort-node/cpu, or a mapping with `target`' },
  )
  .meta({ id: 'Target' });

const reference = z
  .union(
    [
      z.literal('golden', { error: '`golden`' }),
      mapping({
        live: text('the name of a source').describe('Run this source now.').exactOptional(),
        both: text('the name of a source')
          .describe('Live against golden, targets against the golden.')
          .exactOptional(),
        file: path.describe('Tensors recorded elsewhere.').exactOptional(),
        runtime: target.describe('Another runtime; proves agreement between runtimes alone.').exactOptional(),
      }),
    ],
    { error: '`golden`, or a mapping with one of live, both, file, runtime' },
  )
  .meta({ id: 'Reference' });

const inputs = byName(inputSchema, 'a mapping from input names to values');
const outputs = byName(outputSchema, 'a mapping from output names to settings');
const repeat = integerFrom(1).describe(
  'Runs of the same inputs, whose bits are compared; by default two where a run takes under 20 ms, else one.',
);

const caseSchema = mapping({
  inputs: inputs.exactOptional(),
  reference: reference.exactOptional(),
  ...judgedShape,
  outputs: outputs.exactOptional(),
  targets: names('targets').describe('Targets it runs on; all by default.').exactOptional(),
  models: names('models').describe('Models it runs on; all by default.').exactOptional(),
  repeat: repeat.exactOptional(),
  over: over.exactOptional(),
  relation: z
    .union([relation, listOf(relation, 'a list of relations')], { error: 'a relation, or a list of them' })
    .describe('What must hold between runs of the model itself; needs no reference.')
    .exactOptional(),
  rollout: rollout.exactOptional(),
  stability: stability.exactOptional(),
  bench: bench.exactOptional(),
}).meta({ id: 'Case' });

export const suiteSchema = mapping(
  {
    $schema: z.string({ error: 'a text' }).exactOptional(),
    description: z.string({ error: 'a text' }).describe('One line.').exactOptional(),
    model: model.describe('The model; or `models` by name.').exactOptional(),
    models: byName(model, 'a mapping from names to models').exactOptional(),
    sources: byName(source, 'a mapping from names to sources').exactOptional(),
    reference: reference.describe('Where expected outputs come from; golden by default.').exactOptional(),
    goldens: path.describe('Folder of the goldens; goldens/<suite> by default.').exactOptional(),
    targets: listOf(target, 'a list of targets').describe('Default: ort-node/cpu.').exactOptional(),
    ...judgedShape,
    dtypes: byDtype(toleranceSchema).describe('Limits by dtype of the output.').exactOptional(),
    outputs: outputs.exactOptional(),
    inputs: inputs.describe('Dtype, shape and values that cases do not say themselves.').exactOptional(),
    cases: byName(caseSchema, 'a mapping from names to cases'),
    repeat: repeat.exactOptional(),
    stability: stability.describe('For every case without one of its own.').exactOptional(),
    bench: bench.describe('For every case without one of its own.').exactOptional(),
    timeout: numberFrom(0.001).describe('Seconds, for load and for run separately.').exactOptional(),
  },
  'a mapping with `model` and `cases`',
).meta({ title: 'onnx-parity suite' });

/** What a suite file holds. */
export type SuiteSpec = z.output<typeof suiteSchema>;
export type CaseInput = z.output<typeof inputSchema>;
export type ModelEntry = z.output<typeof model>;
export type TargetEntry = z.output<typeof target>;
export type ReferenceEntry = z.output<typeof reference>;
export type SourceEntry = z.output<typeof source>;
export type CaseEntry = z.output<typeof caseSchema>;
export type OutputEntry = z.output<typeof outputSchema>;
