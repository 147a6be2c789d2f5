export type { ExternalDataFile } from './external.ts';
export { checkExternalData } from './external.ts';
export type { ExposedModel } from './expose.ts';
export { exposeOutputs } from './expose.ts';
export { findFusions, type Fusion, type GraphChanges, type OpCount } from './fusions.ts';
export type { Model, PlacedNode } from './model.ts';
export { opsetOf, walkNodes, walkTensors } from './model.ts';
export { readModel, readModelBytes } from './read-model.ts';
export { modelSha256 } from './sha256.ts';
export type { ModelSummary } from './summary.ts';
export { summarise } from './summary.ts';
export type { TestDataSet } from './test-data.ts';
export { readTestDataSet } from './test-data.ts';
export type { DeclaredLength, DeclaredTypes, DeclaredValue } from './types.ts';
export { declaredTypes } from './types.ts';
export { readWeight } from './weights.ts';
export { lint, LINT_RULES } from './lint/index.ts';
export type {
  LintFinding,
  LintOptions,
  LintPlace,
  LintRule,
  LintSeverity,
  RuntimeLimits,
} from './lint/rule.ts';
export { ONNXRUNTIME_1_30 } from './lint/rule.ts';
