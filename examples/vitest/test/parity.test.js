import { runSuites } from 'onnx-parity';
import { expect, test } from 'vitest';

test('the model computes on every runtime what PyTorch computed', async () => {
  expect(await runSuites({ suites: ['thumbnail'] })).toPassParity();
});
