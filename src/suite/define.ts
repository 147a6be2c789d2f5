import type { SuiteSpec } from './schema.ts';

/** Gives a suite written in TypeScript its types: `export default defineSuite({ … })`. */
export function defineSuite(spec: SuiteSpec): SuiteSpec {
  return spec;
}
