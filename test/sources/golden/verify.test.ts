import { mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { approveProposals } from '../../../src/sources/golden/approve.ts';
import { listProposals } from '../../../src/sources/golden/proposals.ts';
import { verifyGoldens } from '../../../src/sources/golden/verify.ts';
import { recordSuite } from '../../../src/sources/record.ts';
import { createProject, createRecordOptions, createSuite } from '../suite-builder.ts';

let root: string;
let goldens: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ root, remove } = await createProject());
  goldens = join(root, 'goldens');
  for (const name of ['tiny', 'other/nested']) {
    const suite = createSuite(root, { name, goldens: join(goldens, name) });
    await recordSuite(suite, createRecordOptions(root));
  }
  await approveProposals(await listProposals(root), { reason: null });
});

afterEach(() => remove());

describe('verifying a whole store', () => {
  test('a sound one has no problems', async () => {
    const report = await verifyGoldens(goldens, root);
    expect(report).toMatchObject({ goldens: 4, blobs: 4, problems: [], orphans: [], temporary: [] });
    expect(report.bytes).toBeGreaterThan(4 * 12);
  });

  test('an empty or missing one is sound', async () => {
    expect(await verifyGoldens(join(root, 'nothing'), root)).toMatchObject({ goldens: 0, problems: [] });
  });

  test('every kind of damage is named with its file', async () => {
    const first = JSON.parse(await readFile(join(goldens, 'tiny', 'first.json'), 'utf8')) as {
      outputs: { blob: string }[];
    };
    await writeFile(join(goldens, 'tiny', first.outputs[0]!.blob), 'damaged');
    await writeFile(join(goldens, 'tiny', 'second.json'), '{');
    await rm(join(goldens, 'other', 'nested', 'blobs'), { recursive: true });
    const { problems } = await verifyGoldens(goldens, root);
    expect(problems.map(({ path, reason }) => [path, reason.code])).toEqual([
      ['goldens/other/nested/first.json', 'GOLDEN_UNREADABLE'],
      ['goldens/other/nested/second.json', 'GOLDEN_UNREADABLE'],
      ['goldens/tiny/first.json', 'GOLDEN_TAMPERED'],
      ['goldens/tiny/second.json', 'GOLDEN_UNREADABLE'],
    ]);
  });

  test('what an interrupted approve leaves is told apart from damage, and swept by the next', async () => {
    const blobs = join(goldens, 'tiny', 'blobs');
    const temporary = join(blobs, '.tmp-0123456789abcdef-x.safetensors');
    const orphan = join(blobs, `${'0'.repeat(64)}.safetensors`);
    const longAgo = new Date(Date.now() - 3_600_000);
    for (const path of [temporary, orphan]) {
      await writeFile(path, 'half');
      await utimes(path, longAgo, longAgo);
    }
    expect(await verifyGoldens(goldens, root)).toMatchObject({
      problems: [],
      orphans: [`goldens/tiny/blobs/${'0'.repeat(64)}.safetensors`],
      temporary: ['goldens/tiny/blobs/.tmp-0123456789abcdef-x.safetensors'],
    });
    const suite = createSuite(root);
    await recordSuite(suite, createRecordOptions(root, { modelSha256: 'b'.repeat(64) }));
    await approveProposals(await listProposals(root), { reason: null });
    expect(await verifyGoldens(goldens, root)).toMatchObject({ problems: [], orphans: [], temporary: [] });
  });

  test('a stray folder does not matter', async () => {
    await mkdir(join(goldens, 'empty'));
    expect((await verifyGoldens(goldens, root)).problems).toEqual([]);
  });
});
