import type { Check, Growth, WireNumber } from '../../result/index.ts';

/** Gives the checks of the last step the error of their output over all steps. */
export function withGrowth(checks: readonly Check[], steps: number): readonly Check[] {
  const byOutput = new Map<string, (Check | undefined)[]>();
  for (const check of checks) {
    if (check.output === null || check.rollout === undefined) continue;
    const list = byOutput.get(check.output) ?? Array.from<Check | undefined>({ length: steps });
    list[check.rollout.step - 1] = check;
    byOutput.set(check.output, list);
  }
  return checks.map((check) => {
    if (check.evidence === undefined || check.rollout?.step !== steps || steps === 1) return check;
    const growth = growthOf(byOutput.get(check.output ?? '') ?? []);
    return { ...check, evidence: { ...check.evidence, growth } };
  });
}

function growthOf(steps: readonly (Check | undefined)[]): Growth {
  const over = (metric: string): readonly (WireNumber | null)[] =>
    steps.map((check) => check?.metrics[metric] ?? null);
  return { linf: over('linf'), mse: over('mse'), utilisation: over('utilisation') };
}
