import { exponentTicks, powerOfTen } from './figure.tsx';
import type { LogPlot, PlotSize } from './log-plot.ts';

/** Grid lines and powers of ten at the left. */
export function LogAxis({ plot, size }: { readonly plot: LogPlot; readonly size: PlotSize }) {
  const { margin, width } = size;
  return (
    <>
      {exponentTicks(plot.low, plot.high, 5).map((tick) => (
        <g key={tick}>
          <line
            class="grid-line"
            x1={margin.left}
            x2={width - margin.right}
            y1={plot.y(10 ** tick)}
            y2={plot.y(10 ** tick)}
          />
          <text class="chart-tick" x={margin.left - 6} y={plot.y(10 ** tick) + 4} text-anchor="end">
            {powerOfTen(tick)}
          </text>
        </g>
      ))}
    </>
  );
}

/** First and last name below the axis, and some between them where they fit. */
export function PlaceAxis(props: {
  readonly plot: LogPlot;
  readonly size: PlotSize;
  readonly names: readonly string[];
  readonly each?: number;
}) {
  const { plot, size, names } = props;
  const room = size.width - size.margin.left - size.margin.right;
  const last = names.length - 1;
  const parts = Math.max(1, Math.min(last, Math.floor(room / (props.each ?? 96))));
  const shown = [...new Set(Array.from({ length: parts + 1 }, (_, at) => Math.round((at * last) / parts)))];
  return (
    <>
      {shown.map((place, at) => (
        <text
          key={place}
          class="chart-tick"
          x={plot.x(place)}
          y={size.height - size.margin.bottom + 18}
          text-anchor={at === 0 ? 'start' : place === last ? 'end' : 'middle'}
        >
          {names[place]}
        </text>
      ))}
    </>
  );
}
