/** Lint: what the graph shows before it runs. */
import type { Model } from '../model.ts';
import { autoPad } from './auto-pad.ts';
import { batchFixed } from './batch-fixed.ts';
import { castNarrowing } from './cast-narrowing.ts';
import { createContext } from './context.ts';
import { doubleLeft } from './double-left.ts';
import { epsilon } from './epsilon.ts';
import { float16Constant } from './float16-constant.ts';
import { float16Overflow } from './float16-overflow.ts';
import { inputLayout } from './input-layout.ts';
import { inputUnused } from './input-unused.ts';
import { integerDivision } from './integer-division.ts';
import { ioNames } from './io-names.ts';
import { irNew } from './ir-new.ts';
import { maskInfinite } from './mask-infinite.ts';
import { opsetNew } from './opset-new.ts';
import { outputActivation } from './output-activation.ts';
import { outputsAlike } from './outputs-alike.ts';
import { poolEdges } from './pool-edges.ts';
import { quantSaturation } from './quant-saturation.ts';
import { randomOp } from './random-op.ts';
import { rankingOutput } from './ranking-output.ts';
import { resizeLegacy } from './resize-legacy.ts';
import { rnnState } from './rnn-state.ts';
import { ONNXRUNTIME_1_30 } from './rule.ts';
import type { LintFinding, LintOptions, LintRule } from './rule.ts';
import { scatterDuplicates } from './scatter-duplicates.ts';
import { shapeBaked } from './shape-baked.ts';
import { softmaxLegacy } from './softmax-legacy.ts';
import { trainingMode } from './training-mode.ts';

/** Every rule, most severe first; the docs are made from it. */
export const LINT_RULES: readonly LintRule[] = [
  trainingMode,
  opsetNew,
  irNew,
  inputUnused,
  shapeBaked,
  autoPad,
  resizeLegacy,
  softmaxLegacy,
  randomOp,
  float16Overflow,
  float16Constant,
  doubleLeft,
  castNarrowing,
  integerDivision,
  quantSaturation,
  scatterDuplicates,
  epsilon,
  rnnState,
  outputActivation,
  inputLayout,
  rankingOutput,
  outputsAlike,
  maskInfinite,
  poolEdges,
  batchFixed,
  ioNames,
];

/** Applies every rule; weights are not read, so a model of any size takes milliseconds. */
export function lint(model: Model, options: LintOptions = {}): LintFinding[] {
  const context = createContext(model, options.runtime ?? ONNXRUNTIME_1_30);
  const findings = LINT_RULES.map(({ find, code, title, why, severity }) => ({
    code,
    title,
    why,
    severity,
    places: [...find(context)],
  }));
  return findings.filter(({ places }) => places.length > 0);
}
