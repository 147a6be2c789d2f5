import type { Histogram } from '../../result/evidence.ts';
import { formatNumber } from '../../result/wording.ts';
import type { ElementLimit } from '../view/limits.ts';
import { exponentTicks, Figure, powerOfTen } from './figure.tsx';

const HEIGHT = 200;
const MARGIN = { top: 18, right: 12, bottom: 34, left: 12 };

interface Bar {
  readonly label: string;
  readonly count: number;
  /** Lower end as an exponent; `null` for the bins beside the axis. */
  readonly exponent: number | null;
  readonly kind: 'decade' | 'beside';
}

/** How many elements err by how much: decades of |error|, counts on a log scale, the bound as a line. */
export function HistogramChart(props: {
  readonly histogram: Histogram;
  readonly limit: ElementLimit | null;
  readonly title?: string;
}) {
  const { histogram, limit } = props;
  const first = firstDecade(histogram, limit);
  const bars = decadeBars(histogram, first.from, first.to);
  const beside = besideText(histogram);
  const used = histogram.counts.some((count) => count > 0);
  const most = Math.max(1, ...bars.map(({ count }) => count));
  return (
    <Figure
      title={props.title ?? 'How large the errors are'}
      says={saying(histogram, limit)}
      {...(beside === '' ? {} : { note: beside })}
    >
      {(width) =>
        used && (
          <svg
            class="chart"
            width={width}
            height={HEIGHT}
            role="img"
            aria-label={`Histogram. ${saying(histogram, limit)}`}
          >
            <Bars bars={bars} most={most} width={width} limit={limit} from={first.from} to={first.to} />
          </svg>
        )
      }
    </Figure>
  );
}

/** The decades to draw: those with counts, and the bound's. */
function firstDecade(histogram: Histogram, limit: ElementLimit | null): { from: number; to: number } {
  const used = histogram.counts.flatMap((count, index) => (count > 0 ? [histogram.minExponent + index] : []));
  const ends = limit === null ? used : [...used, Math.floor(exponentOf(limit))];
  if (ends.length === 0) return { from: -8, to: 0 };
  return { from: Math.min(...ends) - 1, to: Math.max(...ends) + 2 };
}

function decadeBars(histogram: Histogram, from: number, to: number): readonly Bar[] {
  return Array.from({ length: to - from }, (_, index) => {
    const exponent = from + index;
    const count = histogram.counts[exponent - histogram.minExponent] ?? 0;
    return {
      label: `${powerOfTen(exponent)} to ${powerOfTen(exponent + 1)}`,
      count,
      exponent,
      kind: 'decade',
    };
  });
}

function Bars(props: {
  readonly bars: readonly Bar[];
  readonly most: number;
  readonly width: number;
  readonly limit: ElementLimit | null;
  readonly from: number;
  readonly to: number;
}) {
  const { bars, limit, from, to } = props;
  const inner = props.width - MARGIN.left - MARGIN.right;
  const floor = HEIGHT - MARGIN.bottom;
  const x = (exponent: number) => MARGIN.left + ((exponent - from) / (to - from)) * inner;
  // Counts on a log scale that starts at a tenth, so that a single element is seen.
  const height = (count: number) =>
    count === 0 ? 0 : ((1 + Math.log10(count)) / (1 + Math.log10(props.most))) * (floor - MARGIN.top - 20);
  const limitAt = limit === null ? null : exponentOf(limit);
  return (
    <>
      {bars.map(({ label, count, exponent }) => {
        if (exponent === null || count === 0) return null;
        const beyond = limit?.strict === true && limitAt !== null && exponent >= limitAt;
        const partly = limit?.strict === true && limitAt !== null && exponent + 1 > limitAt && !beyond;
        return (
          <g key={exponent}>
            <rect
              class={beyond ? 'bar bar-beyond' : partly ? 'bar bar-partly' : 'bar'}
              x={x(exponent) + 1.5}
              y={floor - height(count)}
              width={Math.max(1, x(exponent + 1) - x(exponent) - 3)}
              height={height(count)}
              rx={2}
            >
              <title>{`${count} elements with |error| from ${label}`}</title>
            </rect>
            <text
              class="chart-value"
              x={(x(exponent) + x(exponent + 1)) / 2}
              y={floor - height(count) - 5}
              text-anchor="middle"
            >
              {compact(count)}
            </text>
          </g>
        );
      })}
      <line class="axis" x1={MARGIN.left} x2={props.width - MARGIN.right} y1={floor} y2={floor} />
      {exponentTicks(from, to, Math.floor(inner / 52)).map((tick) => (
        <text key={tick} class="chart-tick" x={x(tick)} y={floor + 16} text-anchor="middle">
          {powerOfTen(tick)}
        </text>
      ))}
      <text class="chart-tick" x={props.width - MARGIN.right} y={HEIGHT - 3} text-anchor="end">
        |error|
      </text>
      {limit !== null && limitAt !== null && (
        <g class="limit">
          <line x1={x(limitAt)} x2={x(limitAt)} y1={MARGIN.top - 4} y2={floor} />
          <text
            x={x(limitAt) + (limitAt - from > (to - from) / 2 ? -5 : 5)}
            y={MARGIN.top + 2}
            text-anchor={limitAt - from > (to - from) / 2 ? 'end' : 'start'}
          >
            {limit.name} {formatNumber(limit.value)}
          </text>
        </g>
      )}
    </>
  );
}

function saying(histogram: Histogram, limit: ElementLimit | null): string {
  const total =
    sum(histogram.counts) + histogram.zeros + histogram.below + histogram.above + histogram.nonFinite;
  if (histogram.counts.every((count) => count === 0)) {
    return `No finite error above zero among ${total} elements.`;
  }
  const scale = 'Counts by decade of |error|, both on log scales';
  if (limit === null || !limit.strict) return `${scale}; ${total} elements.`;
  const limitAt = exponentOf(limit);
  const decades = histogram.counts.filter((_, index) => histogram.minExponent + index >= limitAt);
  const surely = sum(decades) + histogram.above + histogram.nonFinite;
  return `${scale}; ${surely === 0 ? 'none' : surely} of ${total} elements in decades beyond the bound.`;
}

/** Where a limit stands on the axis; powers of ten exactly on their tick. */
function exponentOf(limit: ElementLimit): number {
  const exponent = Math.log10(limit.value);
  return Math.abs(exponent - Math.round(exponent)) < 1e-9 ? Math.round(exponent) : exponent;
}

function besideText({ zeros, below, above, nonFinite }: Histogram): string {
  const parts: readonly [number, string][] = [
    [zeros, 'without any error'],
    [below, 'smaller than shown'],
    [above, 'larger than shown'],
    [nonFinite, 'not finite'],
  ];
  const shown = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return shown.length === 0 ? '' : `Elements beside the axis: ${shown.join(', ')}.`;
}

function compact(count: number): string {
  return count < 10_000 ? String(count) : new Intl.NumberFormat('en', { notation: 'compact' }).format(count);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
