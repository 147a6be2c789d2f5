import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createJournal, findJournal, takeOverJournal } from '../../src/run/journal-file.ts';
import { ownerOfTag, ownerTag, standingOfOwner, thisOwner } from '../../src/run/journal-owner.ts';
import { decodeJournal, encodeEntry, type CaseRecord, type RunHeader } from '../../src/run/journal.ts';
import { documentOfJournal } from '../../src/run/resume.ts';
import { createCheck, createRun } from '../builders/run-document.ts';

const HEADER: RunHeader = {
  version: 1,
  document: headOf(createRun({ runId: '20261121-091805-3fa2' })),
  started: { cwd: '/p', root: '/p', args: [], options: {} },
  plan: null,
};

function headOf(document: ReturnType<typeof createRun>): RunHeader['document'] {
  const { durationMs: _d, complete: _c, exitCode: _e, summary: _s, checks: _k, ...head } = document;
  return head;
}

function recordOf(index: number, overrides: Partial<CaseRecord> = {}): CaseRecord {
  return {
    index,
    attempt: 1,
    elapsedMs: 10 * index,
    checks: [createCheck({ case: `c${index}` })],
    ...overrides,
  };
}

const encoded = (...records: readonly CaseRecord[]): string =>
  [
    encodeEntry({ kind: 'header', header: HEADER }),
    ...records.map((record) => encodeEntry({ kind: 'case', case: record })),
  ].join('');

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'onnx-parity-journal-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('the lines of a journal', () => {
  test('come back as they were written', () => {
    const journal = decodeJournal(Buffer.from(encoded(recordOf(0), recordOf(1))));
    expect(journal.header).toEqual(HEADER);
    expect([...journal.cases.values()]).toEqual([recordOf(0), recordOf(1)]);
    expect(journal.damaged).toBe(0);
  });

  test('begin with the CRC-32 of their JSON', () => {
    // The checksum is that of Python's zlib.crc32.
    const line = encodeEntry({ kind: 'case', case: { index: 0, attempt: 1, elapsedMs: 0, checks: [] } });
    expect(line).toBe('b3044257 {"kind":"case","case":{"index":0,"attempt":1,"elapsedMs":0,"checks":[]}}\n');
  });

  test('are whole at every length to which a kill can cut the file', () => {
    const bytes = Buffer.from(encoded(recordOf(0), recordOf(1), recordOf(2)));
    const ends = [...bytes.entries()].flatMap(([at, byte]) => (byte === 0x0a ? [at + 1] : []));
    for (let length = 0; length <= bytes.length; length += 13) {
      const journal = decodeJournal(bytes.subarray(0, length));
      const whole = ends.filter((end) => end <= length);
      expect(journal.bytes).toBe(whole.at(-1) ?? 0);
      expect(journal.cases.size).toBe(Math.max(0, whole.length - 1));
      expect(journal.damaged).toBe(journal.bytes === length ? 0 : 1);
    }
  });

  test('a flipped bit costs one line, not those after it', () => {
    const bytes = Buffer.from(encoded(recordOf(0), recordOf(1), recordOf(2)));
    bytes[bytes.indexOf('"c1"') + 1]! ^= 1;
    const journal = decodeJournal(bytes);
    expect([...journal.cases.keys()]).toEqual([0, 2]);
    expect(journal.damaged).toBe(1);
  });

  test('a later record of a case replaces an earlier one', () => {
    const later = recordOf(0, { attempt: 2, checks: [createCheck({ case: 'c0', outcome: 'flaky' })] });
    const journal = decodeJournal(Buffer.from(encoded(recordOf(0), recordOf(1), later)));
    expect(journal.cases.get(0)).toEqual(later);
  });

  test('hold what JSON has no numbers for', () => {
    const check = createCheck({ timing: { loadMs: Number.POSITIVE_INFINITY, runMs: [-0, Number.NaN] } });
    const journal = decodeJournal(Buffer.from(encoded(recordOf(0, { checks: [check] }))));
    expect(journal.cases.get(0)?.checks[0]?.timing).toEqual({ loadMs: 'Infinity', runMs: ['-0', 'NaN'] });
  });
});

describe('the document of an interrupted run', () => {
  test('has the finished checks in the order of the plan, is not complete and never exits 0', () => {
    const passed = (index: number): CaseRecord =>
      recordOf(index, { checks: [createCheck({ case: `c${index}`, status: 'ok', verdict: 'pass' })] });
    const document = documentOfJournal(decodeJournal(Buffer.from(encoded(passed(2), passed(0)))), 'j');
    expect(document.checks.map((check) => check.case)).toEqual(['c0', 'c2']);
    expect(document).toMatchObject({
      runId: '20261121-091805-3fa2',
      complete: false,
      exitCode: 1,
      durationMs: 20,
      summary: { checks: 2, passed: 2, failed: 0, void: 0, unverified: 0, notRun: 0 },
    });
  });

  test.each([
    ['', 'reports/x/journal: The journal is empty.'],
    ['00000000 {"kind":"header"}\n', 'reports/x/journal: The first line of the journal is damaged.'],
    [
      encodeEntry({ kind: 'header', header: { ...HEADER, version: 2 as 1 } }),
      'reports/x/journal: The journal has version 2; this version of onnx-parity reads up to 1.',
    ],
  ])('cannot be made from a journal that is empty, damaged or newer (%#)', (text, message) => {
    expect(() => documentOfJournal(decodeJournal(Buffer.from(text)), 'reports/x/journal')).toThrow(
      expect.objectContaining({ code: 'JOURNAL_UNREADABLE', message }),
    );
  });
});

describe('the file of a journal', () => {
  test('holds a line as soon as it was appended, before any sync', async () => {
    const folder = temporaryFolder();
    const file = createJournal(folder);
    file.append({ kind: 'header', header: HEADER });
    file.append({ kind: 'case', case: recordOf(0) });
    const found = await findJournal(folder);
    expect(found?.journal.cases.size).toBe(1);
    expect(found?.live).toBe(true);
    file.close();
    expect(file.failure).toBeNull();
  });

  test('is continued after its last whole line', async () => {
    const folder = temporaryFolder();
    const name = `journal-${deadTag()}.jsonl`;
    writeFileSync(join(folder, name), encoded(recordOf(0)));
    appendFileSync(join(folder, name), encodeEntry({ kind: 'case', case: recordOf(1) }).slice(0, 40));
    const found = (await findJournal(folder))!;
    expect(found.live).toBe(false);
    const file = (await takeOverJournal(folder, found))!;
    file.append({ kind: 'case', case: recordOf(2) });
    file.close();
    const [now = ''] = readdirSync(folder);
    expect(readFileSync(join(folder, now), 'utf8')).toBe(encoded(recordOf(0), recordOf(2)));
  });

  test('is taken over by one of two that try', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, `journal-${deadTag()}.jsonl`), encoded());
    const found = (await findJournal(folder))!;
    const first = await takeOverJournal(folder, found);
    const second = await takeOverJournal(folder, found);
    first?.close();
    expect([first === null, second === null]).toEqual([false, true]);
  });

  test('of another host counts as at work until it is silent for two minutes', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'journal-1-1-0123456789ab.jsonl');
    writeFileSync(path, encoded());
    expect((await findJournal(folder))?.live).toBe(true);
    const before = Date.now() / 1000 - 121;
    utimesSync(path, before, before);
    expect((await findJournal(folder))?.live).toBe(false);
  });

  test('moved with its folder is read all the same', async () => {
    const folder = temporaryFolder();
    const file = createJournal(folder);
    file.append({ kind: 'header', header: HEADER });
    renameSync(folder, `${folder}-moved`);
    onTestFinished(() => rmSync(`${folder}-moved`, { recursive: true, force: true }));
    file.append({ kind: 'case', case: recordOf(0) });
    file.close();
    expect((await findJournal(`${folder}-moved`))?.journal.cases.size).toBe(1);
  });
});

describe('the owner of what a run writes', () => {
  test('is this process, and its tag names it', () => {
    const owner = thisOwner();
    expect(standingOfOwner(owner)).toBe('alive');
    expect(ownerOfTag(ownerTag(owner))).toEqual(owner);
    expect(ownerOfTag('1234')).toBeNull();
  });

  test('is dead when its number belongs to a later process', () => {
    const owner = thisOwner();
    expect(standingOfOwner({ ...owner, ticks: owner.ticks === 0 ? 0 : owner.ticks - 1 })).toBe(
      owner.ticks === 0 ? 'alive' : 'dead',
    );
  });

  test('is dead when there is no such process, and unknown when it is elsewhere', () => {
    expect(standingOfOwner(ownerOfTag(deadTag())!)).toBe('dead');
    expect(standingOfOwner({ ...thisOwner(), place: '0123456789ab' })).toBe('elsewhere');
  });
});

/** A process that has ended. */
function deadTag(): string {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  return ownerTag({ ...thisOwner(), pid, ticks: 1 });
}
