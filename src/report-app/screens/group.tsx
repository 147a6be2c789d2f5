import { useMemo } from 'preact/hooks';
import { addressOf, checksAddress } from '../address.ts';
import { Name } from '../parts/name.tsx';
import { TrendTable } from '../parts/trend-table.tsx';
import { useHistory } from '../view/context.ts';
import { filterToken } from '../view/filter.ts';
import type { HistoryView } from '../view/history.ts';
import { trendOf, type Trend } from '../view/trends.ts';
import { NowhereScreen } from './nowhere.tsx';

/** The checks of one suite on one target over the stored runs: those that moved first. */
export function GroupScreen({ suite, target }: { readonly suite: string; readonly target: string }) {
  const history = useHistory();
  const trends = useMemo(
    () => (history === null ? [] : trendsOf(history, suite, target)),
    [history, suite, target],
  );
  if (history === null) return <p role="status">Unpacking the history …</p>;
  if (trends.length === 0) return <NowhereScreen what={`${suite} on ${target}`} />;
  return (
    <div class="screen">
      <section>
        <p class="crumbs">
          <a href={addressOf({ screen: 'trends' })}>Trends</a> /{' '}
          <a href={addressOf({ screen: 'suite', suite })}>
            <Name text={suite} />
          </a>
        </p>
        <h1>
          <Name text={suite} />
          <span class="on-target">
            on <Name text={target} />
          </span>
        </h1>
        <p class="quiet">
          <a href={checksAddress(`${filterToken('suite', suite)} ${filterToken('target', target)}`)}>
            Its checks in this run
          </a>
        </p>
      </section>
      <TrendTable title="Checks" history={history} trends={trends} apart={false} />
    </div>
  );
}

function trendsOf(history: HistoryView, suite: string, target: string): readonly Trend[] {
  const found: Trend[] = [];
  for (let check = 0; check < history.checks; check++) {
    const key = history.keyOf(check);
    if (key.suite === suite && key.target === target) found.push(trendOf(history, check));
  }
  return found.toSorted(
    (left, right) =>
      history.marksOf(right.check).length - history.marksOf(left.check).length ||
      lateUse(right) - lateUse(left),
  );
}

function lateUse({ cells }: Trend): number {
  const used = cells.findLast((cell) => cell !== null)?.utilisation ?? -1;
  return Math.min(used, Number.MAX_VALUE);
}
