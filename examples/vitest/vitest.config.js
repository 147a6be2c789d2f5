import { defineConfig } from 'vitest/config';

// Forks: onnxruntime-node tells typed arrays by identity, which worker threads break.
export default defineConfig({
  test: { pool: 'forks', setupFiles: ['onnx-parity/vitest'], testTimeout: 60_000 },
});
