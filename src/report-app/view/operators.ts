/** The operator that a test of the ONNX backend suite is of: its folder says it, as `test_reduce_sum_keepdims` does. */
import type { Check } from '../../result/document.ts';
import type { Row, RunView } from './rows.ts';
import { groupBy } from './rows.ts';

/** Operators of ONNX 1.20 with all their domains; names of tests are these in lower case, words apart by `_` or not. */
const OPERATORS =
  'Abs Acos Acosh Adagrad Adam Add AffineGrid And ArgMax ArgMin ArrayFeatureExtractor Asin Asinh Atan Atanh Attention AveragePool BatchNormalization Bernoulli Binarizer BitCast BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor BlackmanWindow Cast CastLike CastMap CategoryMapper CausalConvWithState Ceil Celu CenterCropPad Clip Col2Im Compress Concat ConcatFromSequence Constant ConstantOfShape Conv ConvInteger ConvTranspose Cos Cosh CumProd CumSum DFT DeformConv DepthToSpace DequantizeLinear Det DictVectorizer Div Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand EyeLike FeatureVectorizer Flatten FlexAttention Floor GRU Gather GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool Gradient Greater GreaterOrEqual GridSample GroupNormalization HammingWindow HannWindow HardSigmoid HardSwish Hardmax Identity If ImageDecoder Imputer InstanceNormalization IsInf IsNaN LRN LSTM LabelEncoder LayerNormalization LeakyRelu Less LessOrEqual LinearAttention LinearClassifier LinearRegressor Log LogSoftmax Loop LpNormalization LpPool MatMul MatMulInteger Max MaxPool MaxRoiPool MaxUnpool Mean MeanVarianceNormalization MelWeightMatrix Min Mish Mod Momentum Mul Multinomial Neg NegativeLogLikelihoodLoss NonMaxSuppression NonZero Normalizer Not OneHot OneHotEncoder Optional OptionalGetElement OptionalHasElement Or PRelu Pad Pow QLinearConv QLinearMatMul QuantizeLinear RMSNormalization RNN RandomNormal RandomNormalLike RandomUniform RandomUniformLike Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare RegexFullMatch Relu Reshape Resize ReverseSequence RoiAlign RotaryEmbedding Round STFT SVMClassifier SVMRegressor Scaler Scan Scatter ScatterElements ScatterND Selu SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength SequenceMap Shape Shrink Sigmoid Sign Sin Sinh Size Slice Softmax SoftmaxCrossEntropyLoss Softplus Softsign SpaceToDepth Split SplitToSequence Sqrt Squeeze StringConcat StringNormalizer StringSplit Sub Sum SwiGLU Swish Tan Tanh TensorScatter TfIdfVectorizer ThresholdedRelu Tile TopK Transpose TreeEnsemble TreeEnsembleClassifier TreeEnsembleRegressor Trilu Unique Unsqueeze Upsample Where Xor ZipMap';

/** Tests that are named otherwise. */
const ALIASES: readonly (readonly [test: string, operator: string])[] = [
  ['sce', 'SoftmaxCrossEntropyLoss'],
  ['nllloss', 'NegativeLogLikelihoodLoss'],
  ['nesterovmomentum', 'Momentum'],
  ['batchnorm', 'BatchNormalization'],
  ['mvn', 'MeanVarianceNormalization'],
  ['strnormalizer', 'StringNormalizer'],
  ['l1normalization', 'LpNormalization'],
  ['l2normalization', 'LpNormalization'],
  ['tril', 'Trilu'],
  ['triu', 'Trilu'],
  ['greaterequal', 'GreaterOrEqual'],
  ['lessequal', 'LessOrEqual'],
  ['edgepad', 'Pad'],
  ['reflectpad', 'Pad'],
  ['constantpad', 'Pad'],
  ['wrappad', 'Pad'],
  ['basicconv', 'Conv'],
  ['basicdeformconv', 'DeformConv'],
  ['simplernn', 'RNN'],
  ['trainingdropout', 'Dropout'],
  ['identitysequence', 'Identity'],
];

const BY_NAME: ReadonlyMap<string, string> = new Map([
  ...OPERATORS.split(' ').map((operator) => [operator.toLowerCase(), operator] as const),
  ...ALIASES,
]);

/** The longest name of an operator at the start of a test's folder; its first word where none is known. */
export function operatorOf(model: string): string {
  const folder = model.split('/').findLast((part) => part.startsWith('test_')) ?? model;
  const words = folder
    .replace(/^test_/, '')
    .replace(/^(ai_onnx_ml_|training_(?!dropout))/, '')
    .split('_');
  for (let count = words.length; count > 0; count--) {
    const name = words.slice(0, count).join('').toLowerCase();
    // `and2d`, `loop11`: an operator with its rank or version.
    const found = BY_NAME.get(name) ?? BY_NAME.get(name.replace(/\d+d?$/, ''));
    if (found !== undefined) return found;
  }
  return words[0] ?? folder;
}

/** Whether a check comes from a folder in the layout of the ONNX backend tests. */
function isBackendCase({ case: name }: Check): boolean {
  return /(^|\/)test_data_set_\d+$/.test(name);
}

export function hasOperators({ rows }: RunView): boolean {
  return rows.some(({ check }) => isBackendCase(check));
}

/** Cases that ended otherwise than passed, excused or not. */
export function notPassed({ rows }: RunView): readonly Check[] {
  return rows.flatMap(({ check, standing }) =>
    standing !== 'passed' && isBackendCase(check) ? [check] : [],
  );
}

export type OperatorsBy = 'operator' | 'element type' | 'both';

export interface Tally {
  readonly passed: number;
  readonly unsupported: number;
  /** Everything else that ended otherwise: failed, void, unverified, crashed … */
  readonly failed: number;
}

export interface OperatorLine {
  readonly operator: string | null;
  readonly dtype: string | null;
  readonly byTarget: ReadonlyMap<string, Tally>;
}

/** By name; with `both` each operator's element types follow each other. */
export function operatorLines({ rows }: RunView, by: OperatorsBy): readonly OperatorLine[] {
  const backend = rows.filter(({ check }) => isBackendCase(check));
  const operator = (row: Row): string | null => (by === 'element type' ? null : operatorOf(row.check.model));
  const dtype = (row: Row): string | null => (by === 'operator' ? null : (row.check.dtype ?? 'unknown'));
  const groups = groupBy(backend, (row) => JSON.stringify([operator(row), dtype(row)]));
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const targets = groupBy(group, ({ check }) => check.target);
      return [
        {
          operator: operator(first),
          dtype: dtype(first),
          byTarget: new Map([...targets].map(([target, of]) => [target, tallyOf(of)])),
        },
      ];
    })
    .toSorted((left, right) => compareNames(left, right));
}

function tallyOf(rows: readonly Row[]): Tally {
  const passed = rows.filter(({ standing }) => standing === 'passed').length;
  const unsupported = rows.filter(({ check }) => check.status === 'unsupported').length;
  return { passed, unsupported, failed: rows.length - passed - unsupported };
}

function compareNames(left: OperatorLine, right: OperatorLine): number {
  const names = ({ operator, dtype }: OperatorLine): string => `${operator ?? ''}\n${dtype ?? ''}`;
  return collator.compare(names(left), names(right));
}

const collator = new Intl.Collator('en', { numeric: true });
