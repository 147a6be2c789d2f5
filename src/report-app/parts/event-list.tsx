import type { HeadEvent } from '../../result/packed-history.ts';
import { counted } from '../../result/wording.ts';
import { addressOf } from '../address.ts';
import { useHistoryHead, useRun } from '../view/context.ts';
import { dayOf } from '../view/days.ts';
import { changeText, EVENT_WORDS, factorOf, factorText } from '../view/movement.ts';
import { CheckName } from './check-name.tsx';
import { Some } from './more.tsx';
import { Name } from './name.tsx';

/** What happened in the stored runs, one item per night, suite and kind. */
export function EventList(props: { readonly events: readonly HeadEvent[]; readonly first: number }) {
  return (
    <Some of={props.events} first={props.first}>
      {(some) => (
        <ol class="events">
          {some.map((event, place) => (
            <EventItem key={place} event={event} />
          ))}
        </ol>
      )}
    </Some>
  );
}

function EventItem({ event }: { readonly event: HeadEvent }) {
  const { kind, run, worse, suite, targets, count, most, changed } = event;
  const night = useHistoryHead()?.runs[run];
  const [first] = most;
  const size = first === undefined || kind === 'flaky' ? '' : factorText(factorOf(first));
  return (
    <li class={`card event-card ${worse ? 'is-worse' : 'is-better'}`}>
      <p class="event-when">
        {night !== undefined && (
          <>
            <NightLink runId={night.runId} text={dayOf(night)} />
            {night.commit !== null && <code class="quiet">{night.commit.slice(0, 8)}</code>}
          </>
        )}
      </p>
      <div>
        <h3>
          <span aria-hidden="true">{worse ? '▲' : '▼'}</span> {EVENT_WORDS[kind]} {size}
        </h3>
        <p>
          {counted(count, 'check')} of <Name text={suite} /> on{' '}
          {targets.map((target, place) => (
            <>
              {place > 0 && ', '}
              <a href={addressOf({ screen: 'group', suite, target })}>
                <Name text={target} />
              </a>
            </>
          ))}
        </p>
        {changed.length > 0 && (
          <p class="quiet">Changed then: {changed.map((change) => changeText(change)).join(', ')}</p>
        )}
        <details>
          <summary>
            {count > most.length ? `The ${most.length} that moved most` : counted(count, 'check')}
          </summary>
          <ul>
            {most.map((move) => (
              <li key={JSON.stringify([move.model, move.case, move.target, move.output])}>
                <CheckName of={move} /> {kind === 'flaky' ? '' : factorText(factorOf(move))}
              </li>
            ))}
          </ul>
        </details>
      </div>
    </li>
  );
}

/** Goes to the comparison with a run; the run of this page is where one is. */
function NightLink({ runId, text }: { readonly runId: string; readonly text: string }) {
  const { document } = useRun();
  if (runId === document.runId) return <strong>{text}, this run</strong>;
  return (
    <a href={addressOf({ screen: 'changes', with: runId })} title={runId}>
      {text}
    </a>
  );
}
