/** Opens the history: finds the whole runs, mends records that can be made again, and answers queries over them. */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { historyError } from '../errors/catalogue/history.ts';
import type { RunDocument } from '../result/index.ts';
import { fileList, literal, openDatabase, type Columns, type Database } from './duckdb.ts';
import { readCompacted } from './compact.ts';
import { PARQUET_FILE, RUN_FILE, writeParquet } from './records.ts';
import { firstLine, readRuns, type ListedRun } from './run-list.ts';
import { folderNames, hasRecords, lookAt, type RunFolder } from './store-files.ts';
import type { HistoryRun, Skipped } from './types.ts';

export interface OpenOptions {
  /** Reads a `run.json`; used only for runs whose records are missing or damaged. */
  readonly parse: (text: string, what: string) => RunDocument;
  /** Only the newest runs; all where absent. */
  readonly last?: number;
}

export type Rows = 'all' | 'leads';

export interface History {
  /** Whole runs, oldest first. */
  readonly runs: readonly HistoryRun[];
  /** Runs at work, interrupted ones and single shards, left out of everything. */
  readonly incomplete: readonly string[];
  /** Ids of runs whose rows come from a compacted file. */
  readonly compacted: ReadonlySet<string>;
  /** Grows where a query meets a damaged file that cannot be made again. */
  readonly skipped: readonly Skipped[];
  /**
   * Runs SQL over `source`: the rows of all whole runs, with `run` as index into {@link History.runs}; or only the one row
   * of each check that leads it, which compacted files hold and which is much quicker.
   */
  query(sql: (source: string) => string, rows?: Rows): Promise<Columns>;
  close(): void;
}

/** `from` is a folder of runs, a Parquet file, or a prefix of object storage such as `s3://bucket/reports`. */
export async function openHistory(from: string, options: OpenOptions): Promise<History> {
  const database = await openDatabase();
  try {
    if (!isPattern(from)) return await openFolder(database, from, options, options.last ?? 0);
    const files = await remoteFiles(database, from);
    return await assemble(database, { ...NO_FILES, files }, options);
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Where not all are asked for, looks at the newest folders only: at more of them where some are interrupted runs or shards. */
const SPARE = 10;

async function openFolder(
  database: Database,
  reports: string,
  options: OpenOptions,
  window: number,
): Promise<History> {
  const names = await folderNames(reports);
  const newest = options.last === undefined ? names : newestOf(names, window);
  const found = await localFiles(database, reports, newest, options);
  const history = await assemble(database, found, options);
  if (history.runs.length < (options.last ?? 0) && newest.length < names.length)
    return openFolder(database, reports, options, window * 2 + SPARE);
  return { ...history, incomplete: [...found.unfinished, ...history.incomplete] };
}

/** Names that start with their time sort by it; others must all be looked at, since only their rows say when. */
function newestOf(names: readonly string[], count: number): readonly string[] {
  return names.every((name) => TIMED.test(name)) ? names.slice(-count) : names;
}

const TIMED = /^\d{8}-\d{6}-/;

interface RecordFile {
  readonly path: string;
  /** `null` for files that have no `run.json` to be held against. */
  readonly folder: RunFolder | null;
}

function isPattern(from: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(from) || from.endsWith('.parquet') || from.includes('*');
}

async function remoteFiles(database: Database, from: string): Promise<readonly RecordFile[]> {
  const pattern = from.endsWith('.parquet') ? from : `${from.replace(/\/+$/, '')}/*/${PARQUET_FILE}`;
  try {
    const { file = [] } = await database.query(`SELECT file FROM glob(${literal(pattern)}) ORDER BY file`);
    return file.map((path) => ({ path: String(path), folder: null }));
  } catch (error) {
    throw historyError('HISTORY_UNREADABLE', { from, problem: firstLine(error) }, error);
  }
}

interface FoundFiles {
  readonly files: readonly RecordFile[];
  /** Runs whose rows are in a compacted file. */
  readonly compacted: readonly ListedRun[];
  readonly skipped: readonly Skipped[];
  readonly unfinished: readonly string[];
}

const NO_FILES: FoundFiles = { files: [], compacted: [], skipped: [], unfinished: [] };

async function localFiles(
  database: Database,
  reports: string,
  names: readonly string[],
  options: OpenOptions,
): Promise<FoundFiles> {
  const { folders, skipped, unfinished } = await lookAt(reports, names);
  const problems: Skipped[] = [...skipped];
  const files: RecordFile[] = [];
  const compacted = options.last === undefined ? await readCompacted(database, reports, folders) : [];
  const known = new Set(compacted.map(({ folder }) => folder));
  const apart = folders.filter(({ path }) => !known.has(path));
  const sound = await Promise.all(apart.map((folder) => hasRecords(folder)));
  for (const [at, folder] of apart.entries()) {
    const problem = sound[at] === true ? null : await mend(folder.path, options);
    if (problem === null) files.push({ path: join(folder.path, PARQUET_FILE), folder });
    else problems.push({ path: folder.path, problem });
  }
  return { files, compacted, skipped: problems, unfinished };
}

/** Makes `checks.parquet` again from `run.json`; gives what is in the way. */
async function mend(folder: string, { parse }: OpenOptions): Promise<string | null> {
  try {
    const document = parse(await readFile(join(folder, RUN_FILE), 'utf8'), RUN_FILE);
    await writeParquet(folder, document);
    return null;
  } catch (error) {
    return `its ${PARQUET_FILE} cannot be read and was not made again: ${firstLine(error)}`;
  }
}

async function assemble(
  database: Database,
  { files, compacted, skipped: before }: FoundFiles,
  options: OpenOptions,
): Promise<History> {
  const skipped = [...before];
  const listed = withoutTwins(
    [...compacted, ...(await listRuns(database, files, skipped, options))],
    skipped,
  );
  const [whole, incomplete] = [
    listed.filter(({ complete }) => complete),
    listed.filter(({ complete }) => !complete),
  ];
  whole.sort(
    (left, right) => (left.startedAt ?? 0) - (right.startedAt ?? 0) || (left.runId < right.runId ? -1 : 1),
  );
  const runs = options.last === undefined ? whole : whole.slice(-options.last);
  await defineRuns(database, runs);
  const sound = {
    leads: new Set(runs.map(({ file }) => file)),
    all: new Set(runs.map((run) => ownFile(run))),
  };
  return {
    runs: runs.map((run) => asRun(run)),
    incomplete: incomplete.map(({ runId }) => runId),
    compacted: new Set(compacted.map(({ runId }) => runId)),
    skipped,
    async query(sql, rows = 'all') {
      const asked = sound[rows];
      if (asked.size === 0) return {};
      try {
        return await database.query(sql(sourceOf([...asked])));
      } catch (error) {
        const damaged = await damagedAmong(database, [...asked]);
        if (damaged.length === 0) throw error;
        for (const one of damaged) await dropOrMend(one, { runs, sound: asked, skipped }, options);
        return asked.size === 0 ? {} : database.query(sql(sourceOf([...asked])));
      }
    },
    close: () => database.close(),
  };
}

function ownFile({ file, folder }: ListedRun): string {
  return folder === null ? file : join(folder, PARQUET_FILE);
}

function asRun({ file: _1, complete: _2, stale: _3, documentBytes: _4, ...run }: ListedRun): HistoryRun {
  return run;
}

/** Facts of each run from its own rows; a file that DuckDB cannot read is mended or skipped by name. */
async function listRuns(
  database: Database,
  files: readonly RecordFile[],
  skipped: Skipped[],
  options: OpenOptions,
): Promise<ListedRun[]> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const listed: ListedRun[] = [];
  const again: RecordFile[] = [];
  const failed = (path: string, problem: string): void => {
    const file = byPath.get(path);
    if (file?.folder) again.push(file);
    else skipped.push({ path, problem });
  };
  for (const run of await readRuns(
    database,
    files.map(({ path }) => path),
    failed,
  )) {
    const file = byPath.get(run.file) ?? { path: run.file, folder: null };
    if (isStale(run, file)) again.push(file);
    else listed.push({ ...run, folder: file.folder?.path ?? null });
  }
  for (const { path, folder } of again) {
    const problem = folder === null ? 'it was written by another version' : await mend(folder.path, options);
    if (problem === null) {
      const mended = await readRuns(database, [path], (of, why) => skipped.push({ path: of, problem: why }));
      listed.push(...mended.map((run) => ({ ...run, folder: folder?.path ?? null })));
    } else skipped.push({ path: folder?.path ?? path, problem });
  }
  return listed;
}

function isStale(run: ListedRun, file: RecordFile | undefined): boolean {
  if (run.stale) return true;
  const written = run.documentBytes;
  return file?.folder != null && written != null && written !== file.folder.documentBytes;
}

/** A folder copied beside itself must not count twice. */
function withoutTwins(listed: readonly ListedRun[], skipped: Skipped[]): ListedRun[] {
  const seen = new Map<string, ListedRun>();
  for (const run of listed) {
    const twin = seen.get(run.runId);
    if (twin === undefined) seen.set(run.runId, run);
    else skipped.push({ path: run.file, problem: `it is the same run as ${twin.file}` });
  }
  return [...seen.values()];
}

/** A table of the runs, so that rows carry a small number instead of their file's name. */
async function defineRuns(database: Database, runs: readonly ListedRun[]): Promise<void> {
  await database.query('CREATE OR REPLACE TEMP TABLE history_runs (run INTEGER, id VARCHAR)');
  const values = runs.map(({ runId }, at) => `(${at}, ${literal(runId)})`);
  if (values.length > 0) await database.query(`INSERT INTO history_runs VALUES ${values.join(', ')}`);
}

function sourceOf(files: readonly string[]): string {
  return `(SELECT r.run, c.* FROM read_parquet(${fileList(files)}) c JOIN history_runs r ON r.id = c.run_id)`;
}

/** Files with damage inside: every column of each is read. */
async function damagedAmong(database: Database, files: readonly string[]): Promise<readonly Skipped[]> {
  const damaged: Skipped[] = [];
  for (const path of files) {
    try {
      await database.query(`SELECT count(COLUMNS(*)) FROM read_parquet(${fileList([path])})`);
    } catch (error) {
      damaged.push({ path, problem: firstLine(error) });
    }
  }
  return damaged;
}

interface Repair {
  readonly runs: readonly ListedRun[];
  readonly sound: Set<string>;
  readonly skipped: Skipped[];
}

/** Mends the file of a run; what a compacted file held is read from the runs' own files again. */
async function dropOrMend(
  { path, problem }: Skipped,
  { runs, sound, skipped }: Repair,
  options: OpenOptions,
): Promise<void> {
  const own = runs.find((run) => ownFile(run) === path);
  const held = own === undefined ? runs.filter((run) => run.file === path) : [];
  if (held.length > 0) {
    sound.delete(path);
    for (const run of held) sound.add(ownFile(run));
    await rm(path, { force: true }).catch(() => {});
    return;
  }
  const folder = own?.folder ?? null;
  const inTheWay = folder === null ? problem : await mend(folder, options);
  if (inTheWay === null) return;
  sound.delete(path);
  skipped.push({ path: folder ?? path, problem: inTheWay });
}
