import type { TargetInfo } from '../result/index.ts';
import type { Availability } from '../runtimes/index.ts';
import { probeTargets, type Executor } from '../workers/index.ts';
import type { Suite, TargetSpec } from '../suite/types.ts';

/** Finds out which targets of the suites work on this host; each provider is probed once. */
export async function meetTargets(
  suites: readonly Suite[],
  executor: Executor,
): Promise<ReadonlyMap<string, TargetInfo>> {
  const specs = new Map<string, TargetSpec>();
  for (const target of suites.flatMap((suite) => suite.targets)) specs.set(target.name, target);
  const providers = new Set([...specs.values()].map((spec) => providerOf(spec)));
  const found = await probeTargets([...providers], { executor });
  return new Map([...specs].map(([name, spec]) => [name, describe(spec, found.get(providerOf(spec)))]));
}

function providerOf(spec: TargetSpec): string {
  return `${spec.runtime}/${spec.provider}`;
}

function describe(spec: TargetSpec, found: Availability | undefined): TargetInfo {
  return {
    name: spec.name,
    runtime: spec.runtime,
    runtimeVersion: found?.runtimeVersion ?? null,
    provider: spec.provider,
    available: found?.available ?? false,
    options: { ...spec.options },
    ...(found !== undefined && !found.available ? { reason: found.reason } : {}),
  };
}
