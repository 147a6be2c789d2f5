/** The inputs of a case: suite-wide defaults merged in, shorthand spelled out, values held against their dtype. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { DTYPES, elementCount, tensorFromValues, toFloat64Array } from '../tensor/index.ts';
import type { Dtype } from '../tensor/index.ts';
import type { Lengths } from './dimensions.ts';
import { TEXTS } from './problems.ts';
import type { Problems, PropertyPath } from './problems.ts';
import { GENERATORS } from './schema-inputs.ts';
import type { CaseInput } from './schema.ts';
import type { InputSpec } from './types.ts';
import { writtenParts } from './written.ts';
import type { Written } from './written.ts';

/** Stands for a length that is a problem already. */
const UNKNOWN_LENGTH = 0;

type WrittenInput = Exclude<InputSpec, { kind: 'file' | 'given' }>;
type Generator = (typeof GENERATORS)[number];

/** All inputs of a case, in its order and then those that the suite alone gives values for. */
export function readInputs(
  own: readonly (readonly [string, CaseInput])[],
  common: ReadonlyMap<string, CaseInput>,
  at: { readonly path: PropertyPath; readonly folder: string; readonly lengths: Lengths },
  problems: Problems,
): ReadonlyMap<string, InputSpec> {
  const inputs = new Map<string, InputSpec>();
  const put = (name: string, input: CaseInput, path: PropertyPath): void => {
    const spec = readInput(input, path, at, problems);
    if (spec !== null) inputs.set(name, spec);
  };
  for (const [name, input] of own) {
    const path = [...at.path, name];
    for (const key of ['dtype', 'shape'] as const) {
      if (input.file !== undefined && input[key] !== undefined) {
        problems.add([...path, key], TEXTS.fileSays(key), 'key');
      }
    }
    put(name, merged(input, common.get(name)), path);
  }
  for (const [name, input] of common) {
    if (!own.some(([given]) => given === name) && generatorsOf(input).length > 0)
      put(name, input, ['inputs', name]);
  }
  return inputs;
}

/** What the case says wins; a source of values in the case replaces that of the suite. */
function merged(own: CaseInput, common: CaseInput | undefined): CaseInput {
  if (common === undefined) return own;
  if (generatorsOf(own).length === 0) return { ...common, ...own };
  const { dtype, shape } = common;
  return { ...(dtype === undefined ? {} : { dtype }), ...(shape === undefined ? {} : { shape }), ...own };
}

function generatorsOf(input: CaseInput): readonly Generator[] {
  return GENERATORS.filter((name) => input[name] !== undefined);
}

function readInput(
  input: CaseInput,
  path: PropertyPath,
  { folder, lengths }: { readonly folder: string; readonly lengths: Lengths },
  problems: Problems,
): InputSpec | null {
  const given = generatorsOf(input);
  if (given.length !== 1) {
    problems.add(path, TEXTS.exactlyOne(GENERATORS, given));
    return null;
  }
  if (input.file !== undefined) return readFileInput(input.file, input.key, path, folder, problems);
  if (input.key !== undefined)
    problems.add([...path, 'key'], TEXTS.malformed('`key` goes with `file` alone'), 'key');
  const written = input.shape ?? (input.values === undefined ? undefined : [input.values.length]);
  if (written === undefined) {
    problems.add([...path, 'shape'], TEXTS.expected('a list of lengths', undefined));
    return null;
  }
  const before = problems.list.length;
  const shape = written.map(
    (length, axis) => lengths.of(length, [...path, 'shape', axis], problems) ?? UNKNOWN_LENGTH,
  );
  if (problems.list.length > before) return null;
  const spec = spelledOut(input, dtypeOf(input), shape);
  checkInput(spec, path, problems);
  return problems.list.length === before ? spec : null;
}

function readFileInput(
  file: string,
  key: string | undefined,
  path: PropertyPath,
  folder: string,
  problems: Problems,
): InputSpec | null {
  const absolute = resolve(folder, file);
  if (!existsSync(absolute)) {
    problems.add([...path, 'file'], TEXTS.missingFile(file));
    return null;
  }
  return { kind: 'file', path: absolute, ...(key === undefined ? {} : { key }) };
}

function dtypeOf(input: CaseInput): Dtype {
  if (input.dtype !== undefined) return input.dtype;
  if (input.integers !== undefined) return 'int64';
  const sample = input.constant ?? input.values?.[0];
  if (typeof sample === 'boolean') return 'bool';
  if (typeof sample === 'string' && Number.isNaN(Number(sample)) && sample !== 'NaN') return 'string';
  return 'float32';
}

function spelledOut(input: CaseInput, dtype: Dtype, shape: readonly number[]): WrittenInput {
  const { normal, uniform, integers, constant, values } = input;
  if (normal !== undefined) {
    return {
      kind: 'normal',
      dtype,
      shape,
      seed: normal.seed ?? 0,
      mean: normal.mean ?? 0,
      std: normal.std ?? 1,
    };
  }
  if (uniform !== undefined) {
    return {
      kind: 'uniform',
      dtype,
      shape,
      seed: uniform.seed ?? 0,
      low: uniform.low ?? 0,
      high: uniform.high ?? 1,
    };
  }
  if (integers !== undefined) {
    return {
      kind: 'integers',
      dtype,
      shape,
      seed: integers.seed ?? 0,
      low: integers.low ?? 0,
      high: integers.high,
    };
  }
  if (constant !== undefined) return { kind: 'constant', dtype, shape, value: constant };
  return { kind: 'values', dtype, shape, values: values ?? [] };
}

function checkInput(spec: WrittenInput, path: PropertyPath, problems: Problems): void {
  const { kind } = DTYPES[spec.dtype];
  const number = kind !== 'string' && spec.dtype !== 'float8e8m0';
  const fits: Record<typeof spec.kind, boolean> = {
    normal: number && (kind === 'float' || kind === 'complex'),
    uniform: number && (kind === 'float' || kind === 'complex'),
    integers: number && kind !== 'complex',
    constant: true,
    values: true,
  };
  if (!fits[spec.kind]) {
    problems.add([...path, spec.kind], TEXTS.onlyFor(`\`${spec.kind}\``, spec.dtype));
    return;
  }
  if (spec.kind === 'uniform' && spec.high < spec.low) {
    problems.add([...path, 'uniform', 'high'], TEXTS.ordered(spec.low, spec.high));
  }
  if (spec.kind === 'integers') checkRange(spec, path, problems);
  if (spec.kind === 'constant') checkValue(spec.value, spec.dtype, [...path, 'constant'], problems);
  if (spec.kind === 'values') checkValues(spec, path, problems);
}

function checkRange(
  { dtype, low, high }: Extract<InputSpec, { kind: 'integers' }>,
  path: PropertyPath,
  problems: Problems,
): void {
  if (high <= low) problems.add([...path, 'integers', 'high'], TEXTS.ordered(low, high));
  const { bits, kind } = DTYPES[dtype];
  if (kind === 'float') return;
  const width = kind === 'bool' ? 1n : BigInt(bits);
  const smallest = kind === 'int' ? -(2n ** (width - 1n)) : 0n;
  const largest = kind === 'int' ? 2n ** (width - 1n) - 1n : 2n ** width - 1n;
  const outside = (value: number): string => TEXTS.outside(`${smallest}`, `${largest}`, dtype, value);
  if (BigInt(low) < smallest) problems.add([...path, 'integers', 'low'], outside(low));
  if (BigInt(high) > largest + 1n) problems.add([...path, 'integers', 'high'], outside(high - 1));
}

function checkValues(
  { dtype, shape, values }: Extract<InputSpec, { kind: 'values' }>,
  path: PropertyPath,
  problems: Problems,
): void {
  const needed = elementCount(shape);
  if (values.length !== needed) {
    const what = `${needed} values for shape [${shape.join(', ')}]`;
    problems.add([...path, 'values'], TEXTS.expected(what, values));
  }
  for (const [index, value] of values.entries()) {
    if (!checkValue(value, dtype, [...path, 'values', index], problems)) return;
  }
}

function checkValue(value: Written, dtype: Dtype, path: PropertyPath, problems: Problems): boolean {
  const problem = valueProblem(value, dtype);
  if (problem !== null) problems.add(path, problem);
  return problem === null;
}

function valueProblem(value: Written, dtype: Dtype): string | null {
  if (dtype === 'bool') {
    return [true, false, 0, 1].includes(value as number)
      ? null
      : TEXTS.expected('true, false, 0 or 1', value);
  }
  try {
    const parts = writtenParts(value, dtype);
    const tensor = tensorFromValues(dtype, [1], parts);
    if (DTYPES[dtype].kind !== 'float' || Number.isFinite(toFloat64Array(tensor)[0])) return null;
    return Number.isFinite(Number(parts[0])) ? TEXTS.overflow(value, dtype) : null;
  } catch {
    return TEXTS.expected(dtype === 'string' ? 'a text' : `a value of ${dtype}`, value);
  }
}
