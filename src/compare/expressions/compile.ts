/** Bounds that users write: one comparison of arithmetic over metrics and facts. Everything else that mathjs can do is refused. */
import { compareError } from '../../errors/catalogue/compare.ts';
import type { MathNode } from './math-node.ts';
import { FUNCTIONS, isKnownName, METRIC_NAMES, namesLike } from './names.ts';

export type Comparator = '<=' | '<' | '>=' | '>';

/** Values of metrics and facts by name. */
export type Values = Map<string, number>;

export interface CompiledExpression {
  readonly text: string;
  readonly comparator: Comparator;
  /** Set where the left side is one metric: then the bound is one on this metric. */
  readonly metric?: string;
  /** Every metric that it names. */
  readonly metrics: readonly string[];
  /** NaN where the result is not a real number. */
  readonly left: (values: Values) => number;
  readonly right: (values: Values) => number;
}

const COMPARATORS: ReadonlySet<string> = new Set<Comparator>(['<=', '<', '>=', '>']);
const ARITHMETIC: ReadonlySet<string> = new Set(['+', '-', '*', '/', '^']);
const MAX_LENGTH = 1000;

/** Compiles one expression; throws a ParityError that names it and the position of what is wrong. */
export function compileWith(parse: (text: string) => MathNode, text: string): CompiledExpression {
  const root = parsed(parse, text);
  const comparison = unwrap(root);
  const { op = '', args = [] } = comparison;
  if (comparison.type !== 'OperatorNode' || !COMPARATORS.has(op) || args.length !== 2) {
    throw invalid(text, 'it must be one comparison with <=, <, >= or >', 1);
  }
  const [left, right] = args as [MathNode, MathNode];
  const names = new Set<string>();
  check(left, text, names);
  check(right, text, names);
  const metrics = [...names].filter((name) => METRIC_NAMES.has(name));
  if (metrics.length === 0) throw invalid(text, 'it names no metric', 1);
  const leftName = unwrap(left).name;
  return {
    text,
    comparator: op as Comparator,
    ...(unwrap(left).type === 'SymbolNode' && METRIC_NAMES.has(leftName!) ? { metric: leftName! } : {}),
    metrics,
    left: evaluator(left),
    right: evaluator(right),
  };
}

function parsed(parse: (text: string) => MathNode, text: string): MathNode {
  if (text.length > MAX_LENGTH)
    throw invalid(text.slice(0, 60), `it is longer than ${MAX_LENGTH} characters`, MAX_LENGTH);
  if (text.trim() === '') throw invalid(text, 'it is empty', 1);
  try {
    return parse(text);
  } catch (error) {
    const position = (error as { char?: unknown }).char;
    const problem =
      error instanceof Error ? error.message.replace(/ \(char \d+\)$/, '') : 'it cannot be read';
    throw invalid(text, problem, typeof position === 'number' ? position : 1, error);
  }
}

/** Walks the tree and collects the names; refuses whatever is not arithmetic. */
function check(node: MathNode, text: string, names: Set<string>): void {
  switch (node.type) {
    case 'ParenthesisNode':
      return check(node.content!, text, names);
    case 'ConstantNode':
      if (typeof node.value === 'number' && Number.isFinite(node.value)) return;
      throw invalid(text, `${node.toString()} is not a number`, positionOf(node.toString(), text));
    case 'SymbolNode':
      return checkName(node.name!, text, names);
    case 'OperatorNode':
      if (!ARITHMETIC.has(node.op!) || node.implicit === true) break;
      for (const part of node.args!) check(part, text, names);
      return;
    case 'FunctionNode': {
      const name =
        typeof node.fn === 'string' ? node.fn : node.fn?.type === 'SymbolNode' ? node.fn.name! : '';
      if (!FUNCTIONS.has(name)) {
        throw invalid(text, `the function ${name || node.toString()} is not allowed`, positionOf(name, text));
      }
      checkArity(name, node.args!.length, text);
      for (const part of node.args!) check(part, text, names);
      return;
    }
  }
  throw invalid(text, `\`${node.toString()}\` is not allowed`, positionOf(node.toString(), text));
}

function checkArity(name: string, given: number, text: string): void {
  const right = name === 'min' || name === 'max' ? given >= 1 : given === (name === 'pow' ? 2 : 1);
  if (right) return;
  throw invalid(text, `${name} does not take ${given} arguments`, positionOf(name, text));
}

function checkName(name: string, text: string, names: Set<string>): void {
  if (isKnownName(name)) {
    names.add(name);
    return;
  }
  const like = namesLike(name);
  throw compareError('EXPRESSION_UNKNOWN_NAME', {
    expression: text,
    name,
    position: positionOf(name, text),
    near: like.length > 0 ? `Did you mean ${like.join(', ')}?` : 'docs/metrics.md lists the names.',
  });
}

function unwrap(node: MathNode): MathNode {
  return node.type === 'ParenthesisNode' ? unwrap(node.content!) : node;
}

/** 1-based; mathjs keeps no positions in its tree, so that the text is searched. */
function positionOf(fragment: string, text: string): number {
  return Math.max(0, text.indexOf(fragment)) + 1;
}

function invalid(expression: string, problem: string, position: number, cause?: unknown) {
  return compareError('EXPRESSION_INVALID', { expression, problem, position }, cause);
}

/** mathjs gives a complex number for √−1 and the like: that is no limit. */
function evaluator(node: MathNode): (values: Values) => number {
  const code = node.compile();
  return (values) => {
    const result = code.evaluate(new Map(values));
    return typeof result === 'number' ? result : NaN;
  };
}
