import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import type { SuiteInfo } from '../result/index.ts';
import type { Suite } from '../suite/types.ts';

/** The suites as they go into the result; paths relative to the project. */
export function describeSuites(
  suites: readonly Suite[],
  root: string,
  hashes: ReadonlyMap<string, string | null>,
): Promise<readonly SuiteInfo[]> {
  return Promise.all(
    suites.map(async (suite) => ({
      name: suite.name,
      file: suite.file === null ? null : relative(root, suite.file),
      description: suite.description,
      models: await Promise.all(
        suite.models.map(async ({ name, path }) => ({
          name,
          path: relative(root, path),
          sha256: hashes.get(path) ?? null,
          bytes: await stat(path).then(
            ({ size }) => size,
            () => null,
          ),
        })),
      ),
    })),
  );
}
