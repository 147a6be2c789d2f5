/** The order in which checks were last listed: the check page goes on and back in it, and the list finds its place again. */
import type { Row } from './rows.ts';

interface ReadingOrder {
  rows: readonly Row[];
  /** Place of the check in `rows` that was last active. */
  active: number;
  address: string;
}

const order: ReadingOrder = { rows: [], active: 0, address: '' };

export function keepOrder(rows: readonly Row[], active: number, address: string): void {
  Object.assign(order, { rows, active, address });
}

export function keptOrder(): Readonly<ReadingOrder> {
  return order;
}

/** Neighbours of a check in the last list, or in the run where it was not listed. */
export function neighbours(
  row: Row,
  all: readonly Row[],
): { readonly previous: Row | null; readonly next: Row | null } {
  const listed = order.rows.indexOf(row);
  const rows = listed < 0 ? all : order.rows;
  const at = listed < 0 ? row.position : listed;
  return { previous: rows[at - 1] ?? null, next: rows[at + 1] ?? null };
}
