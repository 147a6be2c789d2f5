/** Every text of a reason that a comparison can give, in one place. */
import type { Reason } from '../result/index.ts';
import type { Dtype, Shape } from '../tensor/index.ts';
import { DTYPES } from '../tensor/index.ts';
import { isLowerLimit, type JudgedBound } from './bounds/judge.ts';
import type { MismatchRule } from './bounds/plan.ts';
import { isBudget } from './bounds/plan.ts';
import { fromWire, type Needed } from '../result/index.ts';

export const reasons = {
  dtypeMismatch: (expected: Dtype, actual: Dtype, exact: boolean): Reason => ({
    code: 'DTYPE_MISMATCH',
    level: 'fail',
    message: `Expected ${expected}, got ${actual}.`,
    hint: exact
      ? `If the change of type is meant, allow it: \`widen: { ${actual}: ${expected} }\`.`
      : `Not every ${actual} is a ${expected}, so that no widening can be allowed: export the model with ${expected} outputs, or record the reference again.`,
  }),
  dtypeWidened: (expected: Dtype, actual: Dtype): Reason => ({
    code: 'DTYPE_WIDENED',
    level: 'warn',
    message: `The actual ${actual} values were widened to ${expected}, as the suite allows.`,
    hint: `Remove \`widen\` to make ${actual} a mismatch.`,
  }),
  shapeMismatch: (expected: Shape, actual: Shape): Reason => ({
    code: 'SHAPE_MISMATCH',
    level: 'fail',
    message: `Expected shape ${shapeText(expected)}, got ${shapeText(actual)}.`,
    hint: shapeHint(expected, actual),
  }),
  transposeMismatch: (axes: readonly number[], actual: Shape): Reason => ({
    code: 'SHAPE_MISMATCH',
    level: 'fail',
    message: `transposeActual [${axes.join(', ')}] does not fit the actual shape ${shapeText(actual)}.`,
    hint: `Name each of the ${actual.length} axes once, counted from 0.`,
  }),
  empty: (shape: Shape): Reason => ({
    code: 'EMPTY_OUTPUT',
    level: 'fail',
    message: `The output has no elements (shape ${shapeText(shape)}): nothing was compared.`,
    hint: 'If an empty output is right here, set `allowEmpty: true` for it.',
  }),
  noBounds: (): Reason => ({
    code: 'NO_BOUNDS',
    level: 'fail',
    message: 'The defaults are dropped and no bound applies to this output: nothing was judged.',
    hint: 'Give a bound, such as `atol` and `rtol`, or keep the defaults.',
  }),
  nanActual: (count: number, both: number): Reason => ({
    code: 'NAN_ACTUAL',
    level: 'fail',
    message:
      both > 0
        ? `${counted(both)} NaN on both sides, and \`nanEqual\` is false.`
        : `${counted(count)} NaN in the actual output where the expected one is a number.`,
    hint:
      both > 0
        ? 'Set `nanEqual: true` if NaN is right in these places.'
        : 'No tolerance accepts NaN: look at the first of the worst elements, and for overflow of a narrow type or a division by zero before it.',
  }),
  nanExpected: (count: number): Reason => ({
    code: 'NAN_EXPECTED',
    level: 'fail',
    message: `${counted(count)} NaN in the expected output where the actual one is a number.`,
    hint: 'Check that the reference is sound; if so, the target hides a NaN that the source framework gives.',
  }),
  infMismatch: (count: number): Reason => ({
    code: 'INF_MISMATCH',
    level: 'fail',
    message: `${counted(count)} an infinity that stands against something else.`,
    hint: 'No tolerance accepts it: look for overflow (float16 ends at 65504) or another mask value.',
  }),
  boundExceeded: (
    bound: JudgedBound,
    elements: number,
    rule: MismatchRule | undefined,
    needed: Needed | undefined,
    dtype: Dtype,
  ): Reason => ({
    code: 'BOUND_EXCEEDED',
    level: 'fail',
    message: boundMessage(bound, elements, rule),
    hint: boundHint(bound, needed, dtype),
  }),
  outputMissing: (name: string, like: string | undefined): Reason => ({
    code: 'OUTPUT_MISSING',
    level: 'fail',
    message: `The output "${name}" is expected, and the target did not give it.`,
    hint:
      like === undefined
        ? 'Check the outputs that the model declares with `onnx-parity inspect`.'
        : `The target gave "${like}", which looks alike. If it is the same output, name it \`renameOutputs: { ${like}: ${name} }\`.`,
  }),
  outputExtra: (name: string): Reason => ({
    code: 'OUTPUT_EXTRA',
    level: 'fail',
    message: `The target gave the output "${name}", which the reference does not have.`,
    hint: 'Record the reference again if the model has gained an output; else export it without.',
  }),
  outputRenamed: (expected: string, actual: string): Reason => ({
    code: 'OUTPUT_RENAMED',
    level: 'fail',
    message: `The output "${expected}" is missing, and "${actual}" has its dtype, shape and values.`,
    hint: `Export with the name "${expected}", or say that the new name is meant: \`renameOutputs: { ${actual}: ${expected} }\`.`,
  }),
};

/** Three significant digits, in the notation that is shorter to read. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e6) return String(Number(value.toPrecision(3)));
  return shortExponent(value.toExponential(2));
}

/** At most four significant digits, rounded so that the limit printed still passes. */
export function passingText(value: number, lower: boolean): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const rounded = Number(value.toPrecision(4));
  if (rounded === value || (lower ? rounded < value : rounded > value)) return short(rounded);
  const step = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 3);
  const stepped = Number((rounded + (lower ? -step : step)).toPrecision(4));
  return short(stepped);
}

function short(value: number): string {
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e6 ? String(value) : shortExponent(value.toExponential());
}

function shortExponent(text: string): string {
  return text.replace(/\.?0+e/, 'e').replace('e+', 'e');
}

function shapeText(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

function counted(count: number): string {
  return count === 1 ? '1 element holds' : `${count} elements hold`;
}

function shapeHint(expected: Shape, actual: Shape): string {
  const squeezed = (shape: Shape) => shape.filter((length) => length !== 1).join();
  if (squeezed(expected) === squeezed(actual)) {
    return 'They differ in axes of length 1 alone: `squeeze: true` compares them without.';
  }
  const sorted = (shape: Shape) => [...shape].sort((a, b) => a - b).join();
  if (expected.length === actual.length && sorted(expected) === sorted(actual)) {
    return 'The same lengths stand in another order: `transposeActual` compares another layout (NHWC against NCHW is [0, 3, 1, 2]).';
  }
  return 'Check that both sides got the same inputs, and for a dynamic axis that was fixed at export.';
}

function boundMessage(
  { planned, limit, value }: JudgedBound,
  elements: number,
  rule: MismatchRule | undefined,
): string {
  const from = `(from ${planned.from}${planned.profile === undefined ? '' : `, profile ${planned.profile}`})`;
  if (planned.expression !== undefined) {
    const sides =
      value === undefined ? 'it has no value here' : `${numberText(value)} against ${numberText(limit)}`;
    return `\`${planned.expression.text}\` does not hold: ${sides} ${from}.`;
  }
  if (value === undefined)
    return `${planned.metric} is bounded ${from} but cannot be computed for this output.`;
  if (isBudget(planned.metric) && rule !== undefined) {
    const count = planned.metric === 'mismatches' ? value : Math.round(value * elements);
    const allowed = planned.metric === 'mismatches' ? numberText(limit) : `${numberText(limit * 100)} %`;
    const budget = limit === 0 ? '' : `; ${allowed} are allowed`;
    const share = numberText((100 * count) / elements);
    const within =
      rule.atol === 0 && rule.rtol === 0
        ? count === 1
          ? 'differs'
          : 'differ'
        : `${count === 1 ? 'lies' : 'lie'} outside atol ${numberText(rule.atol)} + rtol ${numberText(rule.rtol)}·|expected|`;
    return `${count} of ${elements} elements (${share} %) ${within}${budget} ${from}.`;
  }
  const name = planned.k === undefined ? planned.metric : `top-${planned.k} agreement`;
  const verb = isLowerLimit(planned.metric) ? 'is below' : 'exceeds';
  return `${name} ${numberText(value)} ${verb} ${numberText(limit)} ${from}.`;
}

const NO_LIMIT = 'No finite limit passes: look at the worst elements.';

/** How the right side would have to lie to the value. */
const PASSING = { '<=': 'at least', '<': 'above', '>=': 'at most', '>': 'below' } as const;

function boundHint({ planned, value, limit }: JudgedBound, needed: Needed | undefined, dtype: Dtype): string {
  const { expression } = planned;
  if (value === undefined) return 'Remove the bound for this output, or bound another metric.';
  if (Number.isNaN(limit)) return 'Its right side has no value for this output: change the expression.';
  if (needed === undefined && expression !== undefined && Number.isFinite(value)) {
    const { comparator } = expression;
    return `It holds where the right side is ${PASSING[comparator]} ${passingText(value, comparator.startsWith('>'))}.`;
  }
  if (needed === undefined) return NO_LIMIT;
  if (isBudget(planned.metric) && planned.expression === undefined) {
    const { kind } = DTYPES[dtype];
    if (kind === 'bool' || kind === 'string')
      return `A ${dtype} is right or wrong: look at the first differences.`;
    const ways = [
      ...(needed.atol === undefined
        ? []
        : [`atol ${passingText(fromWire(needed.atol), false)} with this rtol`]),
      ...(needed.rtol === undefined
        ? []
        : [`rtol ${passingText(fromWire(needed.rtol), false)} with this atol`]),
    ];
    if (ways.length === 0) return NO_LIMIT;
    const scope =
      kind === 'float' || kind === 'complex'
        ? ''
        : ' Integers are held to equality unless their dtype or output has a tolerance of its own.';
    return `Smallest that passes: ${ways.join(', or ')}.${scope}`;
  }
  return `Smallest that passes: ${planned.metric} ${passingText(fromWire(needed.value), isLowerLimit(planned.metric))}.`;
}
