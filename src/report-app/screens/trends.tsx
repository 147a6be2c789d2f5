import { useMemo } from 'preact/hooks';
import { counted, formatNumber } from '../../result/wording.ts';
import { toWire } from '../../result/wire.ts';
import { addressOf } from '../address.ts';
import { Spark } from '../charts/spark.tsx';
import { EventList } from '../parts/event-list.tsx';
import { Some } from '../parts/more.tsx';
import { Name } from '../parts/name.tsx';
import { Computed } from '../parts/number.tsx';
import { SectionTable } from '../parts/section-table.tsx';
import { ShareStrip } from '../parts/share-strip.tsx';
import { useHistory, useHistoryHead } from '../view/context.ts';
import { dayOf } from '../view/days.ts';
import type { HistoryView } from '../view/history.ts';
import { newestFirst } from '../view/movement.ts';
import { groupTrends, type GroupTrend } from '../view/trends.ts';

/** Since when? */
export function TrendsScreen() {
  const head = useHistoryHead();
  const history = useHistory();
  const [first, last] = [head?.runs[0], head?.runs.at(-1)];
  if (head === null || first === undefined || last === undefined) {
    return (
      <section class="screen">
        <h1>Trends</h1>
        <p>This page was made without stored runs.</p>
      </section>
    );
  }
  return (
    <div class="screen">
      <section>
        <h1>Trends</h1>
        <p class="quiet">
          {counted(head.runs.length, 'run')} from {dayOf(first)} to {dayOf(last)},{' '}
          {counted(head.checks, 'check')}
          {head.leftOut > 0 && `; ${head.leftOut} that never moved are left out to keep this page small`}
          {' · '}
          <a href={addressOf({ screen: 'flaky' })}>Flaky checks</a>
        </p>
      </section>
      <section aria-labelledby="events">
        <h2 id="events">What happened</h2>
        {head.events.length === 0 ? (
          <p>Nothing moved beyond its noise.</p>
        ) : (
          <EventList events={newestFirst(head.events)} first={8} />
        )}
      </section>
      {history === null ? <p role="status">Unpacking the history …</p> : <Groups history={history} />}
    </div>
  );
}

function Groups({ history }: { readonly history: HistoryView }) {
  const trends = useMemo(() => groupTrends(history), [history]);
  return (
    <Some of={trends}>
      {(some) => (
        <SectionTable
          title="Suites on their targets"
          note="Share passing per run, and the largest and the middle error ÷ allowed (log scale, dashed = the bound)."
          head={[
            'Suite',
            'Target',
            'Share passing',
            '#Now',
            'Largest and middle use of the bounds',
            '#Largest now',
          ]}
          kind="trends"
        >
          {some.map((trend) => (
            <GroupRow key={`${trend.suite}\n${trend.target}`} trend={trend} history={history} />
          ))}
        </SectionTable>
      )}
    </Some>
  );
}

function GroupRow({ trend, history }: { readonly trend: GroupTrend; readonly history: HistoryView }) {
  const { suite, target, share, passed, counted: of, worst, middle } = trend;
  const now = worst.findLast((value) => value !== null) ?? null;
  return (
    <tr>
      <th scope="row">
        <a href={addressOf({ screen: 'group', suite, target })}>
          <Name text={suite} />
        </a>
      </th>
      <td>
        <Name text={target} />
      </td>
      <td>
        <ShareStrip share={share} runs={history.runs} />
      </td>
      <td class={`num ${passed < of ? 'not-all' : ''}`}>
        {passed} of {of}
      </td>
      <td>
        {now !== null && (
          <Spark
            values={worst}
            middle={middle}
            limits={worst.map((value) => (value === null ? null : 1))}
            says={`Largest error ÷ allowed, now ${formatNumber(toWire(now))}`}
          />
        )}
      </td>
      <td class="num">{now !== null && <Computed value={now} />}</td>
    </tr>
  );
}
