/** Runs of any size, for what must stay fast. */
import type { RunDocument } from '../../src/result/document.ts';
import { createEvidence } from './evidence.ts';
import { createRandom } from './random.ts';
import { createCheck, createFailure, createRun } from './run-document.ts';

/** `count` checks over many suites; one in fifty fails, and each failure has full evidence. */
export function createCrowd(count: number): RunDocument {
  const random = createRandom(11);
  const evidence = createEvidence({ rows: 64, columns: 64, noise: 2e-6, fault: 3e-4 });
  const checks = Array.from({ length: count }, (_, index) => {
    const names = {
      suite: `suite-${Math.floor(index / 250)}`,
      model: `model-${Math.floor(index / 50) % 5}`,
      case: `case ${index % 50}`,
      target: ['ort-node/cpu', 'ort-web/wasm', 'ort-node/webgpu'][index % 3] ?? '',
      output: 'logits',
    };
    const linf = 10 ** (-8 + 3.5 * random());
    if (index % 50 === 49) return createFailure({ ...names, evidence });
    const { histogram, expected, actual } = evidence;
    return createCheck({
      ...names,
      metrics: { ...createCheck().metrics, linf, mse: linf ** 2 / 7, utilisation: linf / 1e-4 },
      ...(histogram === undefined ? {} : { evidence: { expected, actual, histogram } }),
    });
  });
  return createRun({ checks, exitCode: 1 });
}
