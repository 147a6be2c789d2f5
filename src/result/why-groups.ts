/** Checks by the reason of how they ended: hundreds of checks of one folder often have a handful of causes. */
import type { Check } from './document.ts';
import type { ReasonCode } from './reasons.ts';
import { failing, headlineOf } from './reading.ts';
import { whyText } from './wording.ts';

export interface WhyGroup {
  /** Verdict, or status where nothing was judged. */
  readonly headline: string;
  /** `null` where no reason was recorded. */
  readonly code: ReasonCode | null;
  readonly count: number;
  readonly byTarget: ReadonlyMap<string, number>;
  /** In the words of its first check. */
  readonly example: string;
}

/** Most checks first. */
export function whyGroups(checks: readonly Check[]): readonly WhyGroup[] {
  const groups = new Map<string, WhyGroup & { count: number; byTarget: Map<string, number> }>();
  for (const check of checks) {
    const code = failing(check)[0]?.code ?? check.reasons[0]?.code ?? null;
    const name = `${headlineOf(check)} ${code ?? ''}`;
    const group = groups.get(name) ?? {
      headline: headlineOf(check),
      code,
      count: 0,
      byTarget: new Map<string, number>(),
      example: whyText(check),
    };
    group.count += 1;
    group.byTarget.set(check.target, (group.byTarget.get(check.target) ?? 0) + 1);
    groups.set(name, group);
  }
  return [...groups.values()].toSorted((left, right) => right.count - left.count);
}
