import { appendFile, cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { approveProposals } from '../../../src/sources/golden/approve.ts';
import { listProposals } from '../../../src/sources/golden/proposals.ts';
import { parseProvenance } from '../../../src/sources/golden/provenance.ts';
import { goldenCases, goldenRefOf, readGolden } from '../../../src/sources/golden/store.ts';
import { recordSuite } from '../../../src/sources/record.ts';
import type { GoldenFacts, GoldenRead } from '../../../src/sources/golden/types.ts';
import type { Suite } from '../../../src/suite/types.ts';
import {
  createCase,
  createProject,
  createRecordOptions,
  createSource,
  createSuite,
  FIXTURES,
  float32,
  inputsOf,
  MODEL_SHA256,
} from '../suite-builder.ts';

let root: string;
let suite: Suite;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ root, remove } = await createProject());
  const folder = join(root, 'suite');
  await cp(FIXTURES, folder, { recursive: true });
  const sources = [createSource({ entry: { file: join(folder, 'double.py'), callable: 'build' } })];
  suite = createSuite(root, { folder, sources });
  await recordSuite(suite, createRecordOptions(root));
  await approveProposals(await listProposals(root), { reason: null });
});

afterEach(() => remove());

function read(facts: Partial<GoldenFacts> = {}, of: Suite = suite): Promise<GoldenRead> {
  const first = createCase('first');
  return readGolden(of, first, { modelSha256: MODEL_SHA256, inputs: inputsOf(first), root, ...facts });
}

async function blobPath(): Promise<string> {
  const golden = await read();
  return join(suite.goldens, golden.provenance!.outputs[0]!.blob);
}

const AGAIN = 'onnx-parity record tiny --case first && onnx-parity approve tiny';

describe('a golden that nothing changed', () => {
  test('is fresh and gives its outputs and origin', async () => {
    const golden = await read();
    expect(golden.state).toBe('fresh');
    expect(golden.reasons).toEqual([]);
    expect(golden.outputs).toEqual(new Map([['y', float32(10, 2, 4)]]));
    expect(golden.golden.origin).toMatch(/^Fake 1\.0, double\.py:build, \d{4}-\d\d-\d\d$/);
    expect(golden.golden.provenance).toBe('goldens/tiny/first.json');
    expect(goldenRefOf(golden, 'y')).toEqual(golden.golden);
  });

  test('stays fresh when its file is indented anew', async () => {
    const path = join(suite.goldens, 'first.json');
    await writeFile(path, JSON.stringify(JSON.parse(await readFile(path, 'utf8'))));
    expect((await read()).state).toBe('fresh');
  });

  test('is listed with its case', async () => {
    expect(await goldenCases(suite)).toEqual(['first', 'second']);
  });
});

describe('a stale golden', () => {
  test('names the model', async () => {
    const golden = await read({ modelSha256: 'b'.repeat(64) });
    expect(golden.state).toBe('stale');
    expect(golden.staleBecause).toEqual(['model']);
    expect(golden.outputs?.has('y')).toBe(true);
    expect(golden.reasons).toEqual([
      {
        code: 'GOLDEN_STALE',
        message:
          'The golden of tiny/first is stale: the model changed since it was recorded (net: sha256 aaaaaaaaaaaa → bbbbbbbbbbbb).',
        hint: `If the change is meant, record again: ${AGAIN}`,
        level: 'fail',
      },
    ]);
  });

  test('names an input whose values changed by one bit', async () => {
    const golden = await read({ inputs: new Map([['x', float32(5, 1, 2.0000002384185791)]]) });
    expect(golden.staleBecause).toEqual(['inputs']);
    expect(golden.reasons[0]!.message).toMatch(
      /^The golden of tiny\/first is stale: the inputs changed since it was recorded \(x: sha256 [0-9a-f]{12} → [0-9a-f]{12}\)\.$/,
    );
  });

  test('names inputs that appeared, vanished or changed their shape', async () => {
    const [appeared, reshaped] = [float32(1), float32(1, 2)];
    expect(
      (await read({ inputs: new Map([...inputsOf({ name: 'first' }), ['z', appeared]]) })).reasons[0]!
        .message,
    ).toContain('(z is new)');
    expect((await read({ inputs: new Map() })).reasons[0]!.message).toContain('(x is gone)');
    expect((await read({ inputs: new Map([['x', reshaped]]) })).reasons[0]!.message).toContain(
      '(x: float32[3] → float32[2])',
    );
  });

  test('names the entry script', async () => {
    await appendFile(join(suite.folder, 'double.py'), '# changed\n');
    const golden = await read();
    expect(golden.state).toBe('stale');
    expect(golden.staleBecause).toEqual(['entry script']);
    expect(golden.reasons[0]!.message).toContain('(double.py: sha256 ');
  });

  test('names an entry script that is gone', async () => {
    await rm(join(suite.folder, 'double.py'));
    expect((await read()).reasons[0]!.message).toContain('(double.py does not exist any more)');
  });

  test('names the dtype policy, and a source that the suite lost', async () => {
    const [source] = suite.sources;
    const doubled = await read({}, { ...suite, sources: [{ ...source!, dtype: 'float64' }] });
    expect(doubled.staleBecause).toEqual(['dtype policy']);
    const lost = await read({}, { ...suite, sources: [] });
    expect(lost.staleBecause).toEqual(['source settings']);
  });

  test('several changes give a reason each', async () => {
    await appendFile(join(suite.folder, 'double.py'), '# changed\n');
    const golden = await read({ modelSha256: 'b'.repeat(64), inputs: new Map() });
    expect(golden.staleBecause).toEqual(['model', 'inputs', 'entry script']);
    expect(golden.reasons).toHaveLength(3);
  });
});

describe('a tampered golden', () => {
  test('is known by any byte of its outputs', async () => {
    const path = await blobPath();
    const bytes = await readFile(path);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1;
      await writeFile(path, damaged);
      const golden = await read();
      expect(golden.state, `byte ${at}`).toBe('tampered');
      expect(golden.reasons.map(({ code }) => code)).toEqual(['GOLDEN_TAMPERED']);
    }
  });

  test('says which file, and how to mend it', async () => {
    const path = await blobPath();
    const bytes = await readFile(path);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(path, bytes);
    const { reasons, outputs } = await read();
    expect(reasons[0]!.message).toMatch(
      /^The golden of tiny\/first is not what was approved: goldens\/tiny\/blobs\/[0-9a-f]{64}\.safetensors has sha256 [0-9a-f]{12} instead of [0-9a-f]{12}\.$/,
    );
    expect(reasons[0]!.hint).toBe(`Restore it from version control, or record again: ${AGAIN}`);
    expect(outputs?.get('y')).toBeDefined();
  });

  test('no byte of the provenance can change unseen', async () => {
    const text = await readFile(join(suite.goldens, 'first.json'), 'latin1');
    expect(parseProvenance(text).state).toBe('sound');
    for (let at = 0; at < text.length; at++) {
      if (/\s/.test(text[at]!)) continue;
      const damaged = `${text.slice(0, at)}${String.fromCodePoint(text.codePointAt(at)! ^ 1)}${text.slice(at + 1)}`;
      expect(parseProvenance(damaged).state, `${at}: ${text.slice(at - 10, at + 10)}`).not.toBe('sound');
    }
  });

  test('is known where a golden was copied to another case', async () => {
    await cp(join(suite.goldens, 'second.json'), join(suite.goldens, 'first.json'));
    const golden = await read();
    expect(golden.state).toBe('tampered');
    expect(golden.reasons[0]!.message).toBe(
      'The golden of tiny/first is not what was approved: goldens/tiny/first.json belongs to the case second.',
    );
  });
});

describe('a golden that is not there', () => {
  test('is missing', async () => {
    await rm(join(suite.goldens, 'first.json'));
    const golden = await read();
    expect(golden).toMatchObject({ state: 'missing', outputs: null, golden: { state: 'missing' } });
    expect(golden.reasons).toEqual([
      {
        code: 'GOLDEN_MISSING',
        message: 'There is no approved golden for tiny/first: goldens/tiny/first.json does not exist.',
        hint: `Record it: ${AGAIN}`,
        level: 'fail',
      },
    ]);
  });

  test('is unreadable where its blob is missing', async () => {
    await rm(join(suite.goldens, 'blobs'), { recursive: true });
    const golden = await read();
    expect(golden.state).toBe('unreadable');
    expect(golden.reasons[0]!.message).toMatch(
      /^The golden of tiny\/first cannot be read: goldens\/tiny\/blobs\/[0-9a-f]{64}\.safetensors: the file is missing\.$/,
    );
  });

  test.each([
    ['{', 'it is not JSON'],
    ['[]', 'Invalid input'],
    ['null', 'it is not a JSON object'],
    ['{"schemaVersion":99}', 'it has schema version 99; this onnx-parity reads up to 1'],
  ])('is unreadable where the provenance is %s', async (text, problem) => {
    await writeFile(join(suite.goldens, 'first.json'), text);
    const golden = await read();
    expect(golden.state).toBe('unreadable');
    expect(golden.reasons[0]!.code).toBe('GOLDEN_UNREADABLE');
    expect(golden.reasons[0]!.message).toContain(problem);
  });

  test('a blob outside the store is refused', async () => {
    const path = join(suite.goldens, 'first.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"blobs/', '"../blobs/'));
    expect((await read()).state).toBe('unreadable');
  });
});

test('a case with a hostile name stays inside the store', async () => {
  const hostile = createCase('../../escape me');
  const strange = { ...suite, cases: [hostile] };
  await recordSuite(strange, createRecordOptions(root));
  const proposals = await listProposals(root, ['tiny']);
  await approveProposals(
    proposals.filter(({ kind }) => kind === 'golden'),
    { reason: null },
  );
  expect(await readdir(suite.goldens)).toContain('%2E.%2F..%2Fescape%20me.json');
  const golden = await readGolden(strange, hostile, {
    modelSha256: MODEL_SHA256,
    inputs: inputsOf(hostile),
    root,
  });
  expect(golden.state).toBe('fresh');
});
