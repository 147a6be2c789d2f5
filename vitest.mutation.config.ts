import { defineConfig } from 'vitest/config';

/**
 * What Stryker runs for each mutant of src/compare: the tests that judge it, without building anything. The kernel and
 * its glue are left to test/compare/measure-kernel.test.ts, which holds them to the code that is mutated here.
 */
export default defineConfig({
  test: {
    include: ['test/compare/**/*.test.ts', 'test/vitest/**/*.test.ts'],
    exclude: ['test/compare/measure-kernel.test.ts'],
    setupFiles: ['test/compare/mutation-setup.ts'],
    // A mutant is loaded once and not once for each file.
    isolate: false,
    testTimeout: 60_000,
  },
});
