import type { ComponentChildren } from 'preact';
import { metricOf } from '../../result/reading.ts';
import { cleanLine, formatDuration, formatNumber, worstText } from '../../result/wording.ts';
import { addressOf, checkAddress, type OutputKey } from '../address.ts';
import { HistogramChart } from '../charts/histogram.tsx';
import { Spark } from '../charts/spark.tsx';
import { Name } from '../parts/name.tsx';
import { Computed, Num } from '../parts/number.tsx';
import { Frame } from '../parts/section-table.tsx';
import { StandingLabel } from '../parts/standing.tsx';
import { UtilisationBar } from '../parts/utilisation.tsx';
import { useHistory, useRun } from '../view/context.ts';
import { elementLimit } from '../view/limits.ts';
import type { Row } from '../view/rows.ts';
import { useEvidence } from '../view/use-evidence.ts';
import { NowhereScreen } from './nowhere.tsx';

/** One output wherever it ran: who is the odd one out? */
export function TargetsScreen({ of }: { readonly of: OutputKey }) {
  const { rows } = useRun();
  const same = rows.filter(
    ({ check }) =>
      check.suite === of.suite &&
      check.model === of.model &&
      check.case === of.case &&
      check.output === of.output,
  );
  if (same.length === 0) return <NowhereScreen what={location.hash} />;
  return (
    <div class="screen">
      <section>
        <p class="crumbs">
          <a href={addressOf({ screen: 'suite', suite: of.suite })}>
            <Name text={of.suite} />
          </a>{' '}
          / <Name text={of.model} /> / <Name text={of.case} />
        </p>
        <h1>
          {of.output === null ? 'All outputs' : <Name text={of.output} />}
          <span class="on-target">side by side</span>
        </h1>
      </section>
      <SideBySide rows={same} />
      <div class="charts">
        {same.map((row) => (
          <OneHistogram key={row.position} row={row} />
        ))}
      </div>
    </div>
  );
}

function SideBySide({ rows }: { readonly rows: readonly Row[] }) {
  const metrics = [...new Set(rows.flatMap(({ check }) => Object.keys(check.metrics)))].filter(
    (name) => name !== 'utilisation',
  );
  return (
    <Frame
      title="Targets side by side"
      head={['', ...rows.map(({ check }) => cleanLine(check.target))]}
      kind="beside"
    >
      <Line title="Verdict" rows={rows}>
        {(row) => (
          <a class="plain" href={checkAddress(row.check)}>
            <StandingLabel
              standing={row.standing}
              {...(row.check.verdict === null ? { detail: row.check.status } : {})}
            />
          </a>
        )}
      </Line>
      <Line title="Of bound" rows={rows}>
        {({ utilisation }) =>
          utilisation !== null && (
            <>
              <UtilisationBar value={utilisation} /> <Computed value={utilisation} />
            </>
          )
        }
      </Line>
      {metrics.map((name) => (
        <Line key={name} title={cleanLine(name)} rows={rows}>
          {({ check }) => {
            const value = metricOf(check, name);
            return value !== undefined && <Num value={value} />;
          }}
        </Line>
      ))}
      <Line title="Worst element" rows={rows}>
        {({ check }) =>
          check.worst[0] !== undefined && (
            <span class="figures">{worstText(check.worst[0], check.dtype)}</span>
          )
        }
      </Line>
      <Line title="Nodes" rows={rows}>
        {({ check }) =>
          Object.entries(check.placement?.nodes ?? {})
            .map(([provider, count]) => `${count} on ${cleanLine(provider)}`)
            .join(', ')
        }
      </Line>
      <Line title="Time" rows={rows}>
        {({ check: { timing } }) =>
          timing !== null &&
          timing.runMs.length > 0 &&
          formatDuration(timing.bench?.p50Ms ?? timing.runMs[0] ?? 0)
        }
      </Line>
      <HistoryLine rows={rows} />
    </Frame>
  );
}

function Line(props: {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly children: (row: Row) => ComponentChildren;
}) {
  return (
    <tr>
      <th scope="row">{props.title}</th>
      {props.rows.map((row) => (
        <td key={row.position}>{props.children(row)}</td>
      ))}
    </tr>
  );
}

function HistoryLine({ rows }: { readonly rows: readonly Row[] }) {
  const history = useHistory();
  if (history === null) return null;
  return (
    <Line title="Over the runs" rows={rows}>
      {({ check }) => {
        const place = history.find(check);
        if (place === null) return null;
        const values = history.runs.map((_, run) => history.cell(place, run)?.value ?? null);
        const limits = history.runs.map((_, run) => history.limit(place, run));
        const now = values.findLast((value) => value !== null);
        return (
          <Spark
            values={values}
            limits={limits}
            says={now === undefined ? 'No number' : `Now ${formatNumber(now)}`}
          />
        );
      }}
    </Line>
  );
}

function OneHistogram({ row }: { readonly row: Row }) {
  const histogram = useEvidence(row)?.histogram;
  if (histogram === undefined) return null;
  return (
    <HistogramChart
      histogram={histogram}
      limit={elementLimit(row.check)}
      title={cleanLine(row.check.target)}
    />
  );
}
