import { useEffect, useRef, useState } from 'preact/hooks';
import { addressOf, type Place } from '../address.ts';
import { countsText } from '../../result/wording.ts';
import { useAudit, useHistoryHead, useRun } from '../view/context.ts';
import { hasTimes } from '../view/latency.ts';
import { hasOperators } from '../view/operators.ts';
import { hasPlacement } from '../view/placement.ts';
import { applyTheme, nextTheme, storedTheme } from '../theme.ts';

/** Always in sight: how the run stands, where one is, and light or dark. */
export function StatusStrip({ place }: { readonly place: Place }) {
  const { document } = useRun();
  const tabs = useTabs();
  const passed = document.exitCode === 0;
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [place.screen]);
  return (
    <header class={`strip ${passed ? 'strip-passed' : 'strip-failed'}`}>
      <div class="strip-inner">
        <a class="strip-verdict" href={addressOf({ screen: 'overview' })}>
          <span class="strip-mark" aria-hidden="true">
            {passed ? '✓' : '✕'}
          </span>
          <span class="strip-word">{passed ? 'Passed' : 'Not passed'}</span>
          <span class="strip-counts">{countsText(document.summary)}</span>
        </a>
        <nav aria-label="Screens" ref={nav}>
          {tabs.map(([to, text, also = []]) => (
            <Tab
              key={text}
              to={to}
              here={place.screen === to.screen || also.includes(place.screen)}
              text={text}
            />
          ))}
        </nav>
        <ThemeButton />
      </div>
    </header>
  );
}

type TabOf = readonly [to: Place, text: string, also?: readonly Place['screen'][]];

/** Screens without anything to show have no tab. */
function useTabs(): readonly TabOf[] {
  const run = useRun();
  const head = useHistoryHead();
  const audit = useAudit();
  const tabs: (TabOf | false)[] = [
    [{ screen: 'overview' }, 'Overview', ['suite']],
    (head !== null || run.document.against !== undefined) && [{ screen: 'changes', with: '' }, 'Changes'],
    head !== null && [{ screen: 'trends' }, 'Trends', ['group', 'flaky']],
    [{ screen: 'checks', filter: '', sort: '' }, 'Checks', ['check', 'targets']],
    hasOperators(run) && [{ screen: 'operators' }, 'Operators'],
    hasTimes(run) && [{ screen: 'latency' }, 'Latency'],
    hasPlacement(run) && [{ screen: 'placement' }, 'Placement'],
    audit !== null && [{ screen: 'audit' }, 'Audit'],
    [{ screen: 'provenance' }, 'Provenance'],
  ];
  return tabs.filter((tab) => tab !== false);
}

function Tab({ to, here, text }: { readonly to: Place; readonly here: boolean; readonly text: string }) {
  return (
    <a class="tab" href={addressOf(to)} aria-current={here ? 'page' : undefined}>
      {text}
    </a>
  );
}

const THEME_MARKS = { system: '◐', light: '○', dark: '●' } as const;

function ThemeButton() {
  const [theme, setTheme] = useState(storedTheme);
  const change = () => {
    const next = nextTheme(theme);
    applyTheme(next);
    setTheme(next);
  };
  return (
    <button
      type="button"
      class="theme"
      onClick={change}
      aria-label={`Colours: ${theme}. Change to ${nextTheme(theme)}.`}
      title={`Colours: ${theme}`}
    >
      <span aria-hidden="true">{THEME_MARKS[theme]}</span>
    </button>
  );
}
