import type { Check, Growth, WireNumber } from '../../result/index.ts';

/** Gives the last step that was compared, for each output, the error of that output over all steps. */
export function withGrowth(checks: readonly Check[], steps: number): readonly Check[] {
  if (steps === 1) return checks;
  const byOutput = new Map<string, (Check | undefined)[]>();
  for (const check of checks) {
    if (check.output === null || check.rollout === undefined) continue;
    const list = byOutput.get(check.output) ?? Array.from<Check | undefined>({ length: steps });
    list[check.rollout.step - 1] = check;
    byOutput.set(check.output, list);
  }
  return checks.map((check) => {
    const own = byOutput.get(check.output ?? '') ?? [];
    const last = own.findLast((step) => step?.evidence !== undefined);
    if (check.evidence === undefined || check !== last) return check;
    return { ...check, evidence: { ...check.evidence, growth: growthOf(own) } };
  });
}

function growthOf(steps: readonly (Check | undefined)[]): Growth {
  const over = (metric: string): readonly (WireNumber | null)[] =>
    steps.map((check) => check?.metrics[metric] ?? null);
  return { linf: over('linf'), mse: over('mse'), utilisation: over('utilisation') };
}
