import { relative } from 'node:path';
import { statOf } from '../formats/byte-source.ts';
import type { SuiteInfo } from '../result/index.ts';
import type { Suite } from '../suite/types.ts';

/** The suites as they go into the result; paths relative to the project. */
export function describeSuites(
  suites: readonly Suite[],
  root: string,
  hashes: ReadonlyMap<string, string | null>,
): readonly SuiteInfo[] {
  return suites.map((suite) => ({
    name: suite.name,
    file: suite.file === null ? null : relative(root, suite.file),
    description: suite.description,
    models: suite.models.map(({ name, path }) => ({
      name,
      path: relative(root, path),
      sha256: hashes.get(path) ?? null,
      bytes: statOf(path)?.size ?? null,
    })),
  }));
}
