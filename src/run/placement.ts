import type { Placement, Reason, Verdict } from '../result/index.ts';
import type { TargetSpec } from '../suite/types.ts';
import { runReason } from './reason-texts.ts';

/** What the placement of the nodes does to the verdict. */
export function judgePlacement(
  placement: Placement,
  fallback: TargetSpec['fallback'],
): { readonly verdict: Verdict; readonly reasons: readonly Reason[] } {
  if (placement.proof === 'none') {
    return { verdict: 'unverified', reasons: [runReason.placementUnproven(placement)] };
  }
  const total = Object.values(placement.nodes).reduce((sum, count) => sum + count, 0);
  const there = placement.nodes[placement.requested] ?? 0;
  // A profile without a node shows that the provider computed nothing; where there is no other, nothing went elsewhere.
  const nothing = total === 0 && placement.proof === 'profile';
  if (there === total && !nothing) return { verdict: 'pass', reasons: [] };
  if (there === 0) return { verdict: 'void', reasons: [runReason.placementElsewhere(placement, 'fail')] };
  if (fallback === 'allow') return { verdict: 'pass', reasons: [] };
  const level = fallback === 'fail' ? 'fail' : 'warn';
  return {
    verdict: fallback === 'fail' ? 'fail' : 'pass',
    reasons: [runReason.placementElsewhere(placement, level)],
  };
}
