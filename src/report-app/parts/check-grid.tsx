import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { metricOf } from '../../result/reading.ts';
import { checkAddress } from '../address.ts';
import { keepOrder, keptOrder } from '../view/reading-order.ts';
import type { Row } from '../view/rows.ts';
import type { Sort } from '../view/sort.ts';
import { Name } from './name.tsx';
import { Computed, Num } from './number.tsx';
import { StandingLabel } from './standing.tsx';
import { UtilisationBar } from './utilisation.tsx';
import { useMedia, usePrinting, useWindowOf } from './window.ts';

const COLUMNS: readonly (readonly [key: string, label: string])[] = [
  ['verdict', 'Verdict'],
  ['suite', 'Suite'],
  ['case', 'Case'],
  ['output', 'Output'],
  ['target', 'Target'],
  ['linf', 'L∞'],
  ['mse', 'MSE'],
  ['utilisation', 'Of bound'],
];

/** Heights in pixels, as the style sheet sets them. */
const HEIGHTS = { wide: { row: 40, head: 40 }, narrow: { row: 68, head: 0 } };

/** More than the rows that any screen shows at once. */
const SLOTS = 128;

/** Rows that are printed: a printout of thousands helps nobody. */
const MAX_PRINTED = 1000;

/** A table of any number of checks of which only the visible rows exist. One tab stop; arrows move, Enter opens. */
export function CheckGrid(props: {
  readonly rows: readonly Row[];
  readonly sort: Sort;
  readonly onSort: (column: string) => void;
  readonly address: string;
  readonly frame: RefObject<HTMLDivElement | null>;
}) {
  const { rows, frame } = props;
  const narrow = useMedia('(max-width: 760px)');
  const { row: rowHeight, head } = narrow ? HEIGHTS.narrow : HEIGHTS.wide;
  const printing = usePrinting();
  const visible = useWindowOf(frame, rows.length, rowHeight);
  const [active, setActive] = useState(() =>
    keptOrder().address === props.address ? keptOrder().active : 0,
  );
  const current = Math.min(active, Math.max(0, rows.length - 1));
  const shown = printing ? { from: 0, to: Math.min(rows.length, MAX_PRINTED) } : visible;

  // Rows that come into view take the elements of those that left it.
  const slots = Math.max(SLOTS, shown.to - shown.from);

  // A new order starts at its top; the same order, come back to, where it was left.
  useLayoutEffect(() => {
    const kept = keptOrder();
    const at = kept.address === props.address ? kept.active : 0;
    keepOrder(rows, at, props.address);
    setActive(at);
    if (frame.current !== null)
      frame.current.scrollTop = Math.max(0, at * rowHeight - frame.current.clientHeight / 2);
  }, [rows]);
  useEffect(() => keepOrder(rows, current, props.address), [current, props.address]);

  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setActive(next);
    bringIntoView(frame.current, next, rowHeight, head);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((frame.current?.clientHeight ?? 400) / rowHeight) - 2);
    const to = destination(event.key, current, rows.length, page);
    if (to !== null) {
      event.preventDefault();
      move(to);
    } else if (event.key === 'Enter' && event.target === frame.current) {
      const row = rows[current];
      if (row !== undefined) location.hash = checkAddress(row.check);
    }
  };

  return (
    <div
      class="grid"
      role="grid"
      aria-label="Checks: arrows move, Enter opens"
      aria-rowcount={rows.length + 1}
      aria-colcount={COLUMNS.length}
      aria-activedescendant={rows.length === 0 ? undefined : `row-${current}`}
      ref={frame}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" class="grid-head">
        <div role="row" class="grid-row" aria-rowindex={1}>
          {COLUMNS.map(([key, label]) => (
            <div
              key={key}
              role="columnheader"
              class={`col-${key}`}
              aria-sort={
                props.sort.column === key ? (props.sort.descending ? 'descending' : 'ascending') : 'none'
              }
            >
              <button type="button" onClick={() => props.onSort(key)}>
                {label}
                <span aria-hidden="true">
                  {props.sort.column === key ? (props.sort.descending ? ' ↓' : ' ↑') : ''}
                </span>
              </button>
            </div>
          ))}
        </div>
      </div>
      <div
        role="rowgroup"
        class="grid-body"
        style={printing ? {} : { height: `${rows.length * rowHeight}px` }}
      >
        {rows.slice(shown.from, shown.to).map((row, offset) => (
          <GridRow
            key={(shown.from + offset) % slots}
            row={row}
            index={shown.from + offset}
            top={printing ? null : (shown.from + offset) * rowHeight}
            active={shown.from + offset === current}
            onPick={setActive}
          />
        ))}
      </div>
      {rows.length === 0 && <p class="grid-empty">No check matches this filter.</p>}
    </div>
  );
}

function GridRow(props: {
  readonly row: Row;
  readonly index: number;
  readonly top: number | null;
  readonly active: boolean;
  readonly onPick: (index: number) => void;
}) {
  const { row, index } = props;
  const { check } = row;
  return (
    <div
      role="row"
      id={`row-${index}`}
      class={`grid-row ${props.active ? 'is-active' : ''}`}
      aria-rowindex={index + 2}
      aria-selected={props.active}
      style={props.top === null ? {} : { transform: `translateY(${props.top}px)` }}
      onClick={(event) => {
        props.onPick(index);
        if (!(event.target instanceof HTMLAnchorElement) && getSelection()?.isCollapsed !== false) {
          location.hash = checkAddress(check);
        }
      }}
    >
      <div role="gridcell" class="col-verdict">
        <StandingLabel
          standing={row.standing}
          {...(check.verdict === null ? { detail: check.status } : {})}
        />
      </div>
      <div role="gridcell" class="col-suite" title={check.suite}>
        <Name text={check.suite} />
        {check.model !== check.suite && (
          <span class="quiet">
            {' '}
            <Name text={check.model} />
          </span>
        )}
      </div>
      <div role="gridcell" class="col-case">
        <a href={checkAddress(check)} tabIndex={-1} onClick={() => props.onPick(index)}>
          <Name text={check.case} />
        </a>
      </div>
      <div role="gridcell" class="col-output">
        {check.output === null ? <span class="quiet">unknown</span> : <Name text={check.output} />}
      </div>
      <div role="gridcell" class="col-target">
        <Name text={check.target} />
      </div>
      <MetricCell row={row} name="linf" />
      <MetricCell row={row} name="mse" />
      <div role="gridcell" class="col-utilisation">
        {row.utilisation !== null && (
          <>
            <UtilisationBar value={row.utilisation} />
            <Computed value={row.utilisation} />
          </>
        )}
      </div>
    </div>
  );
}

function MetricCell({ row, name }: { readonly row: Row; readonly name: string }) {
  const value = metricOf(row.check, name);
  return (
    <div role="gridcell" class={`col-${name}`}>
      {value !== undefined && <Num value={value} />}
    </div>
  );
}

function destination(key: string, current: number, count: number, page: number): number | null {
  const moves: ReadonlyMap<string, number> = new Map([
    ['ArrowDown', current + 1],
    ['ArrowUp', current - 1],
    ['PageDown', current + page],
    ['PageUp', current - page],
    ['Home', 0],
    ['End', count - 1],
  ]);
  return moves.get(key) ?? null;
}

/** The head sticks to the top of the frame and covers what lies under it. */
function bringIntoView(frame: HTMLElement | null, index: number, rowHeight: number, head: number): void {
  if (frame === null) return;
  const top = index * rowHeight;
  if (top < frame.scrollTop) frame.scrollTop = top;
  const bottom = head + top + rowHeight - frame.clientHeight;
  if (bottom > frame.scrollTop) frame.scrollTop = bottom;
}
