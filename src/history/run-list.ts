/** The runs that Parquet files hold, told by one row each. */
import { fileList, maybeNumber, maybeText, textAt, type Columns, type Database } from './duckdb.ts';
import { RECORDS_VERSION } from './records.ts';
import type { HistoryRun } from './types.ts';

export interface ListedRun extends HistoryRun {
  readonly file: string;
  readonly complete: boolean;
  /** Written by another version of the tool. */
  readonly stale: boolean;
  /** Size of the `run.json` that it was derived from. */
  readonly documentBytes: number | null;
}

export type Failed = (path: string, problem: string) => void;

/** Reads all at once; where that fails, halves show which files are to blame. */
export async function readRuns(
  database: Database,
  paths: readonly string[],
  failed: Failed,
): Promise<readonly ListedRun[]> {
  if (paths.length === 0) return [];
  try {
    return toRuns(await database.query(runsQuery(paths)));
  } catch (error) {
    const [only] = paths;
    if (paths.length === 1 && only !== undefined) {
      failed(only, firstLine(error));
      return [];
    }
    const middle = Math.ceil(paths.length / 2);
    const left = await readRuns(database, paths.slice(0, middle), failed);
    return [...left, ...(await readRuns(database, paths.slice(middle), failed))];
  }
}

function runsQuery(paths: readonly string[]): string {
  return `SELECT filename, run_id, epoch_ms(started_at) AS started, complete, host, cpu, os, node, "commit", branch,
      tool_version, records_version, document_bytes
    FROM read_parquet(${fileList(paths)}, filename = true) WHERE position = 0 AND lead`;
}

function toRuns(columns: Columns): ListedRun[] {
  const text = (name: string, at: number): string => textAt(columns, name, at);
  const maybe = (name: string, at: number): string | null => maybeText(columns, name, at);
  return (columns['run_id'] ?? []).map((_, at) => ({
    file: text('filename', at),
    folder: null,
    runId: text('run_id', at),
    startedAt: maybeNumber(columns, 'started', at),
    complete: columns['complete']?.[at] === true,
    stale: columns['records_version']?.[at] !== RECORDS_VERSION,
    documentBytes: maybeNumber(columns, 'document_bytes', at),
    host: text('host', at),
    cpu: text('cpu', at),
    os: text('os', at),
    node: text('node', at),
    toolVersion: text('tool_version', at),
    commit: maybe('commit', at),
    branch: maybe('branch', at),
  }));
}

export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
