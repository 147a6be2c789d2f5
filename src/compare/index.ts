/** The comparison engine: two tensors and layers of tolerance in, numbers and a verdict out. Pure: no files, no clock. */
export * from './types.ts';
export { compareSources, compareTensors } from './compare-tensors.ts';
export type { SourceRequest } from './compare-tensors.ts';
export type { ChunkSource } from './chunk-source.ts';
export { sourceOf } from './chunk-source.ts';
export { pairOutputs } from './pair-outputs.ts';
export { compileExpression, prepareExpressions } from './expressions/prepared.ts';
export { FACTS } from './expressions/names.ts';
export { METRICS, metricNamed } from './metrics/index.ts';
export type { MetricDefinition } from './metrics/index.ts';
export { PROFILES } from './bounds/profiles.ts';
export type { Profile } from './bounds/profiles.ts';
export { ULP_RULES } from './bounds/ulp-for.ts';
export { DEFAULT_FACTORS } from './bounds/default-factors.ts';
export { checkTolerance } from './bounds/plan.ts';
