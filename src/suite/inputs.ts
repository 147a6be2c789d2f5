/** Makes the tensors that a case feeds. */
import { relative } from 'node:path';

import { suiteError } from '../errors/catalogue/suite.ts';
import { readTensors } from '../formats/index.ts';
import {
  allocate,
  castTensor,
  DTYPES,
  elementCount,
  makeTensor,
  partsOf,
  tensorFromValues,
} from '../tensor/index.ts';
import type { NamedTensors, NumericDtype, Tensor } from '../tensor/index.ts';
import { readDataSet } from './data-set.ts';
import { fillIntegers, fillNormal, fillUniform, streamOf } from './random.ts';
import type { CaseSpec, InputSpec, ModelSpec, Suite } from './types.ts';
import { writtenParts } from './written.ts';

/** More elements than this are refused before anything is allocated. */
const ELEMENT_LIMIT = 2 ** 28;

/**
 * The inputs of a case, in the order of the suite; the same bits on every host.
 * `inputNames` gives the model's inputs in order; only a case with a data set asks for it.
 * @throws ParityError INPUT_TOO_LARGE, INPUT_UNMAKEABLE, INPUT_KEY_MISSING, DATA_SET_UNREADABLE, or what reading a file throws.
 */
export async function resolveInputs(
  caseSpec: CaseSpec,
  suite: Suite,
  inputNames?: () => Promise<readonly string[]>,
): Promise<Map<string, Tensor>> {
  if (caseSpec.dataSet !== undefined) {
    const names = (await inputNames?.()) ?? [];
    return readDataSet(caseSpec.dataSet, 'input', names.length === 0 ? null : names);
  }
  const files = new Map<string, Promise<NamedTensors>>();
  const tensors = new Map<string, Tensor>();
  for (const [name, spec] of caseSpec.inputs) {
    tensors.set(
      name,
      spec.kind === 'file' ? await fromFile(name, spec, suite, files) : makeInput(name, spec),
    );
  }
  return tensors;
}

/**
 * The tensor of a described input. `name` goes into the stream of random values.
 * @throws ParityError INPUT_TOO_LARGE or INPUT_UNMAKEABLE.
 */
export function makeInput(name: string, spec: Exclude<InputSpec, { kind: 'file' }>): Tensor {
  if (spec.kind === 'given') return spec.tensor;
  const count = elementCount(spec.shape);
  if (!(count <= ELEMENT_LIMIT)) {
    throw suiteError('INPUT_TOO_LARGE', { input: name, shape: spec.shape, limit: ELEMENT_LIMIT });
  }
  try {
    if (spec.kind === 'constant') return constant(spec, count);
    if (spec.kind === 'values') {
      const values = spec.values.flatMap((value) => writtenParts(value, spec.dtype));
      return tensorFromValues(spec.dtype, spec.shape, values);
    }
    return generated(name, spec, count);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw suiteError('INPUT_UNMAKEABLE', { input: name, problem: error.message }, error);
  }
}

/** The inputs as a variant of the model takes them: dtypes changed as its `castInputs` says. */
export function castInputs(inputs: NamedTensors, model: Pick<ModelSpec, 'castInputs'>): Map<string, Tensor> {
  const cast = new Map<string, Tensor>();
  for (const [name, tensor] of inputs) {
    try {
      cast.set(name, castTensor(tensor, model.castInputs[tensor.dtype] ?? tensor.dtype));
    } catch (error) {
      if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
      throw suiteError('INPUT_UNMAKEABLE', { input: name, problem: error.message }, error);
    }
  }
  return cast;
}

function constant(spec: Extract<InputSpec, { kind: 'constant' }>, count: number): Tensor {
  const { dtype, shape, value } = spec;
  const { data } = tensorFromValues(dtype, [1], writtenParts(value, dtype));
  if (dtype === 'string')
    return makeTensor(dtype, shape, Array.from<string>({ length: count }).fill(String(data[0])));
  const all = allocate(dtype, count) as Float64Array;
  for (let part = 0, step = partsOf(dtype); part < step; part++) {
    const element = (data as Float64Array)[part]!;
    if (step === 1) all.fill(element);
    else for (let i = part; i < all.length; i += step) all[i] = element;
  }
  return makeTensor(dtype, shape, all);
}

/** Parts that are drawn at once; even, so that the pairs of the polar method stay together. */
const CHUNK = 2 ** 16;

// Drawn in double and cast once: one rounding, to nearest, ties to even. In chunks, so that no copy in double of all is held.
function generated(name: string, spec: Extract<InputSpec, { seed: number }>, count: number): Tensor {
  const { dtype, shape, seed } = spec;
  const all = allocate(dtype as NumericDtype, count) as Float64Array;
  const draw = streamOf(seed, name);
  const complex = DTYPES[dtype].kind === 'complex';
  for (let start = 0; start < all.length; start += CHUNK) {
    const values = new Float64Array(Math.min(CHUNK, all.length - start));
    if (spec.kind === 'normal') fillNormal(values, draw, spec.mean, spec.std);
    else if (spec.kind === 'uniform') fillUniform(values, draw, spec.low, spec.high);
    else fillIntegers(values, draw, spec.low, spec.high);
    const drawn = complex
      ? makeTensor('complex128', [values.length / 2], values)
      : makeTensor('float64', [values.length], values);
    all.set(castTensor(drawn, dtype).data as Float64Array, start);
  }
  return makeTensor(dtype, shape, all);
}

async function fromFile(
  name: string,
  { path, key }: Extract<InputSpec, { kind: 'file' }>,
  suite: Suite,
  files: Map<string, Promise<NamedTensors>>,
): Promise<Tensor> {
  let reading = files.get(path);
  if (reading === undefined) {
    reading = readTensors(path);
    files.set(path, reading);
  }
  const tensors = await reading;
  const found =
    tensors.get(key ?? name) ??
    (key === undefined && tensors.size === 1 ? [...tensors.values()][0] : undefined);
  if (found !== undefined) return found;
  throw suiteError('INPUT_KEY_MISSING', {
    input: name,
    file: relative(suite.folder, path) || path,
    key: key ?? name,
    available: [...tensors.keys()],
  });
}
