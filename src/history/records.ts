/** `checks.parquet`: the checks of a run as typed rows, derived from its `run.json` and never changed. */
import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunDocument } from '../result/index.ts';
import { parquetFile, type ParquetColumn } from './parquet/write.ts';
import { factsOf, rowsOf, type HistoryRow, type RunFacts } from './rows.ts';

export const RUN_FILE = 'run.json';
export const PARQUET_FILE = 'checks.parquet';

/** Raised when a column changes its meaning; files of another version are made again from `run.json`. */
export const RECORDS_VERSION = 1;

/** Writes `checks.parquet` beside the `run.json` that is already there: under another name first, then renamed. */
export async function writeParquet(runFolder: string, document: RunDocument): Promise<string> {
  const documentBytes = await stat(join(runFolder, RUN_FILE)).then(
    ({ size }) => size,
    () => null,
  );
  const path = join(runFolder, PARQUET_FILE);
  const draft = join(runFolder, `.${randomBytes(4).toString('hex')}.tmp`);
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(parquetOf(document, documentBytes));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
  return path;
}

/** The file's bytes. `documentBytes` is the size of `run.json`: a file of another size is not the one this was derived from. */
export function parquetOf(document: RunDocument, documentBytes: number | null): Buffer {
  const facts = factsOf(document);
  const rows = rowsOf(document);
  const run: readonly ParquetColumn[] = RUN_COLUMNS.map(({ name, kind, of }) => {
    const value = of(facts);
    return { name, kind, values: rows.map(() => value) } as ParquetColumn;
  });
  const size = rows.map(() => documentBytes);
  return parquetFile(
    [
      { name: 'records_version', kind: 'integer', values: rows.map(() => RECORDS_VERSION) },
      { name: 'document_bytes', kind: 'integer', values: size },
      ...run,
      ...CHECK_COLUMNS.map(
        ({ name, kind, of }) => ({ name, kind, values: rows.map((row) => of(row)) }) as ParquetColumn,
      ),
    ],
    `onnx-parity version ${facts.toolVersion}`,
  );
}

interface Column<T> {
  readonly name: string;
  readonly kind: ParquetColumn['kind'];
  readonly of: (row: T) => string | number | boolean | null;
}

const RUN_COLUMNS: readonly Column<RunFacts>[] = [
  { name: 'run_id', kind: 'text', of: (run) => run.runId },
  { name: 'started_at', kind: 'time', of: (run) => run.startedAt },
  { name: 'complete', kind: 'boolean', of: (run) => run.complete },
  { name: 'tool_version', kind: 'text', of: (run) => run.toolVersion },
  { name: 'host', kind: 'text', of: (run) => run.host },
  { name: 'cpu', kind: 'text', of: (run) => run.cpu },
  { name: 'os', kind: 'text', of: (run) => run.os },
  { name: 'node', kind: 'text', of: (run) => run.node },
  { name: 'commit', kind: 'text', of: (run) => run.commit },
  { name: 'branch', kind: 'text', of: (run) => run.branch },
];

const CHECK_COLUMNS: readonly Column<HistoryRow>[] = [
  { name: 'position', kind: 'integer', of: (row) => row.position },
  { name: 'lead', kind: 'boolean', of: (row) => row.lead },
  { name: 'suite', kind: 'text', of: (row) => row.suite },
  { name: 'model', kind: 'text', of: (row) => row.model },
  { name: 'model_sha256', kind: 'text', of: (row) => row.modelSha256 },
  { name: 'case', kind: 'text', of: (row) => row.case },
  { name: 'target', kind: 'text', of: (row) => row.target },
  { name: 'runtime', kind: 'text', of: (row) => row.runtime },
  { name: 'runtime_version', kind: 'text', of: (row) => row.runtimeVersion },
  { name: 'provider', kind: 'text', of: (row) => row.provider },
  { name: 'output', kind: 'text', of: (row) => row.output },
  { name: 'dtype', kind: 'text', of: (row) => row.dtype },
  { name: 'shape', kind: 'text', of: (row) => row.shape },
  { name: 'metric', kind: 'text', of: (row) => row.metric },
  { name: 'value', kind: 'double', of: (row) => row.value },
  { name: 'limit', kind: 'double', of: (row) => row.limit },
  { name: 'limit_from', kind: 'text', of: (row) => row.limitFrom },
  { name: 'expression', kind: 'text', of: (row) => row.expression },
  { name: 'atol', kind: 'double', of: (row) => row.atol },
  { name: 'rtol', kind: 'double', of: (row) => row.rtol },
  { name: 'utilisation', kind: 'double', of: (row) => row.utilisation },
  { name: 'used', kind: 'double', of: (row) => row.used },
  { name: 'status', kind: 'text', of: (row) => row.status },
  { name: 'verdict', kind: 'text', of: (row) => row.verdict },
  { name: 'standing', kind: 'text', of: (row) => row.standing },
  { name: 'outcome', kind: 'text', of: (row) => row.outcome },
  { name: 'reasons', kind: 'text', of: (row) => row.reasons },
  { name: 'scale', kind: 'double', of: (row) => row.scale },
  { name: 'max_abs', kind: 'double', of: (row) => row.maxAbs },
  { name: 'elements', kind: 'integer', of: (row) => row.elements },
  { name: 'reference_noise', kind: 'double', of: (row) => row.referenceNoise },
  { name: 'run_ms', kind: 'double', of: (row) => row.runMs },
];
