/**
 * `.history/recent`: what the newest runs of a store say, in the form in which a report needs it. It saves `run` the
 * reading of a hundred files; it is only a copy, and one that does not match the folders is not used.
 */
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { STANDING_CODES } from '../result/packed-history.ts';
import type { HistoryFacts } from './for-report.ts';
import { RUN_FILE } from './records.ts';
import type { Series } from './types.ts';

const VERSION = 1;
const FOLDER = '.history';
/** The name of the copy among the compacted files. */
export const RECENT = 'recent';

/** Folders of a store with the size of their `run.json`; `null` where there is none. */
export type Stamps = readonly (readonly [folder: string, bytes: number | null])[];

export async function stampsOf(reports: string, folders: readonly string[]): Promise<Stamps> {
  return Promise.all(
    folders.map(async (folder) => {
      const found = await stat(join(reports, folder, RUN_FILE)).catch(() => null);
      return [folder, found?.size ?? null] as const;
    }),
  );
}

/** The facts of exactly these folders; `null` where the file has others, is damaged or of another version. */
export async function readFacts(reports: string, stamps: Stamps): Promise<HistoryFacts | null> {
  const bytes = await readFile(join(reports, FOLDER, RECENT)).catch(() => null);
  if (bytes === null) return null;
  try {
    return parseFacts(bytes, stamps);
  } catch {
    return null;
  }
}

/** Under another name first: two runs that end at once leave one whole file. */
export async function writeFacts(reports: string, stamps: Stamps, facts: HistoryFacts): Promise<void> {
  const draft = join(reports, FOLDER, `.${RECENT}-${randomBytes(4).toString('hex')}.tmp`);
  try {
    await mkdir(join(reports, FOLDER), { recursive: true });
    await writeFile(draft, formatFacts(stamps, facts));
    await rename(draft, join(reports, FOLDER, RECENT));
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw error;
  }
}

interface Head {
  readonly version: number;
  readonly stamps: Stamps;
  readonly runs: HistoryFacts['runs'];
  readonly shares: HistoryFacts['shares'];
  readonly circumstances: HistoryFacts['circumstances'];
  readonly checks: readonly Omit<Series, 'runs' | 'values' | 'limits' | 'utilisations' | 'standings'>[];
}

// Length of the head, head as JSON, then per check and run three doubles and a standing. NaN stands for no number;
// what is not finite is written as infinity, which is all that the history makes of it.
function formatFacts(stamps: Stamps, { series, ...facts }: HistoryFacts): Uint8Array {
  const checks = series.map(
    ({ runs: _1, values: _2, limits: _3, utilisations: _4, standings: _5, ...check }) => check,
  );
  const head: Head = { version: VERSION, stamps, ...facts, checks };
  const json = Buffer.from(JSON.stringify(head), 'utf8');
  const cells = series.length * facts.runs.length;
  const bytes = Buffer.alloc(4 + json.length + cells * 25);
  bytes.writeUInt32LE(json.length, 0);
  json.copy(bytes, 4);
  const columns = columnsIn(bytes, 4 + json.length, cells);
  series.forEach((one, check) => {
    one.runs.forEach((run, at) => {
      const cell = check * facts.runs.length + run;
      columns.write(0, cell, one.values[at] ?? null);
      columns.write(1, cell, one.limits[at] ?? null);
      columns.write(2, cell, one.utilisations[at] ?? null);
      bytes[columns.standings + cell] = STANDING_CODES.indexOf(one.standings[at] ?? null);
    });
  });
  return bytes;
}

function parseFacts(bytes: Buffer, stamps: Stamps): HistoryFacts | null {
  const length = bytes.readUInt32LE(0);
  const head = JSON.parse(bytes.toString('utf8', 4, 4 + length)) as Head;
  const { version, stamps: known, checks, ...facts } = head;
  const cells = checks.length * facts.runs.length;
  if (version !== VERSION || JSON.stringify(known) !== JSON.stringify(stamps)) return null;
  if (bytes.length !== 4 + length + cells * 25) return null;
  const columns = columnsIn(bytes, 4 + length, cells);
  const series = checks.map((check, place): Series => {
    const runs: number[] = [];
    const [values, limits, utilisations]: (number | null)[][] = [[], [], []];
    const standings: Series['standings'][number][] = [];
    for (let run = 0; run < facts.runs.length; run++) {
      const cell = place * facts.runs.length + run;
      const standing = STANDING_CODES[bytes[columns.standings + cell] ?? 0] ?? null;
      if (standing === null) continue;
      runs.push(run);
      values?.push(columns.read(0, cell));
      limits?.push(columns.read(1, cell));
      utilisations?.push(columns.read(2, cell));
      standings.push(standing);
    }
    return {
      ...check,
      runs,
      values: values ?? [],
      limits: limits ?? [],
      utilisations: utilisations ?? [],
      standings,
    };
  });
  return { ...facts, series };
}

function columnsIn(bytes: Buffer, from: number, cells: number) {
  const place = (column: number, cell: number): number => from + (column * cells + cell) * 8;
  return {
    standings: from + cells * 24,
    write(column: number, cell: number, value: number | null): void {
      const written = value === null ? NaN : Number.isFinite(value) ? value : Infinity;
      bytes.writeDoubleLE(written, place(column, cell));
    },
    read(column: number, cell: number): number | null {
      const value = bytes.readDoubleLE(place(column, cell));
      return Number.isNaN(value) ? null : value;
    },
  };
}
