import { useEffect, useRef, useState } from 'preact/hooks';
import { placeOf, type Place } from './address.ts';
import { StatusStrip } from './parts/status-strip.tsx';
import type { HistoryHead } from '../result/packed-history.ts';
import type { ReportAudit } from '../result/report-history.ts';
import { AuditContext, HistoryContext, RunContext } from './view/context.ts';
import type { RunView } from './view/rows.ts';
import { AuditScreen } from './screens/audit.tsx';
import { ChangesScreen } from './screens/changes.tsx';
import { CheckScreen } from './screens/check.tsx';
import { ChecksScreen } from './screens/checks.tsx';
import { FlakyScreen } from './screens/flaky.tsx';
import { GroupScreen } from './screens/group.tsx';
import { LatencyScreen } from './screens/latency.tsx';
import { NowhereScreen } from './screens/nowhere.tsx';
import { OperatorsScreen } from './screens/operators.tsx';
import { OverviewScreen } from './screens/overview.tsx';
import { PlacementScreen } from './screens/placement.tsx';
import { ProvenanceScreen } from './screens/provenance.tsx';
import { SuiteScreen } from './screens/suite.tsx';
import { TargetsScreen } from './screens/targets.tsx';
import { TrendsScreen } from './screens/trends.tsx';

/** The page: a strip that always says how the run stands, and one screen that the address names. */
export function App(props: {
  readonly run: RunView;
  readonly history: HistoryHead | null;
  readonly audit: ReportAudit | null;
}) {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  const main = useRef<HTMLElement>(null);

  useEffect(() => {
    const follow = () => setPlace(placeOf(location.hash));
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);

  const screenKey = KEPT.has(place.screen) ? place.screen : JSON.stringify(place);
  const first = useRef(true);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    scrollTo(0, 0);
    // A new screen is read from its start, also by a screen reader.
    if (!KEPT.has(place.screen)) main.current?.focus({ preventScroll: true });
  }, [screenKey]);

  return (
    <RunContext.Provider value={props.run}>
      <HistoryContext.Provider value={props.history}>
        <AuditContext.Provider value={props.audit}>
          <a class="skip" href="#main" onClick={(event) => skipTo(event, main.current)}>
            Skip to content
          </a>
          <StatusStrip place={place} />
          <main id="main" ref={main} tabIndex={-1} key={screenKey}>
            <Screen place={place} />
          </main>
        </AuditContext.Provider>
      </HistoryContext.Provider>
    </RunContext.Provider>
  );
}

/** Screens that stay as they are, with their focus, while their address changes. */
const KEPT: ReadonlySet<Place['screen']> = new Set(['checks', 'changes']);

/** The address belongs to the screens, so the link moves the focus itself. */
function skipTo(event: Event, main: HTMLElement | null): void {
  event.preventDefault();
  main?.focus();
}

function Screen({ place }: { readonly place: Place }) {
  switch (place.screen) {
    case 'overview':
      return <OverviewScreen />;
    case 'changes':
      return <ChangesScreen other={place.with} />;
    case 'trends':
      return <TrendsScreen />;
    case 'group':
      return <GroupScreen suite={place.suite} target={place.target} />;
    case 'flaky':
      return <FlakyScreen />;
    case 'checks':
      return <ChecksScreen filter={place.filter} sort={place.sort} />;
    case 'check':
      return <CheckScreen checkKey={place.key} />;
    case 'targets':
      return <TargetsScreen of={place.of} />;
    case 'suite':
      return <SuiteScreen suite={place.suite} />;
    case 'operators':
      return <OperatorsScreen />;
    case 'latency':
      return <LatencyScreen />;
    case 'placement':
      return <PlacementScreen />;
    case 'audit':
      return <AuditScreen />;
    case 'provenance':
      return <ProvenanceScreen />;
    default:
      return <NowhereScreen what={place.address} />;
  }
}
