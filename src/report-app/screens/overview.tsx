import { failing, findings } from '../../result/reading.ts';
import {
  allNeededText,
  cleanLine,
  counted,
  formatDuration,
  modelName,
  nextStep,
  verdictSentence,
  whyText,
  worstText,
} from '../../result/wording.ts';
import { addressOf, checkAddress, checksAddress } from '../address.ts';
import { EventList } from '../parts/event-list.tsx';
import { Matrix, MatrixLegend } from '../parts/matrix.tsx';
import { Name } from '../parts/name.tsx';
import { OutcomeCounts } from '../parts/outcome-counts.tsx';
import { Problems } from '../parts/problems.tsx';
import { Prose } from '../parts/prose.tsx';
import { StandingLabel } from '../parts/standing.tsx';
import { useHistoryHead, useRun } from '../view/context.ts';
import { filterToken } from '../view/filter.ts';
import { newestFirst } from '../view/movement.ts';
import { groupBy, type Row, type RunView } from '../view/rows.ts';
import { CountsBar } from '../parts/counts-bar.tsx';

/** May I ship? */
export function OverviewScreen() {
  const run = useRun();
  const { document } = run;
  return (
    <div class="screen">
      <section class="hero">
        <h1>{verdictSentence(document)}</h1>
        <p class="quiet">
          {counted(run.suites.length, 'suite')} on {counted(run.targets.length, 'target')} in{' '}
          {formatDuration(document.durationMs)}, started <When iso={document.startedAt} />
        </p>
        <CountsBar />
        <OutcomeCounts />
      </section>
      <Problems />
      <FirstThings run={run} />
      <Tonight run={run} />
      {run.rows.length > 0 && <SuiteMatrix run={run} />}
    </div>
  );
}

function When({ iso }: { readonly iso: string }) {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return <span>{cleanLine(iso)}</span>;
  const text = date.toISOString().replace('T', ' ').slice(0, 16);
  return (
    <time dateTime={iso} title={iso}>
      {text} UTC
    </time>
  );
}

/** The three worst things, each with its next step, and then what nobody has approved yet. */
function FirstThings({ run }: { readonly run: RunView }) {
  const found = findings(run.document);
  const fresh = newChecks(run);
  if (found.length === 0 && fresh.length === 0) return null;
  const shown = troubles(found.map(({ position }) => run.rows[position]).filter((row) => row !== undefined));
  return (
    <section aria-labelledby="first-things">
      <div class="section-head">
        <h2 id="first-things">Look at these first</h2>
        {found.length > 0 && <a href={checksAddress('is:failing')}>All {found.length} that did not pass</a>}
      </div>
      <ol class="first-things">
        {shown.map(
          ([row, ...alike]) => row && <FirstThing key={row.position} row={row} alike={alike.length} />,
        )}
        {fresh.length > 0 && <NewThings rows={fresh} />}
      </ol>
    </section>
  );
}

/** Checks that what the run is held against does not know; without such a thing everything would be new. */
function newChecks({ document, rows }: RunView): readonly Row[] {
  return document.against === undefined ? [] : rows.filter(({ check }) => check.outcome === 'new');
}

function NewThings({ rows }: { readonly rows: readonly Row[] }) {
  const suites = [...groupBy(rows, ({ check }) => check.suite)];
  const passed = rows.filter(({ standing }) => standing === 'passed').length;
  return (
    <li class="card">
      <p>
        <span class="standing is-new">
          <span class="mark is-new" aria-hidden="true">
            +
          </span>
          new
        </span>
      </p>
      <h3>
        <a href={checksAddress('outcome:new')}>{counted(rows.length, 'check')} without an approved run</a>
      </h3>
      <p>
        {suites.slice(0, 4).map(([suite, of], at) => (
          <span key={suite}>
            {at > 0 && ', '}
            {of.length} of <Name text={suite} />
          </span>
        ))}
        {suites.length > 4 && ` and of ${suites.length - 4} more suites`}. {passed} of them passed.
      </p>
      <p class="next-step">
        <strong>Next:</strong> look at them, then approve the run with <code>onnx-parity baseline set</code>
      </p>
    </li>
  );
}

/** The worst of three different troubles: the same reason within a suite is one trouble. */
function troubles(rows: readonly Row[]): readonly (readonly Row[])[] {
  const groups = groupBy(rows, ({ check }) =>
    JSON.stringify([check.suite, check.outcome === 'regressed', failing(check)[0]?.code ?? check.status]),
  );
  return [...groups.values()].slice(0, 3);
}

/** What the history says of this very run. */
function Tonight({ run }: { readonly run: RunView }) {
  const head = useHistoryHead();
  const here = head?.runs.findIndex(({ runId }) => runId === run.document.runId) ?? -1;
  const events = newestFirst((head?.events ?? []).filter((event) => event.run === here));
  if (here < 0 || events.length === 0) return null;
  return (
    <section aria-labelledby="tonight">
      <div class="section-head">
        <h2 id="tonight">What moved in this run</h2>
        <a href={addressOf({ screen: 'trends' })}>Trends of {counted(head?.runs.length ?? 0, 'run')}</a>
      </div>
      <EventList events={events} first={4} />
    </section>
  );
}

function FirstThing({ row, alike }: { readonly row: Row; readonly alike: number }) {
  const { check } = row;
  const code = failing(check)[0]?.code;
  const same = `is:failing ${filterToken('suite', check.suite)}${code === undefined ? '' : ` reason:${code}`}`;
  const [worst] = check.worst;
  const needed = allNeededText(check);
  const step = nextStep(check);
  return (
    <li class="card">
      <p>
        <StandingLabel
          standing={row.standing}
          {...(check.verdict === null ? { detail: check.status } : {})}
        />
        {check.outcome === 'regressed' && <span class="outcome outcome-regressed">regressed</span>}
      </p>
      <h3>
        <a href={checkAddress(check)}>
          {modelName(check)} / <Name text={check.case} />
          {check.output !== null && (
            <>
              {' / '}
              <Name text={check.output} />
            </>
          )}
        </a>
        <span class="quiet">
          on <Name text={check.target} />
        </span>
      </h3>
      <p>
        <Prose text={whyText(check)} />
      </p>
      {worst !== undefined && <p class="quiet figures">Worst {worstText(worst, check.dtype)}</p>}
      {needed !== '' && <p class="quiet figures">Would pass with {needed}</p>}
      {alike > 0 && (
        <p class="quiet">
          <a href={checksAddress(same)}>{alike} more</a> in this suite for the same reason
        </p>
      )}
      {step !== '' && (
        <p class="next-step">
          <strong>Next:</strong> <Prose text={step} />
        </p>
      )}
    </li>
  );
}

function SuiteMatrix({ run }: { readonly run: RunView }) {
  const bySuite = groupBy(run.rows, ({ check }) => check.suite);
  const lines = run.suites.map((name) => ({
    name,
    href: addressOf({ screen: 'suite', suite: name }),
    cells: groupBy(bySuite.get(name) ?? [], ({ check }) => check.target),
  }));
  return (
    <section aria-labelledby="suite-matrix">
      <div class="section-head">
        <h2 id="suite-matrix">Suites × targets</h2>
        <p class="quiet">Passed of all checks, and the largest error ÷ allowed (up to 1 passes).</p>
      </div>
      <Matrix
        caption="Suites by targets"
        corner="Suite"
        columns={run.targets}
        lines={lines}
        hrefOf={(line, column) =>
          checksAddress(`${filterToken('suite', line.name)} ${filterToken('target', column)}`)
        }
      />
      <MatrixLegend />
    </section>
  );
}
