import { useMemo } from 'preact/hooks';
import type { ReportRun } from '../../result/report-history.ts';
import { addressOf } from '../address.ts';
import { Differences } from '../parts/differences.tsx';
import { OutcomeLists } from '../parts/outcome-lists.tsx';
import { PairTable } from '../parts/pair-table.tsx';
import { compareWith, differencesOf } from '../view/compare.ts';
import { useHistory, useHistoryHead, useRun } from '../view/context.ts';
import { momentOf } from '../view/days.ts';
import type { HistoryView } from '../view/history.ts';

/** What moved since another run, and did I cause it? */
export function ChangesScreen({ other }: { readonly other: string }) {
  const { document } = useRun();
  const head = useHistoryHead();
  const runs = (head?.runs ?? [])
    .map((run, place) => ({ run, place }))
    .filter(({ run }) => run.runId !== document.runId);
  const judged = document.against;
  const found =
    runs.find(({ run }) => run.runId === other) ?? (judged === undefined ? runs.at(-1) : undefined);
  return (
    <div class="screen">
      <section>
        <h1>What changed</h1>
        <CompareWith
          runs={runs.map(({ run }) => run)}
          chosen={found?.run.runId ?? ''}
          judged={judged?.name ?? null}
        />
      </section>
      {found === undefined ? (
        judged === undefined ? (
          <p>There is no other run of these suites in the history of this page.</p>
        ) : (
          <OutcomeLists />
        )
      ) : (
        <WithRun place={found.place} />
      )}
    </div>
  );
}

function CompareWith(props: {
  readonly runs: readonly ReportRun[];
  readonly chosen: string;
  readonly judged: string | null;
}) {
  const head = useHistoryHead();
  const approved = new Map((head?.baselines ?? []).map(({ runId, suite }) => [runId, suite]));
  const go = (runId: string) => {
    location.hash = addressOf({ screen: 'changes', with: runId });
  };
  return (
    <p class="compare-with">
      <label for="compare-with">Compare this run with</label>
      <select id="compare-with" value={props.chosen} onChange={(event) => go(event.currentTarget.value)}>
        {props.judged !== null && <option value="">{props.judged}, as judged in this run</option>}
        {props.runs.toReversed().map((run) => (
          <option key={run.runId} value={run.runId}>
            {[
              momentOf(run),
              run.runId,
              run.branch ?? '',
              run.commit?.slice(0, 8) ?? '',
              approved.has(run.runId) ? '(approved)' : '',
            ]
              .filter((text) => text !== '')
              .join('  ')}
          </option>
        ))}
      </select>
    </p>
  );
}

function WithRun({ place }: { readonly place: number }) {
  const history = useHistory();
  if (history === null) return <p role="status">Unpacking the history …</p>;
  return <Compared history={history} place={place} />;
}

function Compared({ history, place }: { readonly history: HistoryView; readonly place: number }) {
  const run = useRun();
  const found = useMemo(() => compareWith(run, history, place), [run, history, place]);
  const { worse, better, appeared, gone, grown, shrunk, same } = found;
  const changes = differencesOf(run.document, history, place);
  const counts: readonly (readonly [number, string])[] = [
    [worse.length, 'no longer pass'],
    [better.length, 'pass now'],
    [grown.length, 'have a larger error'],
    [shrunk.length, 'have a smaller error'],
    [appeared.length, 'are new'],
    [gone.length, 'are gone'],
    [same, 'stand as they stood'],
  ];
  return (
    <>
      <p class="lead-text">
        {counts
          .filter(([count]) => count > 0)
          .map(([count, text]) => `${count} ${text}`)
          .join(', ') || 'Neither run has a check.'}
        .
      </p>
      <Differences changes={changes} />
      <PairTable title="No longer pass" pairs={worse} />
      <PairTable title="Error grew most" pairs={grown} />
      <PairTable title="Pass now" pairs={better} />
      <PairTable title="Error shrank most" pairs={shrunk} />
      <PairTable title="New" pairs={appeared} />
      <PairTable title="Gone" pairs={gone} />
    </>
  );
}
