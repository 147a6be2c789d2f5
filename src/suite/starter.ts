/** Writes the text of a first suite for a model that has none. */
import { DTYPES, elementCount } from '../tensor/index.ts';
import type { Dtype } from '../tensor/index.ts';

/** An input or output as the model declares it. */
interface StarterValue {
  readonly name: string;
  /** `null` for what is not a tensor (sequences, maps, optionals). */
  readonly dtype: Dtype | null;
  /** Symbolic lengths are texts, unknown ones `null`; `null` alone where the rank is unknown. */
  readonly shape: readonly (number | string | null)[] | null;
}

export interface StarterInfo {
  /** Path of the model as it is to stand in the suite, relative to the suite file. */
  readonly model: string;
  /** Where editors find the schema, relative to the suite file; that of an installed onnx-parity by default. */
  readonly schema?: string;
  readonly inputs: readonly StarterValue[];
  readonly outputs: readonly StarterValue[];
}

const INSTALLED_SCHEMA = '../../node_modules/onnx-parity/schemas/suite.schema.json';

/** Lengths that dynamic dimensions get: batches of two, so that mixing up items shows; other axes of eight. */
const BATCH = 2;
const LENGTH = 8;
/** Generated inputs are kept below this many elements by shortening dynamic axes alone. */
const LARGEST = 2 ** 22;

/** The text of a `suite.yaml` that runs at once: against the same runtime without optimisation, until goldens exist. */
export function describeStarterSuite(info: StarterInfo): string {
  const usable = info.inputs.filter(isTensor);
  const lines = [
    `# yaml-language-server: $schema=${oneLine(info.schema ?? INSTALLED_SCHEMA)}`,
    `description: ${scalar(`First suite for ${oneLine(info.model)}`)}`,
    `model: ${scalar(info.model)}`,
    '',
    ...referenceLines(),
    '',
    ...targetLines(),
    '',
    ...outputLines(info.outputs),
    ...inputLines(info.inputs),
    ...caseLines(usable),
  ];
  return `${lines.join('\n')}\n`;
}

type TensorValue = StarterValue & { readonly dtype: Dtype };

function isTensor(value: StarterValue): value is TensorValue {
  return value.dtype !== null;
}

function referenceLines(): string[] {
  return [
    '# Where the expected outputs come from. Until there are goldens, the model is held against ONNX Runtime itself with',
    '# graph optimisation off: that finds faults of optimisation and of providers, but none of the export.',
    'reference: { runtime: { name: ort-node/cpu@reference, target: ort-node/cpu, optimization: disabled } }',
    '# To hold it against the framework that it came from: delete the line above (golden is the default), name the source,',
    '# and run `onnx-parity record` and then `onnx-parity approve`.',
    '# sources:',
    '#   torch: { kind: python, framework: pytorch, entry: export.py:build }          # build() returns the nn.Module',
    '#   keras: { kind: python, framework: tensorflow, entry: export.py:build }       # build() returns the keras.Model',
    '#   saved: { kind: python, framework: tensorflow, entry: saved_model }           # a SavedModel folder',
    '# Tensors that were recorded elsewhere do as well: reference: { file: expected.npz }, here or in a case.',
  ];
}

function targetLines(): string[] {
  return [
    'targets:',
    '  - ort-node/cpu',
    '  - ort-web/wasm',
    '  - { target: ort-node/webgpu, optional: true }    # optional: not failed where the host has no adapter',
  ];
}

function outputLines(outputs: readonly StarterValue[]): string[] {
  const first = outputs.find(isTensor);
  if (first === undefined) return [];
  return [
    '# Limits beyond the defaults, which are scaled to the size of the values, go here; for all outputs or by output.',
    '# tolerance: { linf: 1e-4, mse: 1e-9 }',
    `# outputs: { ${scalar(first.name)}: { tolerance: { atol: 1e-5, rtol: 1e-4 } } }`,
    '',
  ];
}

function inputLines(inputs: readonly StarterValue[]): string[] {
  if (inputs.length === 0) return [];
  const shapes = smallShapes(inputs.filter(isTensor));
  const lines = inputs.map((input) =>
    isTensor(input)
      ? `  ${scalar(input.name)}: { dtype: ${input.dtype}, shape: [${shapes.get(input.name)!.join(', ')}] }${declared(input)}`
      : `  # ${scalar(input.name)} is no tensor (a sequence, map or optional): it cannot be fed from a suite file.`,
  );
  const mapping = inputs.some(isTensor) ? 'inputs:' : 'inputs: {}';
  return [
    '# Element type and shape of each input; a case may give a shape of its own.',
    mapping,
    ...lines,
    '',
  ];
}

/** What the model declares, where a length had to be chosen. */
function declared({ shape }: StarterValue): string {
  if (shape === null) return '    # rank not declared';
  if (shape.every((length) => typeof length === 'number' && length >= 0)) return '';
  return `    # declared [${shape.map((length) => (length === null ? '?' : oneLine(String(length)))).join(', ')}]`;
}

/** Chosen shapes by input name. A symbolic length is the same wherever it stands. */
function smallShapes(inputs: readonly TensorValue[]): ReadonlyMap<string, readonly number[]> {
  const sizes: readonly (readonly [batch: number, length: number])[] = [
    [BATCH, LENGTH],
    [1, LENGTH],
    [1, 1],
  ];
  const choices = sizes.map(([batch, length]) => chosenShapes(inputs, batch, length));
  const fits = (shapes: ReadonlyMap<string, readonly number[]>): boolean =>
    [...shapes.values()].every((shape) => elementCount(shape) <= LARGEST);
  return choices.find(fits) ?? choices.at(-1)!;
}

function chosenShapes(
  inputs: readonly TensorValue[],
  batch: number,
  length: number,
): ReadonlyMap<string, readonly number[]> {
  const leading = new Set(inputs.map(({ shape }) => shape?.[0]).filter((first) => typeof first === 'string'));
  return new Map(
    inputs.map(({ name, shape }) => {
      const lengths = (shape ?? [1]).map((declared, axis) => {
        if (typeof declared === 'number' && declared >= 0) return declared;
        return (typeof declared === 'string' ? leading.has(declared) : axis === 0) ? batch : length;
      });
      return [name, lengths];
    }),
  );
}

function caseLines(inputs: readonly TensorValue[]): string[] {
  if (inputs.length === 0) return ['cases:', '  once: { inputs: {} }'];
  const lines = ['cases:', ...caseOf('normal', inputs, typical), ...caseOf('zeros', inputs, zero)];
  if (inputs.some(({ dtype }) => isReal(dtype))) lines.push(...caseOf('uniform', inputs, spread));
  lines.push(
    '  # Real inputs find most; save them as npz or safetensors:',
    `  # recorded: { inputs: { ${scalar(inputs[0]!.name)}: { file: inputs/recorded.npz } } }`,
  );
  return lines;
}

function caseOf(
  name: string,
  inputs: readonly TensorValue[],
  values: (input: TensorValue, seed: number) => string,
): string[] {
  return [
    `  ${name}:`,
    '    inputs:',
    ...inputs.map((input, index) => `      ${scalar(input.name)}: { ${values(input, index + 1)} }`),
  ];
}

function isReal(dtype: Dtype): boolean {
  return DTYPES[dtype].kind === 'float' && dtype !== 'float8e8m0';
}

/** A mask of zeros hides everything: it is all ones. Segment numbers have few values: they are all zero. */
const MASK = /mask/i;
const SEGMENT = /token_type|segment/i;

function typical({ name, dtype }: TensorValue, seed: number): string {
  const { kind, bits } = DTYPES[dtype];
  if (dtype === 'float8e8m0' || (kind !== 'string' && kind !== 'bool' && MASK.test(name)))
    return 'constant: 1';
  if (kind === 'float' || kind === 'complex') return `normal: { mean: 0, std: 1, seed: ${seed} }`;
  if (kind === 'string') return 'constant: "text"';
  if (kind === 'bool')
    return MASK.test(name) ? 'constant: true' : `integers: { low: 0, high: 2, seed: ${seed} }`;
  if (SEGMENT.test(name)) return 'constant: 0';
  return `integers: { low: 0, high: ${Math.min(10, 2 ** (kind === 'int' ? bits - 1 : bits))}, seed: ${seed} }`;
}

function zero({ name, dtype }: TensorValue): string {
  const { kind } = DTYPES[dtype];
  if (kind === 'string') return 'constant: ""';
  if (kind === 'bool') return `constant: ${MASK.test(name)}`;
  return dtype === 'float8e8m0' || MASK.test(name) ? 'constant: 1' : 'constant: 0';
}

function spread(input: TensorValue, seed: number): string {
  return isReal(input.dtype) && !MASK.test(input.name)
    ? `uniform: { low: 0, high: 1, seed: ${seed} }`
    : typical(input, seed);
}

/** Plain where YAML reads it back as the same text, else in double quotes with JSON's escapes, which YAML shares. */
function scalar(text: string): string {
  const word = /^[A-Za-z_/.][\w./-]*$/.test(text) && /[A-Za-z_]/.test(text);
  const special = /^(true|false|null|yes|no|on|off|y|n|~|\.nan|[-+]?\.inf)$/i.test(text);
  return word && !special && !/^\.?\d/.test(text)
    ? text
    : JSON.stringify(text)
        .replaceAll('\u007f', '\\u007f')
        .replaceAll(/[\u0080-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, escape);
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is replaced
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]/g, ' ');
}
