import { useMemo } from 'preact/hooks';
import { addressOf } from '../address.ts';
import { TrendTable } from '../parts/trend-table.tsx';
import { useHistory, useRun } from '../view/context.ts';
import { flakyTrends } from '../view/trends.ts';

/** Which checks come and go without anyone changing anything? */
export function FlakyScreen() {
  const run = useRun();
  const history = useHistory();
  const trends = useMemo(
    () => (history === null ? [] : flakyTrends(history, (key) => run.find(key)?.check.outcome === 'flaky')),
    [history, run],
  );
  return (
    <div class="screen">
      <section>
        <p class="crumbs">
          <a href={addressOf({ screen: 'trends' })}>Trends</a> / Flaky
        </p>
        <h1>Flaky checks</h1>
        <p class="quiet">
          They turned to and fro, or move by orders of magnitude from run to run, without one change that
          explains it.
        </p>
      </section>
      {history === null ? (
        <p role="status">Unpacking the history …</p>
      ) : trends.length === 0 ? (
        <p>No check is flaky in the stored runs.</p>
      ) : (
        <TrendTable title="Flaky" history={history} trends={trends} apart />
      )}
    </div>
  );
}
