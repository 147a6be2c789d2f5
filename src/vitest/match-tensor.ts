import type { Comparison, ComparePolicy, Tolerance } from '../compare/index.ts';
import { compareTensors, prepareExpressions } from '../compare/index.ts';
import type { Tensor } from '../tensor/index.ts';
import { tensorOf } from './tensor-like.ts';

/** Limits and policy of `toMatchTensor`; without any, the scale-aware defaults judge. */
export type MatchTensorOptions = Tolerance & ComparePolicy;

export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Judges `received` against `expected`; a promise where a bound is written as an expression. */
export function matchTensor(
  received: unknown,
  expected: unknown,
  options: MatchTensorOptions = {},
): MatcherResult | Promise<MatcherResult> {
  const actual = tensorOf(received);
  const reference = tensorOf(expected);
  if (actual === undefined) return refused('received', received);
  if (reference === undefined) return refused('expected', expected);
  if (options.expressions === undefined) return judge(reference, actual, options);
  return prepareExpressions([{ tolerance: options }]).then(() => judge(reference, actual, options));
}

function judge(expected: Tensor, actual: Tensor, options: MatchTensorOptions): MatcherResult {
  const comparison = compareTensors({
    expected,
    actual,
    layers: [{ from: 'output', tolerance: options }],
    policy: options,
    metrics: 'full',
    evidence: 'none',
  });
  const pass = comparison.verdict === 'pass';
  return { pass, message: () => (pass ? passed(comparison) : failed(comparison)) };
}

function refused(side: string, value: unknown): MatcherResult {
  const kind = value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
  return {
    pass: false,
    message: () =>
      `The ${side} value is no tensor but ${kind}.\nGive { dtype, shape, data }, a tensor of onnxruntime, or a typed array.`,
  };
}

function passed({ metrics }: Comparison): string {
  return `The tensors match, and should not: linf ${metrics['linf'] ?? '–'}, utilisation ${metrics['utilisation'] ?? '–'}.`;
}

function failed({ reasons, worst, metrics }: Comparison): string {
  const told = reasons
    .filter(({ level }) => level === 'fail')
    .flatMap(({ message, hint }) => [message, `  ${hint}`]);
  const table = worst.map(
    ({ index, expected, actual, error }) =>
      `  [${index.join(', ')}] expected ${String(expected)}, got ${String(actual)}${error === undefined ? '' : ` (error ${error})`}`,
  );
  const numbers = ['linf', 'mse', 'cosine', 'maxUlp']
    .filter((name) => metrics[name] !== undefined)
    .map((name) => `${name} ${metrics[name]}`);
  return [
    'The tensors do not match.',
    ...told,
    ...(numbers.length > 0 ? [numbers.join(', ')] : []),
    ...(table.length > 0 ? ['Worst elements:', ...table] : []),
  ].join('\n');
}
