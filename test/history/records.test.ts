import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fileList, openDatabase, type Columns, type Database } from '../../src/history/duckdb.ts';
import { parquetOf } from '../../src/history/records.ts';
import type { RunDocument } from '../../src/result/index.ts';
import { createHostileRun } from '../builders/hostile.ts';
import { createCheck, createFailure, createRun, createUnexecuted } from '../builders/run-document.ts';
import { createStore, type Store } from './store.ts';

let store: Store;
let database: Database;

beforeAll(async () => {
  store = await createStore();
  database = await openDatabase();
});

afterAll(async () => {
  database.close();
  await store.remove();
});

/** What DuckDB, which has no part in the writing, reads back. */
async function readBack(document: RunDocument, columns = '*', where = 'true'): Promise<Columns> {
  const path = join(store.root, 'checks.parquet');
  await writeFile(path, parquetOf(document, 12_345));
  return database.query(
    `SELECT ${columns} FROM read_parquet(${fileList([path])}) WHERE ${where} ORDER BY position, metric`,
  );
}

describe('the rows of a run', () => {
  test('there is one per check and metric, with its bound where it has one', async () => {
    const back = await readBack(
      createRun({ checks: [createFailure()] }),
      'metric, value, "limit", limit_from, utilisation, lead, verdict',
    );
    expect(back).toEqual({
      metric: ['linf', 'mse', 'utilisation'],
      value: [3.1000123e-4, 4.2e-10, 3.1000123],
      limit: [1e-4, null, null],
      limit_from: ['suite', null, null],
      utilisation: [3.1000123, null, null],
      lead: [true, false, false],
      verdict: ['fail', 'fail', 'fail'],
    });
  });

  test('a check without numbers has one row, without a metric', async () => {
    const back = await readBack(
      createRun({ checks: [createUnexecuted({ output: null })] }),
      'metric, value, output, status, standing, lead, reasons',
    );
    expect(back).toEqual({
      metric: [null],
      value: [null],
      output: [null],
      status: ['crashed'],
      standing: ['not run'],
      lead: [true],
      reasons: ['WORKER_CRASHED'],
    });
  });

  test('types are kept: times, whole numbers, truth values', async () => {
    const back = await readBack(
      createRun({ startedAt: '2026-11-21T09:00:00.250Z' }),
      'typeof(started_at) AS t, epoch_ms(started_at) AS ms, typeof(complete) AS c, typeof(document_bytes) AS b, document_bytes, typeof(value) AS v',
      'lead',
    );
    expect(back).toEqual({
      t: ['TIMESTAMP'],
      ms: [Date.parse('2026-11-21T09:00:00.250Z')],
      c: ['BOOLEAN'],
      b: ['BIGINT'],
      document_bytes: [12_345],
      v: ['DOUBLE'],
    });
  });

  test('NaN and infinities survive, also where they repeat', async () => {
    const checks = Array.from({ length: 50 }, (_, at) =>
      createCheck({
        case: `c${at}`,
        bounds: [],
        metrics: { linf: at % 2 === 0 ? 'Infinity' : '-Infinity', mse: 'NaN', bias: at === 0 ? '-0' : at },
      }),
    );
    const back = await readBack(createRun({ checks }), 'value', `metric = 'linf' AND position < 2`);
    expect(back['value']).toEqual([Infinity, -Infinity]);
    const nan = await readBack(createRun({ checks }), 'value', `metric = 'mse'`);
    expect(nan['value']).toHaveLength(50);
    expect(nan['value']?.every((value) => Number.isNaN(value))).toBe(true);
  });

  test('a thousand different values take the plain road and come back bit for bit', async () => {
    const values = Array.from({ length: 1000 }, (_, at) => Math.sin(at) * 10 ** ((at % 600) - 300));
    const checks = values.map((value, at) =>
      createCheck({ case: `c${at}`, bounds: [], metrics: { linf: value } }),
    );
    expect((await readBack(createRun({ checks }), 'value'))['value']).toEqual(values);
  });

  test('hostile names come back as they are', async () => {
    const document = createHostileRun();
    const back = await readBack(document, 'suite, position', 'lead');
    // A half of a surrogate pair has no UTF-8; U+FFFD stands for it, as in every text file.
    expect(back['suite']).toEqual(document.checks.map(({ suite }) => suite.toWellFormed()));
  });

  test('a run without checks is a file without rows', async () => {
    expect(
      (await readBack(createRun({ checks: [] }), 'count(*) AS n', 'true').catch(async () => readCount()))[
        'n'
      ],
    ).toEqual([0]);
    async function readCount(): Promise<Columns> {
      return database.query(
        `SELECT count(*) AS n FROM read_parquet(${fileList([join(store.root, 'checks.parquet')])})`,
      );
    }
  });

  test('a bound written as an expression does not mix with the plain metric', async () => {
    const bound = {
      metric: 'linf',
      limit: 2e-4,
      expression: 'linf <= 2e-4',
      from: 'suite',
      value: 1e-5,
      utilisation: 0.05,
      holds: true,
    } as const;
    const back = await readBack(
      createRun({ checks: [createCheck({ bounds: [bound], metrics: { linf: 1e-5 } })] }),
      'metric, "limit", expression, lead',
    );
    expect(back).toEqual({
      metric: ['expression linf <= 2e-4', 'linf'],
      limit: [2e-4, null],
      expression: ['linf <= 2e-4', null],
      lead: [false, true],
    });
  });
});
