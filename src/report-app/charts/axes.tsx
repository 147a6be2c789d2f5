import type { AxisProfile } from '../../result/evidence.ts';
import { formatNumber } from '../../result/wording.ts';
import { fromWire, toWire } from '../../result/wire.ts';
import type { ElementLimit } from '../view/limits.ts';
import { indicesOf } from '../view/folding.ts';
import { Figure } from './figure.tsx';

const HEIGHT = 92;
const FLOOR = HEIGHT - 18;

/** Largest |error| along each axis: a single bad channel stands out as one tall bar. */
export function AxesChart(props: {
  readonly axes: readonly AxisProfile[];
  readonly limit: ElementLimit | null;
}) {
  const axes = props.axes.filter(({ length }) => length > 1);
  if (axes.length === 0) return null;
  const says = `Largest |error| at each index, axis by axis; bars from zero. ${axes.map(saying).join(' ')}`;
  return (
    <Figure title="Along each axis" says="Largest |error| at each index; bars from zero.">
      {(width) => (
        <div class="axes" role="img" aria-label={says}>
          {axes.map((axis) => (
            <Bars key={axis.axis} axis={axis} limit={props.limit} width={width} />
          ))}
        </div>
      )}
    </Figure>
  );
}

function Bars(props: {
  readonly axis: AxisProfile;
  readonly limit: ElementLimit | null;
  readonly width: number;
}) {
  const { axis, limit, width } = props;
  const errors = axis.maxError.map(fromWire);
  const largest = Math.max(0, ...errors.filter(Number.isFinite));
  const each = width / Math.max(1, errors.length);
  const barWidth = Math.min(36, each);
  const height = (error: number) => {
    if (!Number.isFinite(error)) return FLOOR - 4;
    return largest === 0 ? 0 : (error / largest) * (FLOOR - 16);
  };
  return (
    <div>
      <p class="axis-name">
        Axis {axis.axis} <span class="quiet">{axis.length} long, largest</span>{' '}
        <span class="num">
          {formatNumber(toWire(errors.some((error) => !Number.isFinite(error)) ? Infinity : largest))}
        </span>
      </p>
      <svg class="chart" width={width} height={HEIGHT} aria-hidden="true">
        {errors.map((error, index) => (
          <rect
            key={index}
            class={limit !== null && !(error <= limit.value) ? 'bar bar-beyond' : 'bar'}
            x={index * barWidth + (barWidth > 4 ? 1 : 0)}
            y={FLOOR - Math.max(error === 0 ? 0 : 1, height(error))}
            width={Math.max(0.6, barWidth - (barWidth > 4 ? 2 : 0))}
            height={Math.max(error === 0 ? 0 : 1, height(error))}
          >
            <title>{`${indexText(axis, index)}: ${formatNumber(toWire(error))}`}</title>
          </rect>
        ))}
        <line class="axis" x1={0} x2={Math.min(width, barWidth * errors.length)} y1={FLOOR} y2={FLOOR} />
        <text class="chart-tick" x={0} y={HEIGHT - 4}>
          0
        </text>
        <text
          class="chart-tick"
          x={Math.min(width, barWidth * errors.length)}
          y={HEIGHT - 4}
          text-anchor="end"
        >
          {axis.length - 1}
        </text>
      </svg>
    </div>
  );
}

function saying(axis: AxisProfile): string {
  const errors = axis.maxError.map(fromWire);
  const largest = Math.max(...errors.map((error) => (Number.isNaN(error) ? Infinity : error)));
  const at = errors.findIndex((error) => error === largest || Number.isNaN(error));
  return `Axis ${axis.axis}: largest ${formatNumber(toWire(largest))} at ${indexText(axis, at)}.`;
}

function indexText(axis: AxisProfile, place: number): string {
  const [from, to] = indicesOf(place, axis.maxError.length, axis.length);
  return from === to ? `index ${from}` : `indices ${from} to ${to}`;
}
