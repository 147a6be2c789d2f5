/** The public API: define suites, run them, read results and tensors. */
export { runSuites, type RunSuitesOptions } from './api/run-suites.ts';
export { defineSuite } from './suite/define.ts';
export type { SuiteSpec } from './suite/schema.ts';
export { ParityError } from './errors/index.ts';
export {
  SCHEMA_VERSION,
  fromWire,
  type Bound,
  type Check,
  type Metrics,
  type Needed,
  type Outcome,
  type Placement,
  type Reason,
  type ReasonCode,
  type RunDocument,
  type Status,
  type Summary,
  type Verdict,
  type WireNumber,
  type WorstElement,
} from './result/index.ts';
export { parseRunDocument } from './reporters/json/parse.ts';
export { readTensors } from './formats/index.ts';
export type { Tensor } from './tensor/index.ts';
