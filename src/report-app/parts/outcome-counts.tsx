import type { Outcome } from '../../result/document.ts';
import { checksAddress } from '../address.ts';
import { useRun } from '../view/context.ts';
import { Name } from './name.tsx';

/** How many checks stand how against what the run was held against, as links. */
export function OutcomeCounts() {
  const { document, rows } = useRun();
  if (document.against === undefined) return null;
  const counts = new Map<Outcome, number>();
  for (const { check } of rows) counts.set(check.outcome, (counts.get(check.outcome) ?? 0) + 1);
  return (
    <p class="outcomes">
      <span class="quiet">
        Against <Name text={document.against.name} />:
      </span>
      {OUTCOMES.filter((outcome) => counts.has(outcome)).map((outcome) => (
        <a
          key={outcome}
          class={`outcome outcome-${outcome.replace(' ', '-')}`}
          href={checksAddress(`outcome:${outcome.replace(' ', '-')}`)}
        >
          <strong>{counts.get(outcome)}</strong> {outcome}
        </a>
      ))}
    </p>
  );
}

const OUTCOMES: readonly Outcome[] = [
  'regressed',
  'removed',
  'flaky',
  'known failure',
  'new',
  'fixed',
  'improved',
  'unchanged',
];
