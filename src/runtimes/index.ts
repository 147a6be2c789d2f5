export { admit, factsOfFile, readFacts, type ModelFacts } from './admission.ts';
export { packageVersion } from './package-version.ts';
export { findTarget, RUNTIMES, targetNames, type ProviderEntry, type RuntimeEntry } from './registry.ts';
export {
  RuntimeFailure,
  type Availability,
  type ModelToLoad,
  type Runtime,
  type Session,
  type ValueInfo,
} from './types.ts';
