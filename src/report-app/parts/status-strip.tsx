import { useState } from 'preact/hooks';
import { addressOf, type Place } from '../address.ts';
import { countsText } from '../../result/wording.ts';
import { useRun } from '../view/context.ts';
import { applyTheme, nextTheme, storedTheme } from '../theme.ts';

/** Always in sight: how the run stands, where one is, and light or dark. */
export function StatusStrip({ place }: { readonly place: Place }) {
  const { document } = useRun();
  const passed = document.exitCode === 0;
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
        <nav aria-label="Screens">
          <Tab to={{ screen: 'overview' }} here={place.screen === 'overview'} text="Overview" />
          <Tab
            to={{ screen: 'checks', filter: '', sort: '' }}
            here={place.screen === 'checks' || place.screen === 'check'}
            text="Checks"
          />
          <Tab to={{ screen: 'provenance' }} here={place.screen === 'provenance'} text="Provenance" />
        </nav>
        <ThemeButton />
      </div>
    </header>
  );
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
