/** DuckDB in memory over files: nothing is locked, nothing is kept. Loaded only where history is read. */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { historyError } from '../errors/catalogue/history.ts';

/** A query's answer by column. Lists come as arrays, 64-bit integers as numbers. */
export type Columns = Readonly<Record<string, readonly unknown[]>>;

export interface Database {
  /** Throws DuckDB's own error. */
  query(sql: string): Promise<Columns>;
  close(): void;
}

export async function openDatabase(): Promise<Database> {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  try {
    const { DuckDBInstance: Instance } = await import('@duckdb/node-api');
    instance = await Instance.create(':memory:');
    connection = await instance.connect();
    await connection.run('SET parquet_metadata_cache = true');
  } catch (error) {
    throw historyError(
      'HISTORY_ENGINE',
      { problem: error instanceof Error ? error.message : String(error) },
      error,
    );
  }
  return {
    async query(sql) {
      const reader = await connection.runAndReadAll(sql);
      const names = reader.deduplicatedColumnNames();
      const columns = reader.getColumnsJS();
      return Object.fromEntries(names.map((name, at) => [name, (columns[at] ?? []).map(plain)]));
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function plain(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

/** A text as SQL writes it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Files as the argument of `read_parquet`; their names are meant as they are, not as patterns. */
export function fileList(paths: readonly string[]): string {
  return `[${paths.map((path) => literal(path.replaceAll(/[*?[]/g, '[$&]'))).join(', ')}]`;
}

/** A text of one row; empty where it is NULL. */
export function textAt(columns: Columns, name: string, at: number): string {
  return maybeText(columns, name, at) ?? '';
}

export function maybeText(columns: Columns, name: string, at: number): string | null {
  const value = columns[name]?.[at];
  return typeof value === 'string' ? value : null;
}

export function maybeNumber(columns: Columns, name: string, at: number): number | null {
  const value = columns[name]?.[at];
  return typeof value === 'number' ? value : null;
}

/** A list of one row, as SQL's `list()` gives it. */
export function numbersAt(columns: Columns, name: string, at: number): readonly (number | null)[] {
  return listAt(columns, name, at).map((item) =>
    typeof item === 'number' ? item : typeof item === 'bigint' ? Number(item) : null,
  );
}

export function listAt(columns: Columns, name: string, at: number): readonly unknown[] {
  const value = columns[name]?.[at];
  return Array.isArray(value) ? value : [];
}
