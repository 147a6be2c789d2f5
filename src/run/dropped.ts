import type { Check } from '../result/index.ts';
import type { Suite } from '../suite/types.ts';
import type { Reproduce } from './check.ts';
import { runReason } from './reason-texts.ts';

/** Goldens that no case asks for any more: a case that vanished from a suite file must not vanish from the gate. */
export async function droppedCases(
  suites: readonly Suite[],
  reproduce: Reproduce,
): Promise<readonly Check[]> {
  const found = await Promise.all(suites.map((suite) => droppedOf(suite, reproduce)));
  return found.flat();
}

async function droppedOf(suite: Suite, reproduce: Reproduce): Promise<readonly Check[]> {
  const planned = new Set(suite.cases.map((item) => item.name));
  const { goldenCases } = await import('../sources/golden/store.ts');
  const stored = await goldenCases(suite);
  return stored
    .filter((name) => !planned.has(name))
    .map((name) => ({
      suite: suite.name,
      model: suite.models[0]?.name ?? '',
      modelSha256: null,
      case: name,
      target: suite.targets[0]?.name ?? '',
      output: null,
      dtype: null,
      shape: null,
      optional: false,
      status: 'error' as const,
      verdict: null,
      outcome: 'removed' as const,
      metrics: {},
      bounds: [],
      needed: [],
      worst: [],
      placement: null,
      golden: { state: 'fresh' as const },
      reproduce: reproduce({ suite: suite.name }),
      reasons: [runReason.caseDropped(suite.name, name, 'it has a golden, but the suite no longer lists it')],
      timing: null,
    }));
}
