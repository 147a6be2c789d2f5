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
      {share.map((value, run) => {
        if (value === null) return null;
        const gap = each > 4 ? 1 : 0;
        const passed = value * HEIGHT;
        return (
          <g key={run}>
            <title>{`${dayText(runs, run)}: ${percent(value)} passed`}</title>
            {value < 1 && (
              <rect class="share-not" x={run * each} y={0} width={each - gap} height={HEIGHT - passed} />
            )}
            {value > 0 && (
              <rect
                class="share-passed"
                x={run * each}
                y={HEIGHT - passed}
                width={each - gap}
                height={passed}
              />
            )}
          </g>
        );
      })}
    </svg>
  );
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
      {standings.map((standing, run) => {
        if (standing === null) return null;
        // Height as well as colour tells what passed.
        const height = standing === 'passed' ? HEIGHT * 0.45 : HEIGHT;
        return (
          <rect
            key={run}
            class={`at ${standingClass(standing)}`}
            x={run * each}
            y={HEIGHT - height}
            width={Math.max(0.8, each - (each > 4 ? 1 : 0))}
            height={height}
          >
            <title>{`${dayText(runs, run)}: ${standing}`}</title>
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
