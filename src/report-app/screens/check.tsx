import { useEffect } from 'preact/hooks';
import type { Check, Reason } from '../../result/document.ts';
import {
  allNeededText,
  cleanBlock,
  cleanLine,
  formatShape,
  neededText,
  whyText,
} from '../../result/wording.ts';
import { addressOf, checkAddress, checksAddress } from '../address.ts';
import { AxesChart } from '../charts/axes.tsx';
import { HeatMapChart } from '../charts/heat-map.tsx';
import { GrowthChart } from '../charts/growth-chart.tsx';
import { HistogramChart } from '../charts/histogram.tsx';
import { MagnitudeChart } from '../charts/magnitude.tsx';
import { TrendChart } from '../charts/trend-chart.tsx';
import { BoundsTable } from '../parts/bounds-table.tsx';
import { Command } from '../parts/copy.tsx';
import { KeptTensorsSection } from '../parts/kept-tensors.tsx';
import { MetricsList } from '../parts/metrics-list.tsx';
import { Name } from '../parts/name.tsx';
import { OtherTargets } from '../parts/other-targets.tsx';
import { Circumstances } from '../parts/circumstances.tsx';
import { Prose } from '../parts/prose.tsx';
import { StandingLabel } from '../parts/standing.tsx';
import { TensorFactsTable } from '../parts/tensor-facts.tsx';
import { WorstTable } from '../parts/worst-table.tsx';
import { useHistory, useRun } from '../view/context.ts';
import { elementLimit } from '../view/limits.ts';
import { useEvidence } from '../view/use-evidence.ts';
import { keptOrder, neighbours } from '../view/reading-order.ts';
import type { CheckKey, Row } from '../view/rows.ts';
import { NowhereScreen } from './nowhere.tsx';

/** What is wrong, how wrong, where, and what do I do? */
export function CheckScreen({ checkKey }: { readonly checkKey: CheckKey }) {
  const run = useRun();
  const row = run.find(checkKey);
  if (row === null) return <NowhereScreen what={location.hash} />;
  return <FoundCheck row={row} />;
}

function FoundCheck({ row }: { readonly row: Row }) {
  const { check } = row;
  return (
    <div class="screen check-screen">
      <Head row={row} />
      <Reasons check={check} />
      {check.needed.length > 0 && <Needed check={check} />}
      {check.bounds.length > 0 && <BoundsTable bounds={check.bounds} />}
      <OverRuns row={row} />
      {check.rollout !== undefined && <GrowthChart row={row} />}
      <Charts row={row} />
      {check.worst.length > 0 && <WorstTable worst={check.worst} dtype={check.dtype} />}
      {check.tensors !== undefined && <KeptTensorsSection tensors={check.tensors} />}
      <OtherTargets row={row} />
      <MetricsList metrics={check.metrics} />
      {check.crash !== undefined && <Crash crash={check.crash} />}
      <Circumstances check={check} />
      {check.reproduce !== '' && (
        <section aria-labelledby="reproduce">
          <h2 id="reproduce">Repeat this check</h2>
          <Command text={cleanLine(check.reproduce)} label="Copy the command that repeats this check" />
        </section>
      )}
    </div>
  );
}

function Head({ row }: { readonly row: Row }) {
  const { check } = row;
  const { against } = useRun().document;
  return (
    <section>
      <div class="section-head">
        <p class="crumbs">
          <a href={addressOf({ screen: 'suite', suite: check.suite })}>
            <Name text={check.suite} />
          </a>{' '}
          / <Name text={check.model} /> / <Name text={check.case} />
        </p>
        <Neighbours row={row} />
      </div>
      <h1>
        {check.output === null ? 'All outputs' : <Name text={check.output} />}
        <span class="on-target">
          on <Name text={check.target} />
        </span>
      </h1>
      <p class="lead">
        <StandingLabel
          standing={row.standing}
          {...(check.verdict === null ? { detail: check.status } : {})}
        />
        <span class="quiet">
          {[check.dtype ?? 'dtype unknown', formatShape(check.shape), check.optional ? 'optional target' : '']
            .filter((text) => text !== '')
            .join(' · ')}
        </span>
        {against !== undefined && (
          <span class={`outcome outcome-${check.outcome.replace(' ', '-')}`}>{check.outcome}</span>
        )}
      </p>
    </section>
  );
}

function Neighbours({ row }: { readonly row: Row }) {
  const run = useRun();
  const { previous, next } = neighbours(row, run.rows);
  useArrowKeys(previous, next);
  return (
    <nav class="neighbours" aria-label="Neighbouring checks">
      {previous !== null && (
        <a href={checkAddress(previous.check)} rel="prev" title="Previous check (←)">
          ← Previous
        </a>
      )}
      <a href={keptOrder().address || checksAddress('')}>List</a>
      {next !== null && (
        <a href={checkAddress(next.check)} rel="next" title="Next check (→)">
          Next →
        </a>
      )}
    </nav>
  );
}

function useArrowKeys(previous: Row | null, next: Row | null): void {
  useEffect(() => {
    const go = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const inside =
        event.target instanceof Element && event.target.closest('[role="region"], button, input');
      if (inside) return;
      const to = event.key === 'ArrowLeft' ? previous : event.key === 'ArrowRight' ? next : null;
      if (to !== null) location.hash = checkAddress(to.check);
    };
    addEventListener('keydown', go);
    return () => removeEventListener('keydown', go);
  }, [previous, next]);
}

function Reasons({ check }: { readonly check: Check }) {
  if (check.reasons.length === 0) {
    return <p>{whyText(check)}</p>;
  }
  return (
    <ul class="reasons" aria-label="Reasons">
      {byCode(check.reasons).map((reasons) => (
        <li key={reasons[0]?.code} class={`reason reason-${reasons[0]?.level ?? 'fail'}`}>
          <p class="code">{reasons[0]?.code}</p>
          {reasons.map((reason, index) => (
            <div key={index}>
              <p>
                <Prose text={reason.message} />
              </p>
              {reason.hint !== '' && (
                <p class="next-step">
                  <strong>Next:</strong> <Prose text={reason.hint} />
                </p>
              )}
            </div>
          ))}
        </li>
      ))}
    </ul>
  );
}

/** Reasons with the same code stand together: four broken bounds are one trouble. */
function byCode(reasons: readonly Reason[]): readonly (readonly Reason[])[] {
  const groups = new Map<string, Reason[]>();
  for (const reason of reasons) {
    const key = `${reason.level} ${reason.code}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [reason]);
    else group.push(reason);
  }
  return [...groups.values()];
}

function OverRuns({ row }: { readonly row: Row }) {
  const history = useHistory();
  const place = history?.find(row.check) ?? null;
  if (history === null || place === null || history.runs.length < 2) return null;
  return <TrendChart history={history} check={place} />;
}

function Needed({ check }: { readonly check: Check }) {
  const texts = new Map(
    check.needed.map((needed) => [neededText(check, needed, true), neededText(check, needed)]),
  );
  return (
    <section class="needed" aria-labelledby="needed">
      <h2 id="needed">Smallest passing tolerance</h2>
      <ul title={allNeededText(check, true)}>
        {[...texts].map(([exact, text]) => (
          <li key={exact}>
            <code>{text}</code>
            <span class="quiet"> exactly {exact}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Charts({ row }: { readonly row: Row }) {
  const evidence = useEvidence(row);
  const { check } = row;
  if (evidence === null) return null;
  const limit = elementLimit(check);
  const { histogram, magnitude, heatMap, axes } = evidence;
  const strict = limit?.strict === true ? limit : null;
  return (
    <>
      <div class="charts">
        {histogram !== undefined && <HistogramChart histogram={histogram} limit={limit} />}
        {magnitude !== undefined && <MagnitudeChart profile={magnitude} check={check} />}
        {heatMap !== undefined && <HeatMapChart map={heatMap} limit={strict} />}
        {axes !== undefined && axes.length > 0 && <AxesChart axes={axes} limit={strict} />}
      </div>
      <TensorFactsTable expected={evidence.expected} actual={evidence.actual} />
    </>
  );
}

function Crash({ crash }: { readonly crash: NonNullable<Check['crash']> }) {
  const how = [
    crash.signal === null ? '' : `signal ${cleanLine(crash.signal)}`,
    crash.exitCode === null ? '' : `exit code ${crash.exitCode}`,
  ].filter((text) => text !== '');
  return (
    <section aria-labelledby="crash">
      <h2 id="crash">How the worker ended</h2>
      {how.length > 0 && <p>It ended with {how.join(', ')}. The last it wrote to stderr:</p>}
      <pre class="stderr" tabIndex={0} role="region" aria-label="End of stderr">
        {crash.stderr === '' ? 'nothing' : cleanBlock(crash.stderr)}
      </pre>
    </section>
  );
}
