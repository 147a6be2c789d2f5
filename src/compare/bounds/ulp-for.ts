/** ULP limits by operator and shape, as the WebNN conformance tests derive them. Source: web-platform-tests/wpt, webnn/resources/utils.js. */
import { compareError } from '../../errors/catalogue/compare.ts';

type Parameters = Readonly<Record<string, unknown>>;

interface UlpRule {
  /** Parameters it needs, each a positive number. */
  readonly needs: readonly string[];
  readonly optional?: readonly string[];
  readonly limit: (of: (parameter: string) => number) => number;
}

const constant = (ulp: number): UlpRule => ({ needs: [], limit: () => ulp });
/** n: elements that one output element is reduced from. */
const perElement = (factor: number, plus: number): UlpRule => ({
  needs: ['n'],
  limit: (of) => factor * of('n') + plus,
});
/** Kernel height and width, input channels; groups 1 by default. */
const convolution: UlpRule = {
  needs: ['kh', 'kw', 'channels'],
  optional: ['groups'],
  limit: (of) => 2 * of('kh') * of('kw') * (of('channels') / of('groups')),
};

export const ULP_RULES: Readonly<Record<string, UlpRule>> = {
  abs: constant(0),
  ceil: constant(0),
  floor: constant(0),
  neg: constant(0),
  identity: constant(0),
  sign: constant(0),
  relu: constant(0),
  clip: constant(0),
  max: constant(0),
  min: constant(0),
  add: constant(1),
  sub: constant(1),
  mul: constant(1),
  div: constant(2),
  pow: constant(32),
  exp: constant(32),
  sqrt: constant(1),
  reciprocal: constant(2),
  tan: constant(4),
  sigmoid: constant(34),
  leakyrelu: constant(1),
  prelu: constant(1),
  elu: constant(18),
  gelu: constant(18),
  softplus: constant(18),
  softsign: constant(3),
  hardsigmoid: constant(2),
  hardswish: constant(4),
  tanh: constant(44),
  batchnormalization: constant(6),
  instancenormalization: constant(840),
  /** k: length of the axis summed over. */
  matmul: { needs: ['k'], limit: (of) => 2 * of('k') },
  gemm: { needs: ['k'], limit: (of) => 2 * of('k') + 3 },
  conv: convolution,
  convtranspose: convolution,
  softmax: perElement(3, 3),
  reducesum: perElement(1, 0),
  reducemean: perElement(1, 2),
  reduceprod: perElement(1, 0),
  reducel1: perElement(1, 0),
  reducel2: perElement(2, 2),
  reducelogsum: perElement(1, 18),
  reducelogsumexp: perElement(2, 18),
  reducesumsquare: perElement(2, 0),
  reducemax: constant(0),
  reducemin: constant(0),
  averagepool: { needs: ['kh', 'kw'], limit: (of) => of('kh') * of('kw') + 2 },
  maxpool: constant(0),
};

/** The limit on `maxUlp` for `{ op, … }`; throws a ParityError for an unknown operator or a missing parameter. */
export function ulpLimit(spec: { readonly op: string } & Parameters): number {
  const rule = Object.hasOwn(ULP_RULES, spec.op.toLowerCase())
    ? ULP_RULES[spec.op.toLowerCase()]!
    : undefined;
  if (rule === undefined) {
    throw compareError('ULP_OPERATOR_UNKNOWN', { op: spec.op, known: Object.keys(ULP_RULES).join(', ') });
  }
  return rule.limit((parameter) => numberOf(spec, parameter, rule));
}

function numberOf(spec: { readonly op: string } & Parameters, parameter: string, rule: UlpRule): number {
  const value = spec[parameter];
  if (value === undefined && rule.optional?.includes(parameter)) return 1;
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw compareError('ULP_PARAMETER_MISSING', { op: spec.op, parameter, needs: rule.needs.join(', ') });
}
