import { standingClass } from './standing.tsx';
import type { Standing } from '../../result/reading.ts';
import type { ReportRun } from '../../result/report-history.ts';
import { dayOf } from '../view/days.ts';

const HEIGHT = 22;
const WIDTH = 200;

/** Share passing per run as bars: full where all passed, otherwise cut from the top in the colour of failure. */
export function ShareStrip(props: {
  readonly share: readonly (number | null)[];
  readonly runs: readonly ReportRun[];
}) {
  const { share, runs } = props;
  const each = WIDTH / Math.max(1, share.length);
  return (
    <svg class="strip-chart" width={WIDTH} height={HEIGHT} role="img" aria-label={saying(share, runs)}>
      {spansOf(share).map(({ from, to, value }) => {
        const width = (to - from) * each - (each > 4 ? 1 : 0);
        const passed = value * HEIGHT;
        return (
          <g key={from}>
            <title>{`${spanText(runs, from, to)}: ${percent(value)} passed`}</title>
            {value < 1 && (
              <rect class="share-not" x={from * each} y={0} width={width} height={HEIGHT - passed} />
            )}
            {value > 0 && (
              <rect class="share-passed" x={from * each} y={HEIGHT - passed} width={width} height={passed} />
            )}
          </g>
        );
      })}
    </svg>
  );
}

interface Span<T> {
  readonly from: number;
  /** The first run after it. */
  readonly to: number;
  readonly value: T;
}

/** Runs in a row that are alike are one bar. */
function spansOf<T>(values: readonly (T | null)[]): readonly Span<T>[] {
  const spans: Span<T>[] = [];
  values.forEach((value, run) => {
    const last = spans.at(-1);
    if (value === null) return;
    if (last?.to === run && last.value === value) spans[spans.length - 1] = { ...last, to: run + 1 };
    else spans.push({ from: run, to: run + 1, value });
  });
  return spans;
}

function spanText(runs: readonly ReportRun[], from: number, to: number): string {
  const [first, last] = [dayText(runs, from), dayText(runs, to - 1)];
  return first === last ? first : `${first} to ${last}`;
}

function dayText(runs: readonly ReportRun[], run: number): string {
  const found = runs[run];
  return found === undefined ? '' : dayOf(found);
}

function saying(share: readonly (number | null)[], runs: readonly ReportRun[]): string {
  const known = share.flatMap((value, run) => (value === null ? [] : [{ value, run }]));
  const less = known.filter(({ value }) => value < 1);
  const [worst] = less.toSorted((left, right) => left.value - right.value);
  const last = known.at(-1);
  if (last === undefined) return 'No run.';
  const now = `Now ${percent(last.value)} passed.`;
  if (worst === undefined) return `All passed in ${known.length} runs.`;
  return `${now} Not all passed in ${less.length} of ${known.length} runs, least ${percent(worst.value)} on ${dayText(runs, worst.run)}.`;
}

export function percent(share: number): string {
  // What is not all must not look like all.
  if (share < 1 && share > 0.999) return '99.9 %';
  return `${Number((share * 100).toPrecision(3))} %`;
}

/** How one check stood in each run. */
export function StandingStrip(props: {
  readonly standings: readonly (Standing | null)[];
  readonly runs: readonly ReportRun[];
}) {
  const { standings, runs } = props;
  const each = WIDTH / Math.max(1, standings.length);
  return (
    <svg class="strip-chart" width={WIDTH} height={HEIGHT} role="img" aria-label={standingsText(standings)}>
      {spansOf(standings).map(({ from, to, value: standing }) => {
        // Height as well as colour tells what passed.
        const height = standing === 'passed' ? HEIGHT * 0.45 : HEIGHT;
        return (
          <rect
            key={from}
            class={`at ${standingClass(standing)}`}
            x={from * each}
            y={HEIGHT - height}
            width={Math.max(0.8, (to - from) * each - (each > 4 ? 1 : 0))}
            height={height}
          >
            <title>{`${spanText(runs, from, to)}: ${standing}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}

function standingsText(standings: readonly (Standing | null)[]): string {
  const counts = new Map<Standing, number>();
  for (const standing of standings)
    if (standing !== null) counts.set(standing, (counts.get(standing) ?? 0) + 1);
  return [...counts].map(([standing, count]) => `${standing} in ${count} runs`).join(', ');
}
