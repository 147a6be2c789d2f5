/** Texts of the history as numbers: they are slow to hand over, and mostly the same from night to night. */
import type { Standing } from '../result/reading.ts';
import { literal, maybeText, textAt, type Columns } from './duckdb.ts';
import type { CheckKey } from './types.ts';

const KEYS = ['suite', 'model', '"case"', 'target', 'output'];

/** The columns that name a check. */
export const KEY_COLUMNS = KEYS.join(', ');

/** SQL that is true where two tables mean the same check. */
export function sameCheck(left: string, right: string): string {
  return KEYS.map((key) => `${left}.${key} IS NOT DISTINCT FROM ${right}.${key}`).join(' AND ');
}

export function keyAt(columns: Columns, at: number): CheckKey {
  return {
    suite: textAt(columns, 'suite', at),
    model: textAt(columns, 'model', at),
    case: textAt(columns, 'case', at),
    target: textAt(columns, 'target', at),
    output: maybeText(columns, 'output', at),
  };
}

const STANDINGS: readonly Standing[] = ['passed', 'failed', 'void', 'unverified', 'not run', 'skipped'];

/** SQL for the column `standing` as a number from 1. */
export const STANDING_CODE = `list_position([${STANDINGS.map((name) => literal(name)).join(', ')}], standing)::INTEGER`;

export function codeOf(standing: Standing): number {
  return STANDINGS.indexOf(standing) + 1;
}

export function standingFrom(code: unknown): Standing {
  return STANDINGS[Number(code) - 1] ?? 'not run';
}
