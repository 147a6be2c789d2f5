/** Where the error sits: one further pass that folds |error| onto the last two axes, each axis, and the decades of |expected|. */
import type { AxisProfile, HeatMap, MagnitudeProfile, WireNumber } from '../../result/index.ts';
import { toWire } from '../../result/index.ts';
import { decadeIndex } from '../decades.ts';
import type { MeasureOptions } from '../measured.ts';
import { matchesOdd } from '../measured.ts';
import { DECADES, FIRST_DECADE } from '../measured.ts';
import type { Pair } from '../pair.ts';
import { eachChunk } from '../pair.ts';
import { unravel } from '../unravel.ts';

const MAP_SIDE = 64;
const AXIS_CELLS = 128;

export interface ErrorMaps {
  readonly heatMap?: HeatMap;
  readonly magnitude?: MagnitudeProfile;
  readonly axes: readonly AxisProfile[];
}

export function errorMaps(pair: Pair, options: MeasureOptions): ErrorMaps {
  const { shape } = pair;
  const axes = shape.map((length) => new Float64Array(Math.min(length, AXIS_CELLS)));
  const rows = shape.at(-2) ?? 1;
  const columns = shape.at(-1) ?? 1;
  const mapRows = Math.min(rows, MAP_SIDE);
  const mapColumns = Math.min(columns, MAP_SIDE);
  const cells = new Float64Array(mapRows * mapColumns);
  const magnitudes = new Float64Array(DECADES).fill(-1);
  eachError(pair, options, (index, error, expected) => {
    axes.forEach((cellsOfAxis, axis) => {
      raise(cellsOfAxis, fold(index[axis]!, shape[axis]!, cellsOfAxis.length), error);
    });
    const row = fold(index.at(-2) ?? 0, rows, mapRows);
    raise(cells, row * mapColumns + fold(index.at(-1) ?? 0, columns, mapColumns), error);
    if (expected !== 0 && Number.isFinite(expected))
      raise(magnitudes, decadeIndex(Math.abs(expected)), error);
  });
  const magnitude = magnitudeOf(magnitudes);
  return {
    axes: axes.map((values, axis) => ({ axis, length: shape[axis]!, maxError: wire(values) })),
    ...(shape.length >= 2
      ? { heatMap: { rows: mapRows, columns: mapColumns, fromShape: [rows, columns], cells: wire(cells) } }
      : {}),
    ...(magnitude === undefined ? {} : { magnitude }),
  };
}

/** Visits every element: Infinity for a non-finite mismatch, 0 for matched non-finite pairs. */
function eachError(
  pair: Pair,
  options: MeasureOptions,
  visit: (index: readonly number[], error: number, expected: number) => void,
): void {
  const { shape } = pair;
  const index = unravel(0, shape);
  eachChunk(pair, ({ expected, actual, difference }, count) => {
    for (let i = 0; i < count; i++) {
      const e = expected[i]!;
      const a = actual[i]!;
      const finite = e - e === 0 && a - a === 0;
      visit(index, finite ? Math.abs(difference[i]!) : matchesOdd(e, a, options) ? 0 : Infinity, e);
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        if (++index[axis]! < shape[axis]!) break;
        index[axis] = 0;
      }
    }
  });
}

function fold(position: number, length: number, cells: number): number {
  return length === cells ? position : Math.floor((position * cells) / length);
}

function raise(cells: Float64Array, at: number, error: number): void {
  if (error > cells[at]!) cells[at] = error;
}

/** −1 marks decades without elements: the profile spans the others, with 0 in gaps. */
function magnitudeOf(magnitudes: Float64Array): MagnitudeProfile | undefined {
  const first = magnitudes.findIndex((error) => error >= 0);
  if (first < 0) return undefined;
  const last = magnitudes.findLastIndex((error) => error >= 0);
  const maxError = wire(magnitudes.subarray(first, last + 1).map((error) => Math.max(0, error)));
  return { minExponent: first + FIRST_DECADE, maxError };
}

function wire(values: Float64Array): readonly WireNumber[] {
  return Array.from(values, toWire);
}
