import { defineConfig } from 'vitest/config';

// What Stryker runs for each mutant of src/compare: the fast tests that judge it, without building anything.
export default defineConfig({
  test: {
    include: ['test/compare/**/*.test.ts', 'test/vitest/**/*.test.ts'],
    exclude: ['test/compare/measure-kernel.test.ts'],
    testTimeout: 60_000,
  },
});
