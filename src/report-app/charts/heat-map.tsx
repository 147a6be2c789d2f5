import { useEffect, useRef, useState } from 'preact/hooks';
import type { HeatMap } from '../../result/evidence.ts';
import { formatNumber } from '../../result/wording.ts';
import { fromWire, toWire } from '../../result/wire.ts';
import type { ElementLimit } from '../view/limits.ts';
import { indicesOf } from '../view/folding.ts';
import { Figure } from './figure.tsx';

/** Where the error sits: the largest |error| over the last two axes, everything before them folded together. */
export function HeatMapChart(props: { readonly map: HeatMap; readonly limit: ElementLimit | null }) {
  const { map, limit } = props;
  const range = rangeOf(map);
  const [pointed, setPointed] = useState<string | null>(null);
  const says = sayWhere(map, range.largest);
  return (
    <Figure
      title="Where the error sits"
      says={says}
      note={pointed ?? <HeatLegend range={range} limit={limit} />}
    >
      {(width) => (
        <Cells map={map} range={range} limit={limit} width={width} says={says} onPoint={setPointed} />
      )}
    </Figure>
  );
}

interface Range {
  /** Smallest error above zero, and the largest finite one. */
  readonly smallest: number;
  readonly largest: number;
  readonly at: number;
}

function rangeOf(map: HeatMap): Range {
  let smallest = Infinity;
  let largest = 0;
  let at = -1;
  for (const [index, cell] of map.cells.entries()) {
    const error = fromWire(cell);
    if (Number.isNaN(error) || error === Infinity) {
      if (largest !== Infinity) at = index;
      largest = Infinity;
    } else if (error > 0) {
      smallest = Math.min(smallest, error);
      if (error > largest) [largest, at] = [error, index];
    }
  }
  return { smallest: smallest === Infinity ? 0 : smallest, largest, at };
}

function Cells(props: {
  readonly map: HeatMap;
  readonly range: Range;
  readonly limit: ElementLimit | null;
  readonly width: number;
  readonly says: string;
  readonly onPoint: (text: string | null) => void;
}) {
  const { map, range, limit, width, onPoint } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = drawnSize(map, width);
  useEffect(() => {
    const draw = () => {
      if (canvas.current !== null) paint(canvas.current, map, range, limit, size);
    };
    draw();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', draw);
    addEventListener('themechange', draw);
    return () => {
      dark.removeEventListener('change', draw);
      removeEventListener('themechange', draw);
    };
  }, [map, size.width, size.height]);
  const point = (event: PointerEvent) => {
    const box = (event.currentTarget as HTMLCanvasElement).getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * map.columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * map.rows);
    onPoint(cellText(map, row, column));
  };
  return (
    <canvas
      ref={canvas}
      class="heat-map"
      role="img"
      aria-label={props.says}
      style={{ width: `${size.width}px`, height: `${size.height}px` }}
      onPointerMove={point}
      onPointerLeave={() => onPoint(null)}
    />
  );
}

/** Square cells where they fit; at most 320 pixels high. */
function drawnSize(map: HeatMap, width: number): { readonly width: number; readonly height: number } {
  const cell = Math.max(2, Math.min(28, width / map.columns, 320 / map.rows));
  return {
    width: Math.min(width, Math.max(120, Math.round(cell * map.columns))),
    height: Math.max(24, Math.round(cell * map.rows)),
  };
}

function paint(
  canvas: HTMLCanvasElement,
  map: HeatMap,
  range: Range,
  limit: ElementLimit | null,
  size: { readonly width: number; readonly height: number },
): void {
  const scale = Math.max(1, devicePixelRatio);
  canvas.width = Math.round(size.width * scale);
  canvas.height = Math.round(size.height * scale);
  const context = canvas.getContext('2d');
  if (context === null) return;
  const colours = coloursOf(canvas);
  const [w, h] = [canvas.width / map.columns, canvas.height / map.rows];
  const gap = Math.min(w, h) > 8 * scale ? scale : 0;
  for (const [index, cell] of map.cells.entries()) {
    const [row, column] = [Math.floor(index / map.columns), index % map.columns];
    context.fillStyle = colourOf(fromWire(cell), range, limit, colours);
    const [left, top] = [Math.floor(column * w), Math.floor(row * h)];
    context.fillRect(
      left,
      top,
      Math.floor((column + 1) * w) - left - gap,
      Math.floor((row + 1) * h) - top - gap,
    );
  }
}

interface Colours {
  readonly none: string;
  readonly steps: readonly string[];
  readonly beyond: readonly string[];
}

/** Colours come from the style sheet, where light and dark have their own: read as the colour that an element would get. */
function coloursOf(element: HTMLElement): Colours {
  const read = (name: string) => {
    element.style.color = `var(--${name})`;
    return getComputedStyle(element).color;
  };
  const colours = {
    none: read('heat-none'),
    steps: [1, 2, 3, 4, 5].map((step) => read(`heat-${step}`)),
    beyond: [1, 2].map((step) => read(`heat-beyond-${step}`)),
  };
  element.style.color = '';
  return colours;
}

function colourOf(error: number, range: Range, limit: ElementLimit | null, colours: Colours): string {
  if (error === 0) return colours.none;
  if (!Number.isFinite(error)) return colours.beyond[1] ?? colours.none;
  if (limit !== null && error > limit.value) {
    return (error > limit.value * 10 ? colours.beyond[1] : colours.beyond[0]) ?? colours.none;
  }
  const top = limit === null ? range.largest : Math.min(limit.value, range.largest);
  const finiteTop = Number.isFinite(top) && top > 0 ? top : error;
  const decades = Math.max(
    1,
    Math.min(6, Math.log10(finiteTop / Math.max(range.smallest, finiteTop * 1e-6))),
  );
  const place = 1 + Math.log10(error / finiteTop) / decades;
  const index = Math.max(0, Math.min(4, Math.floor(place * 5)));
  return colours.steps[index] ?? colours.none;
}

function cellText(map: HeatMap, row: number, column: number): string | null {
  const cell = map.cells[row * map.columns + column];
  if (cell === undefined || row < 0 || column < 0 || column >= map.columns) return null;
  return `${placeText(map, row, column)}: largest |error| ${formatNumber(cell)}`;
}

function placeText(map: HeatMap, row: number, column: number): string {
  const [rows, columns] = map.fromShape;
  return `row ${span(row, map.rows, rows)}, column ${span(column, map.columns, columns)}`;
}

/** The original indices that a folded cell stands for. */
function span(cell: number, cells: number, length: number): string {
  const [from, to] = indicesOf(cell, cells, length);
  return from === to ? String(from) : `${from}–${to}`;
}

function sayWhere(map: HeatMap, largest: number): string {
  const [rows, columns] = map.fromShape;
  const folded =
    rows !== map.rows || columns !== map.columns ? `, folded to ${map.rows} × ${map.columns}` : '';
  const size = `Largest |error| over the last two axes (${rows} × ${columns}${folded})`;
  if (largest === 0) return `${size}: none anywhere.`;
  const { at } = rangeOf(map);
  const where = placeText(map, Math.floor(at / map.columns), at % map.columns);
  return `${size}; the largest is at ${where}.`;
}

function HeatLegend({ range, limit }: { readonly range: Range; readonly limit: ElementLimit | null }) {
  if (range.largest === 0) return <span>No error anywhere.</span>;
  return (
    <span class="heat-legend">
      <span class="num">{formatNumber(toWire(range.smallest))}</span>
      <span class="heat-ramp" aria-hidden="true" />
      <span class="num">
        {formatNumber(toWire(limit === null ? range.largest : Math.min(limit.value, range.largest)))}
      </span>
      {limit !== null && range.largest > limit.value && (
        <>
          <span class="heat-beyond" aria-hidden="true" /> beyond {limit.name}, to{' '}
          <span class="num">{formatNumber(toWire(range.largest))}</span>
        </>
      )}
    </span>
  );
}
