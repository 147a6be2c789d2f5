/** Orders of the checks table; the sort key stands in the address as `utilisation` or `-utilisation`. */
import { standingOf } from '../../result/reading.ts';
import type { Standing } from '../../result/reading.ts';
import { numberOf } from './filter.ts';
import type { Row } from './rows.ts';

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/** What did not pass first, then the least room left. */
export const DEFAULT_SORT: Sort = { column: 'verdict', descending: false };

export function parseSort(text: string): Sort {
  if (text === '') return DEFAULT_SORT;
  return text.startsWith('-')
    ? { column: text.slice(1), descending: true }
    : { column: text, descending: false };
}

export function sortText(sort: Sort): string {
  return `${sort.descending ? '-' : ''}${sort.column}`;
}

export function sortRows(rows: readonly Row[], sort: Sort): readonly Row[] {
  const direction = sort.descending ? -1 : 1;
  const compare = comparisonFor(sort.column);
  return [...rows].sort((left, right) => direction * compare(left, right) || left.position - right.position);
}

type Comparison = (left: Row, right: Row) => number;

function comparisonFor(column: string): Comparison {
  if (column === 'verdict') return byVerdict;
  const text = TEXTS.get(column);
  if (text !== undefined) return (left, right) => collator.compare(text(left), text(right));
  return (left, right) => orderable(numberOf(left, column)) - orderable(numberOf(right, column));
}

const ORDER: readonly Standing[] = ['failed', 'not run', 'void', 'unverified', 'passed', 'skipped'];

function byVerdict(left: Row, right: Row): number {
  const rank = ORDER.indexOf(standingOf(left.check)) - ORDER.indexOf(standingOf(right.check));
  return rank !== 0 ? rank : orderable(right.utilisation) - orderable(left.utilisation);
}

const collator = new Intl.Collator('en', { numeric: true });

const TEXTS: ReadonlyMap<string, (row: Row) => string> = new Map([
  ['suite', ({ check }: Row) => `${check.suite}\n${check.model}`],
  ['case', ({ check }: Row) => check.case],
  ['output', ({ check }: Row) => check.output ?? ''],
  ['target', ({ check }: Row) => check.target],
]);

/** NaN above everything, absent below everything; infinities kept finite so that differences stay numbers. */
function orderable(value: number | null): number {
  if (value === null) return -Number.MAX_VALUE / 4;
  if (Number.isNaN(value)) return Number.MAX_VALUE / 3;
  return Math.max(-Number.MAX_VALUE / 5, Math.min(value, Number.MAX_VALUE / 4));
}
