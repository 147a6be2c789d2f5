import { formatNumber } from '../../result/wording.ts';
import { toWire } from '../../result/wire.ts';
import { Spark } from '../charts/spark.tsx';
import type { HistoryView } from '../view/history.ts';
import { EVENT_WORDS } from '../view/movement.ts';
import type { Trend } from '../view/trends.ts';
import { CheckName } from './check-name.tsx';
import { Some } from './more.tsx';
import { Computed } from './number.tsx';
import { SectionTable } from './section-table.tsx';
import { StandingStrip } from './share-strip.tsx';

/** Checks with their line over the stored runs. `apart` names suite and target too. */
export function TrendTable(props: {
  readonly title: string;
  readonly history: HistoryView;
  readonly trends: readonly Trend[];
  readonly apart: boolean;
}) {
  const { title, history, trends, apart } = props;
  return (
    <Some of={trends}>
      {(some) => (
        <SectionTable
          title={title}
          note="Error over the runs (log scale, dashed = the bound, | = where it changed), and how it stood."
          head={['Check', 'Error', '#Now', '#Bound', 'Stood', 'What happened']}
          kind="trends"
        >
          {some.map((trend) => (
            <TrendRow key={trend.check} trend={trend} history={history} apart={apart} />
          ))}
        </SectionTable>
      )}
    </Some>
  );
}

function TrendRow(props: { readonly trend: Trend; readonly history: HistoryView; readonly apart: boolean }) {
  const { trend, history } = props;
  const { check, cells, turns } = trend;
  const values = cells.map((cell) => cell?.value ?? null);
  const limits = cells.map((cell, run) => (cell === null ? null : history.limit(check, run)));
  const now = values.findLast((value) => value !== null) ?? null;
  const limit = limits.findLast((value) => value !== null) ?? null;
  const marks = history.marksOf(check);
  const kinds = [...new Set(marks.map(({ kind }) => EVENT_WORDS[kind].toLowerCase()))];
  return (
    <tr>
      <th scope="row">
        <CheckName of={history.keyOf(check)} apart={props.apart} />
      </th>
      <td>
        {now !== null && (
          <Spark
            values={values}
            limits={limits}
            marks={marks.filter(({ kind }) => kind !== 'flaky').map(({ run }) => run)}
            says={`${history.metricOf(check)}, now ${formatNumber(toWire(now))}`}
          />
        )}
      </td>
      <td class="num">{now !== null && <Computed value={now} />}</td>
      <td class="num">{limit !== null && <Computed value={limit} />}</td>
      <td>
        <StandingStrip standings={cells.map((cell) => cell?.standing ?? null)} runs={history.runs} />
      </td>
      <td>
        {kinds.join(', ')}
        {turns > 1 && <span class="quiet block">turned {turns} times</span>}
      </td>
    </tr>
  );
}
