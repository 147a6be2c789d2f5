import { logPlot, pathOf, stepsOf } from './log-plot.ts';

const SIZE = { width: 200, height: 34, margin: { top: 5, right: 4, bottom: 5, left: 4 } };

/** A small line of errors on a log axis, the bound as a dashed one. */
export function Spark(props: {
  readonly values: readonly (number | null)[];
  readonly limits?: readonly (number | null)[];
  /** A second, quieter line. */
  readonly middle?: readonly (number | null)[];
  readonly marks?: readonly number[];
  readonly says: string;
}) {
  const { values, limits = [], middle = [], marks = [] } = props;
  const plot = logPlot(SIZE, values.length, [...values, ...limits, ...middle]);
  const last = values.findLastIndex((value) => value !== null);
  const now = values[last] ?? null;
  return (
    <svg class="spark" width={SIZE.width} height={SIZE.height} role="img" aria-label={props.says}>
      <path class="spark-limit" d={stepsOf(limits, plot)} />
      {middle.length > 0 && <path class="spark-middle" d={pathOf(middle, plot)} />}
      <path class="spark-line" d={pathOf(values, plot)} />
      {marks.map((place) => (
        <line key={place} class="spark-mark" x1={plot.x(place)} x2={plot.x(place)} y1={0} y2={SIZE.height} />
      ))}
      {now !== null && <circle class="spark-now" cx={plot.x(last)} cy={plot.y(now)} r={3} />}
    </svg>
  );
}
