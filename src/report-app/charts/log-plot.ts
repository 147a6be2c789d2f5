/** Places on a chart of errors: runs or steps from left to right, a log axis from bottom to top. */

export interface PlotSize {
  readonly width: number;
  readonly height: number;
  readonly margin: {
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
    readonly left: number;
  };
}

export interface LogPlot {
  readonly x: (place: number) => number;
  /** Zero stands on the floor, and what is not finite at the ceiling. */
  readonly y: (value: number) => number;
  /** Decades of the axis. */
  readonly low: number;
  readonly high: number;
}

/** The axis holds all values that a logarithm has; at least one decade of it. */
export function logPlot(size: PlotSize, places: number, values: readonly (number | null)[]): LogPlot {
  const { width, height, margin } = size;
  const [low, high] = decadesOf(values);
  const [inner, floor] = [width - margin.left - margin.right, height - margin.bottom];
  return {
    low,
    high,
    x: (place) => margin.left + (places < 2 ? inner / 2 : (place / (places - 1)) * inner),
    y(value) {
      if (!Number.isFinite(value)) return margin.top;
      if (value <= 0) return floor;
      const share = (Math.log10(value) - low) / (high - low);
      return floor - Math.min(1, Math.max(0, share)) * (floor - margin.top);
    },
  };
}

function decadesOf(values: readonly (number | null)[]): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === null || !(value > 0) || !Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [-8, 0];
  // A value on its decade is on the axis, not above it.
  const from = Math.floor(Math.log10(low) + 1e-9);
  return [from, Math.max(from + 1, Math.ceil(Math.log10(high) - 1e-9))];
}

/** A path through the values; nothing is drawn where there is none. */
export function pathOf(values: readonly (number | null)[], { x, y }: LogPlot): string {
  let pen = 'M';
  let path = '';
  values.forEach((value, place) => {
    if (value === null) {
      pen = 'M';
      return;
    }
    path += `${pen}${x(place).toFixed(1)},${y(value).toFixed(1)}`;
    pen = 'L';
  });
  return path;
}

/** A line that is level until it changes. */
export function stepsOf(values: readonly (number | null)[], plot: LogPlot): string {
  const { x, y } = plot;
  let path = '';
  values.forEach((value, place) => {
    if (value === null || !(value > 0) || !Number.isFinite(value)) return;
    const before = values[place - 1];
    const [from, to] = [x(Math.max(0, place - 0.5)), x(Math.min(values.length - 1, place + 0.5))];
    path += `${before === value ? 'L' : 'M'}${from.toFixed(1)},${y(value).toFixed(1)}L${to.toFixed(1)},${y(value).toFixed(1)}`;
  });
  return path;
}
