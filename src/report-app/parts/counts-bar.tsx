import type { Standing } from '../../result/reading.ts';
import { checksAddress } from '../address.ts';
import { useRun } from '../view/context.ts';
import type { Row } from '../view/rows.ts';
import { Mark, standingClass } from './standing.tsx';

const ORDER: readonly Standing[] = ['failed', 'void', 'unverified', 'not run', 'skipped', 'passed'];

const WORDS: Readonly<Record<Standing, string>> = {
  failed: 'failed',
  void: 'void',
  unverified: 'unverified',
  'not run': 'not run',
  skipped: 'not run, optional',
  passed: 'passed',
};

/** Shares of the standings as one bar, and the counts as links to the checks behind them. */
export function CountsBar() {
  const { rows } = useRun();
  const counts = countStandings(rows);
  const present = ORDER.filter((standing) => (counts.get(standing) ?? 0) > 0);
  return (
    <>
      <div class="counts-bar" aria-hidden="true">
        {present.map((standing) => (
          <span
            key={standing}
            class={standingClass(standing)}
            style={{ flexGrow: String(counts.get(standing) ?? 0) }}
          />
        ))}
      </div>
      <ul class="counts">
        {present.map((standing) => (
          <li key={standing}>
            <a href={checksAddress(`verdict:${standing.replace(' ', '-')}`)}>
              <Mark standing={standing} />
              <strong>{counts.get(standing)}</strong> {WORDS[standing]}
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

function countStandings(rows: readonly Row[]): ReadonlyMap<Standing, number> {
  const counts = new Map<Standing, number>();
  for (const { standing } of rows) counts.set(standing, (counts.get(standing) ?? 0) + 1);
  return counts;
}
