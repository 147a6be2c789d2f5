import type { Check, TargetInfo } from '../result/index.ts';
import type { Availability } from '../runtimes/index.ts';
import { probeTargets, type Executor } from '../workers/index.ts';
import { variedTargets } from './features/stability.ts';
import type { Suite, TargetSpec } from '../suite/types.ts';

/** Finds out which targets of the suites work on this host; each provider is probed once. */
export async function meetTargets(
  suites: readonly Suite[],
  executor: Executor,
): Promise<ReadonlyMap<string, TargetInfo>> {
  const specs = new Map<string, TargetSpec>();
  for (const { targets, cases } of suites) {
    for (const target of [...targets, ...variedTargets(targets, cases)]) specs.set(target.name, target);
  }
  const providers = new Set([...specs.values()].map((spec) => providerOf(spec)));
  const found = await probeTargets([...providers], { executor, trustBuiltIn: true });
  return new Map([...specs].map(([name, spec]) => [name, describe(spec, found.get(providerOf(spec)))]));
}

/** A target that was not tried out before the run, and then turned out not to work, is told as unavailable. */
export function correctTargets(
  targets: readonly TargetInfo[],
  checks: readonly Check[],
): readonly TargetInfo[] {
  const broken = new Map(
    checks
      .filter(({ status, reasons }) => status === 'unavailable' && reasons[0]?.code === 'TARGET_UNAVAILABLE')
      .map(({ target, reasons }) => [target, reasons[0]]),
  );
  return targets.map((info) => {
    if (!info.available || !broken.has(info.name)) return info;
    const reason = broken.get(info.name);
    return { ...info, available: false, ...(reason === undefined ? {} : { reason }) };
  });
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
