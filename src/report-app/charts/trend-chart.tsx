import { useState } from 'preact/hooks';
import { formatNumber } from '../../result/wording.ts';
import { toWire } from '../../result/wire.ts';
import { dayOf, shortDay } from '../view/days.ts';
import type { HistoryView } from '../view/history.ts';
import { EVENT_WORDS } from '../view/movement.ts';
import { trendOf } from '../view/trends.ts';
import { LogAxis, PlaceAxis } from './axes-of-plot.tsx';
import { Figure } from './figure.tsx';
import { logPlot, pathOf, stepsOf, type LogPlot, type PlotSize } from './log-plot.ts';

const HEIGHT = 260;
const MARGIN = { top: 26, right: 16, bottom: 32, left: 46 };

/** One check over the stored runs: its error with the bound, the approved value, and where it changed. */
export function TrendChart({ history, check }: { readonly history: HistoryView; readonly check: number }) {
  const [pointed, setPointed] = useState<number | null>(null);
  const values = trendOf(history, check).cells.map((cell) => cell?.value ?? null);
  const says = sayTrend(history, check, values);
  return (
    <Figure
      title={`${history.metricOf(check) || 'Verdict'} over the runs`}
      says={says}
      note={
        pointed === null ? (
          <TrendLegend history={history} check={check} />
        ) : (
          pointText(history, check, pointed)
        )
      }
    >
      {(width) => (
        <Plot
          history={history}
          check={check}
          size={{ width, height: HEIGHT, margin: MARGIN }}
          says={says}
          pointed={pointed}
          onPoint={setPointed}
        />
      )}
    </Figure>
  );
}

interface PlotProps {
  readonly history: HistoryView;
  readonly check: number;
  readonly size: PlotSize;
  readonly says: string;
  readonly pointed: number | null;
  readonly onPoint: (run: number | null) => void;
}

function Plot({ history, check, size, says, pointed, onPoint }: PlotProps) {
  const { runs } = history;
  const { cells } = trendOf(history, check);
  const values = cells.map((cell) => cell?.value ?? null);
  const limits = runs.map((_, run) => (cells[run] === null ? null : history.limit(check, run)));
  const approved = history.approved(check);
  const plot = logPlot(size, runs.length, [...values, ...limits, approved]);
  const point = (event: PointerEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    onPoint(nearest(plot, runs.length, event.clientX - box.left));
  };
  return (
    <svg
      class="chart trend"
      width={size.width}
      height={size.height}
      role="img"
      aria-label={says}
      onPointerMove={point}
      onPointerLeave={() => onPoint(null)}
    >
      <LogAxis plot={plot} size={size} />
      <PlaceAxis plot={plot} size={size} names={runs.map((run) => shortDay(run))} />
      <Marks history={history} check={check} plot={plot} size={size} />
      {approved !== null && (
        <g class="approved">
          <line
            x1={size.margin.left}
            x2={size.width - size.margin.right}
            y1={plot.y(approved)}
            y2={plot.y(approved)}
          />
        </g>
      )}
      <g class="limit">
        <path d={stepsOf(limits, plot)} />
      </g>
      <path class="series" d={pathOf(values, plot)} />
      {cells.map((cell, run) => {
        if (cell === null) return null;
        const beyond = cell.standing !== 'passed' && cell.standing !== 'skipped';
        if (!beyond && run !== pointed && runs.length > 40) return null;
        const at = cell.value === null ? size.height - size.margin.bottom : plot.y(cell.value);
        return beyond ? (
          <path key={run} class="dot dot-beyond" d={cross(plot.x(run), at)} />
        ) : (
          <circle key={run} class="dot" cx={plot.x(run)} cy={at} r={run === pointed ? 4.5 : 3} />
        );
      })}
    </svg>
  );
}

/** A square on its corner: what did not pass differs in shape too. */
function cross(x: number, y: number): string {
  return `M${x - 4.5},${y}L${x},${y - 4.5}L${x + 4.5},${y}L${x},${y + 4.5}Z`;
}

function nearest(plot: LogPlot, places: number, x: number): number {
  let best = 0;
  for (let place = 1; place < places; place++) {
    if (Math.abs(plot.x(place) - x) < Math.abs(plot.x(best) - x)) best = place;
  }
  return best;
}

/** Pixels that the words of a mark take; of marks closer than that only the first has words. */
const WORDS_WIDTH = 130;

function Marks(props: Pick<PlotProps, 'history' | 'check' | 'size'> & { readonly plot: LogPlot }) {
  const { history, check, size, plot } = props;
  const marks = history.marksOf(check).toSorted((left, right) => left.run - right.run);
  let worded = -Infinity;
  return (
    <>
      {marks.map(({ run, kind, worse }) => {
        const x = plot.x(run);
        const wordy = x - worded > WORDS_WIDTH;
        if (wordy) worded = x;
        return (
          <g key={`${run} ${kind}`} class={worse ? 'event event-worse' : 'event'}>
            <title>{EVENT_WORDS[kind]}</title>
            <line x1={x} x2={x} y1={size.margin.top - 8} y2={size.height - size.margin.bottom} />
            <text x={x} y={size.margin.top - 12} text-anchor={anchorAt(x, size.width)}>
              {worse ? '▲' : '▼'}
              {wordy && ` ${EVENT_WORDS[kind].toLowerCase()}`}
            </text>
          </g>
        );
      })}
    </>
  );
}

function anchorAt(x: number, width: number): 'start' | 'middle' | 'end' {
  if (x > width * 0.85) return 'end';
  return x < width * 0.15 ? 'start' : 'middle';
}

function TrendLegend({ history, check }: { readonly history: HistoryView; readonly check: number }) {
  const approved = history.approved(check);
  const limit = history.limit(check, history.runs.length - 1);
  return (
    <ul class="trend-legend">
      {limit !== null && (
        <li>
          <span class="key key-limit" aria-hidden="true" /> bound{' '}
          <span class="num">{formatNumber(toWire(limit))}</span>
        </li>
      )}
      {approved !== null && (
        <li>
          <span class="key key-approved" aria-hidden="true" /> approved{' '}
          <span class="num">{formatNumber(toWire(approved))}</span>
        </li>
      )}
      <li>
        <span class="key key-beyond" aria-hidden="true" /> did not pass
      </li>
    </ul>
  );
}

function pointText(history: HistoryView, check: number, place: number): string {
  const run = history.runs[place];
  const cell = history.cell(check, place);
  if (run === undefined) return '';
  const value =
    cell === null
      ? 'not in this run'
      : cell.value === null
        ? cell.standing
        : `${formatNumber(toWire(cell.value))}, ${cell.standing}`;
  return `${dayOf(run)} ${run.runId}: ${value}${run.commit === null ? '' : `, commit ${run.commit.slice(0, 8)}`}`;
}

function sayTrend(history: HistoryView, check: number, values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const range =
    known.length === 0
      ? 'It has no number in any run.'
      : low === high
        ? `Always ${formatNumber(toWire(low))}.`
        : `From ${formatNumber(toWire(low))} to ${formatNumber(toWire(high))}.`;
  const marks = history.marksOf(check).flatMap(({ run, kind }) => {
    const found = history.runs[run];
    return found === undefined ? [] : [`${EVENT_WORDS[kind]} on ${dayOf(found)}.`];
  });
  return `${known.length} runs, log scale. ${range}${marks.map((mark) => ` ${mark}`).join('')}`;
}
