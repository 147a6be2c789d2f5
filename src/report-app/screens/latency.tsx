import { useMemo } from 'preact/hooks';
import { formatDuration } from '../../result/wording.ts';
import { addressOf } from '../address.ts';
import { Some } from '../parts/more.tsx';
import { Name } from '../parts/name.tsx';
import { SectionTable } from '../parts/section-table.tsx';
import { useRun } from '../view/context.ts';
import { telling, timesOf, type Times, type TimesLine } from '../view/latency.ts';

/** How long does it take where? */
export function LatencyScreen() {
  const run = useRun();
  const lines = useMemo(() => timesOf(run), [run]);
  const targets = run.targets.filter((target) => lines.some(({ byTarget }) => byTarget.has(target)));
  const warmed = lines.some(({ byTarget }) => [...byTarget.values()].some(({ p50 }) => p50 !== null));
  return (
    <div class="screen">
      <section>
        <h1>Latency</h1>
        <p class="quiet">
          {warmed
            ? 'Median and 90th percentile of warmed runs where a suite asks for latency, else of the runs that were judged.'
            : 'Medians over the cases of the runs that were judged, first runs among them. A suite that asks for latency measures warmed runs one at a time.'}
        </p>
      </section>
      <Some of={lines}>
        {(some) => (
          <SectionTable
            title="Models × targets"
            note="Bars against the slowest target of the line."
            head={['Model', ...targets]}
            kind="latency"
          >
            {some.map((line) => (
              <Line key={`${line.suite}\n${line.model}`} line={line} targets={targets} />
            ))}
          </SectionTable>
        )}
      </Some>
    </div>
  );
}

function Line({ line, targets }: { readonly line: TimesLine; readonly targets: readonly string[] }) {
  const slowest = Math.max(0, ...[...line.byTarget.values()].map((times) => telling(times) ?? 0));
  return (
    <tr>
      <th scope="row">
        <a href={addressOf({ screen: 'suite', suite: line.suite })}>
          <Name text={line.suite} />
        </a>
        {line.model !== line.suite && (
          <span class="quiet block">
            <Name text={line.model} />
          </span>
        )}
      </th>
      {targets.map((target) => (
        <td key={target}>
          <Cell times={line.byTarget.get(target)} slowest={slowest} />
        </td>
      ))}
    </tr>
  );
}

function Cell({ times, slowest }: { readonly times: Times | undefined; readonly slowest: number }) {
  const ms = times === undefined ? null : telling(times);
  if (times === undefined || ms === null) return null;
  return (
    <>
      <span class="time-bar" aria-hidden="true">
        <span style={{ width: `${((slowest === 0 ? 0 : ms / slowest) * 100).toFixed(1)}%` }} />
      </span>
      <span class="num">{formatDuration(ms)}</span>
      {times.p90 !== null && <span class="quiet num"> 90 %: {formatDuration(times.p90)}</span>}
      {times.load !== null && <span class="quiet block num">load {formatDuration(times.load)}</span>}
    </>
  );
}
