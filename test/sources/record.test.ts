import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ParityError } from '../../src/errors/index.ts';
import { approveProposals } from '../../src/sources/golden/approve.ts';
import { describeChange } from '../../src/sources/golden/changes.ts';
import { discardProposals, listProposals } from '../../src/sources/golden/proposals.ts';
import { readGolden } from '../../src/sources/golden/store.ts';
import { verifyGoldens } from '../../src/sources/golden/verify.ts';
import { recordSuite } from '../../src/sources/record.ts';
import type { RecordedCase, RecordOptions } from '../../src/sources/record.ts';
import type { Suite } from '../../src/suite/types.ts';
import type { NamedTensors } from '../../src/tensor/index.ts';
import {
  createCase,
  createFakeSource,
  createProject,
  createRecordOptions,
  createSource,
  createSuite,
  float32,
  inputsOf,
  MODEL_SHA256,
  timesTwo,
} from './suite-builder.ts';

let root: string;
let suite: Suite;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ root, remove } = await createProject());
  suite = createSuite(root);
});

afterEach(() => remove());

function record(overrides: Partial<RecordOptions> = {}, of: Suite = suite): Promise<readonly RecordedCase[]> {
  return recordSuite(of, createRecordOptions(root, overrides));
}

async function approveAll(reason: string | null = null): Promise<void> {
  await approveProposals(await listProposals(root), { reason, at: '2026-01-02T03:04:05.000Z' });
}

function plus(amount: number): (inputs: NamedTensors) => NamedTensors {
  return (inputs) => {
    const y = timesTwo(inputs).get('y');
    if (y?.dtype !== 'float32') throw new Error('y is missing');
    return new Map([['y', { ...y, data: y.data.map((value) => value + amount) }]]);
  };
}

describe('record', () => {
  test('proposes new goldens and writes none', async () => {
    const recorded = await record();
    expect(recorded.map(({ case: name, status, change }) => [name, status, change?.change])).toEqual([
      ['first', 'ok', 'new'],
      ['second', 'ok', 'new'],
    ]);
    expect(await readdir(root)).toEqual(['.onnx-parity']);
  });

  test('proposes nothing the second time', async () => {
    await record();
    await approveAll();
    const again = await record();
    expect(again.map(({ unchanged, change }) => [unchanged, change])).toEqual([
      [true, null],
      [true, null],
    ]);
    expect(await listProposals(root)).toEqual([]);
    expect(await readdir(join(root, '.onnx-parity', 'proposals', 'tiny', 'blobs'))).toEqual([]);
  });

  test('says per output what changed', async () => {
    await record();
    await approveAll();
    const recorded = await record({ live: () => createFakeSource(plus(0.5)), cases: ['first'] });
    expect(recorded).toHaveLength(1);
    expect(recorded[0]!.change).toMatchObject({ change: 'changed', origin: [] });
    const [output] = recorded[0]!.change!.outputs;
    expect(output).toMatchObject({ output: 'y', change: 'changed', dtype: 'float32', shape: [3] });
    expect(output!.metrics).toMatchObject({ linf: 0.5, mse: 0.25 });
    // 10 → 10.5: ULP of [8, 16) is 2^-20; 2 → 2.5: 2^-22, 2^21 steps; 4 → 4.5: 2^-21.
    expect(output!.metrics!['maxUlp']).toBe(2 ** 21);
  });

  test('proposes the same bits again where the model changed', async () => {
    await record();
    await approveAll();
    const recorded = await record({ modelSha256: 'b'.repeat(64), cases: ['first'] });
    expect(recorded[0]!.change).toMatchObject({
      change: 'origin',
      outputs: [{ output: 'y', change: 'unchanged' }],
      origin: ['model: aaaaaaaaaaaa → bbbbbbbbbbbb'],
    });
  });

  test('tells new, removed and reshaped outputs', async () => {
    await record();
    await approveAll();
    const renamed = () => createFakeSource(() => new Map([['z', float32(1)]]));
    const [first] = await record({ live: renamed, cases: ['first'] });
    expect(first!.change!.outputs.map(({ output, change }) => [output, change])).toEqual([
      ['z', 'new'],
      ['y', 'removed'],
    ]);
    const reshaped = () => createFakeSource(() => new Map([['y', float32(1)]]));
    const [second] = await record({ live: reshaped, cases: ['second'] });
    expect(second!.change!.outputs).toEqual([
      { output: 'y', change: 'changed', dtype: 'float32', shape: [1], was: { dtype: 'float32', shape: [3] } },
    ]);
  });

  test('proposes to remove the goldens of cases that are gone', async () => {
    await record();
    await approveAll();
    const recorded = await record({}, { ...suite, cases: [createCase('first')] });
    expect(recorded.map(({ case: name, change }) => [name, change?.change])).toEqual([
      ['first', undefined],
      ['second', 'removed'],
    ]);
    await approveAll();
    expect(await readdir(suite.goldens)).toEqual(['blobs', 'first.json']);
    expect(await readdir(join(suite.goldens, 'blobs'))).toHaveLength(1);
  });

  test('proposes no removal where cases were selected', async () => {
    await record();
    await approveAll();
    expect(await record({ cases: ['first'] }, { ...suite, cases: [createCase('first')] })).toHaveLength(1);
    expect(await listProposals(root)).toEqual([]);
  });

  test('a case that fails proposes nothing and does not stop the others', async () => {
    const reasons = [
      { code: 'REFERENCE_FAILED', message: 'it broke', hint: 'mend it', level: 'fail' },
    ] as const;
    const live = () =>
      createFakeSource((inputs) => {
        const x = inputs.get('x');
        const isFirst = x?.dtype === 'float32' && x.data[0] === 'first'.length;
        return isFirst ? { status: 'crashed', reasons, stderr: 'Segmentation fault' } : timesTwo(inputs);
      });
    const recorded = await record({ live });
    expect(recorded[0]).toMatchObject({
      status: 'crashed',
      change: null,
      unchanged: false,
      reasons,
      stderr: 'Segmentation fault',
    });
    expect(recorded[1]).toMatchObject({ status: 'ok' });
    expect((await listProposals(root)).map((proposal) => proposal.case)).toEqual(['second']);
  });

  test('refuses outputs that are not the names of the model', async () => {
    const recorded = await record({ outputNames: ['logits'] });
    expect(recorded[0]).toMatchObject({
      status: 'error',
      reasons: [
        {
          code: 'REFERENCE_FAILED',
          message: 'The source plain (double.py:build) gave the outputs y; the model declares logits.',
        },
      ],
    });
    expect(await listProposals(root)).toEqual([]);
  });

  test('refuses a source without outputs', async () => {
    const recorded = await record({ live: () => createFakeSource(() => new Map()) });
    expect(recorded[0]!.reasons[0]!.message).toBe('The source plain (double.py:build) gave no outputs.');
  });

  test('reports inputs that cannot be made as a status of their case', async () => {
    const resolveInputs = (item: { name: string }) =>
      item.name === 'first'
        ? Promise.reject(new ParityError({ code: 'X', message: 'no such file', hint: 'make it' }))
        : Promise.resolve(inputsOf(item));
    const recorded = await record({ resolveInputs });
    expect(recorded[0]).toMatchObject({
      status: 'error',
      reasons: [{ code: 'INPUT_REJECTED', message: 'no such file' }],
    });
    expect(recorded[1]).toMatchObject({ status: 'ok' });
  });

  test('leaves cases alone whose reference is no golden', async () => {
    const cases = [
      createCase('live', { reference: { kind: 'live', source: 'plain' } }),
      createCase('golden'),
    ];
    expect((await record({}, { ...suite, cases })).map(({ case: name }) => name)).toEqual(['golden']);
  });

  test('names a suite without a source, and a source that the suite lacks', async () => {
    await expect(record({}, { ...suite, sources: [] })).rejects.toMatchObject({
      code: 'SOURCE_NONE',
      message: 'The suite tiny has no source to record from.',
    });
    await expect(record({ source: 'keras' })).rejects.toMatchObject({
      code: 'SOURCE_UNKNOWN',
      message: 'The suite tiny has no source keras.',
      hint: 'It has: plain.',
    });
  });

  test('takes the first source, the one asked for, or the one of a case that wants both', async () => {
    const sources = [createSource(), createSource({ name: 'other' })];
    const cases = [createCase('a'), createCase('b', { reference: { kind: 'both', source: 'other' } })];
    const two = { ...suite, sources, cases };
    expect((await record({}, two)).map(({ source }) => source)).toEqual(['plain', 'other']);
    expect((await record({ source: 'other' }, two)).map(({ source }) => source)).toEqual(['other', 'other']);
  });
});

describe('approve', () => {
  test('keeps the reason and the time', async () => {
    await record();
    await approveAll('first goldens');
    const golden = await readGolden(suite, suite.cases[0]!, {
      modelSha256: MODEL_SHA256,
      inputs: inputsOf(suite.cases[0]!),
    });
    expect(golden.provenance!.approved).toEqual({ at: '2026-01-02T03:04:05.000Z', reason: 'first goldens' });
    expect(golden.provenance!.recorded.command).toBe('onnx-parity record tiny');
  });

  test('accepts some and leaves the others', async () => {
    await record();
    const proposals = await listProposals(root);
    await approveProposals(proposals.slice(0, 1), { reason: null });
    expect(await readdir(suite.goldens)).toEqual(['blobs', 'first.json']);
    expect((await listProposals(root)).map((proposal) => proposal.case)).toEqual(['second']);
  });

  test('deletes the blobs that the new golden no longer needs, and only these', async () => {
    const same = () => createFakeSource(() => new Map([['y', float32(1, 2, 3)]]));
    await record({ live: same });
    await approveAll();
    expect(await readdir(join(suite.goldens, 'blobs'))).toHaveLength(1);
    await record({ live: () => createFakeSource(plus(1)), cases: ['first'] });
    await approveAll();
    expect(await readdir(join(suite.goldens, 'blobs'))).toHaveLength(2);
    await record({ live: () => createFakeSource(plus(1)), cases: ['second'] });
    await approveAll();
    expect(await readdir(join(suite.goldens, 'blobs'))).toHaveLength(2);
    expect(await verifyGoldens(join(root, 'goldens'), root)).toMatchObject({
      goldens: 2,
      problems: [],
      orphans: [],
    });
  });

  test('refuses a proposal whose bytes were altered, and leaves the store as it was', async () => {
    await record();
    const [proposal] = await listProposals(root);
    const blob = join(proposal!.folder, proposal!.provenance!.outputs[0]!.blob);
    await writeFile(blob, 'altered');
    await expect(approveAll()).rejects.toMatchObject({ code: 'PROPOSAL_UNREADABLE' });
    expect((await readdir(suite.goldens).catch(() => [])).filter((name) => name.endsWith('.json'))).toEqual(
      [],
    );
  });

  test('refuses a proposal that was edited', async () => {
    await record();
    const path = join(root, '.onnx-parity', 'proposals', 'tiny', 'first.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"Fake"', '"PyTorch"'));
    await expect(listProposals(root)).rejects.toMatchObject({
      code: 'PROPOSAL_UNREADABLE',
      message:
        'The proposal .onnx-parity/proposals/tiny/first.json cannot be used: it was edited after it was recorded.',
    });
  });

  test('declined proposals leave nothing behind', async () => {
    await record();
    await discardProposals(await listProposals(root));
    expect(await readdir(join(root, '.onnx-parity', 'proposals', 'tiny'))).toEqual(['blobs']);
    expect(await readdir(join(root, '.onnx-parity', 'proposals', 'tiny', 'blobs'))).toEqual([]);
  });

  test('a golden that was damaged is mended by recording the same bits', async () => {
    await record();
    await approveAll();
    const golden = await readGolden(suite, suite.cases[0]!, {
      modelSha256: MODEL_SHA256,
      inputs: inputsOf(suite.cases[0]!),
    });
    await writeFile(join(suite.goldens, golden.provenance!.outputs[0]!.blob), 'damaged');
    const [first] = await record();
    expect(first!.change!.outputs[0]).toMatchObject({ change: 'changed' });
    expect(first!.change!.outputs[0]!.note).toMatch(/^the golden has sha256 /);
    await approveAll();
    expect((await verifyGoldens(join(root, 'goldens'), root)).problems).toEqual([]);
  });
});

describe('what a source says about itself', () => {
  test('repeats give its spread over runs and thread counts', async () => {
    const live = () => createFakeSource((inputs, source) => plus((source.threads ?? 1) - 1)(inputs));
    await record({ live, repeat: 4, cases: ['first'] });
    const [proposal] = await listProposals(root);
    // Threads 1, 2, 1, 4: the fourth run is 3 away.
    expect(proposal!.provenance!.spread).toMatchObject({
      runs: 4,
      threads: [1, 2, 1, 4],
      identical: false,
      outputs: [{ output: 'y', linf: 3, mse: 9 }],
    });
  });

  test('a source that always gives the same bits has no spread', async () => {
    await record({ repeat: 3, cases: ['first'] });
    const [proposal] = await listProposals(root);
    expect(proposal!.provenance!.spread).toEqual({
      runs: 3,
      threads: [1, 2, 1],
      identical: true,
      outputs: [{ output: 'y', linf: 0, mse: 0, maxUlp: 0 }],
    });
  });

  test('a float64 run tells how far the recorded outputs are from it', async () => {
    const live = () =>
      createFakeSource((inputs, source) =>
        source.dtype === 'float64'
          ? new Map([['y', { dtype: 'float64', shape: [3], data: Float64Array.of(10, 2, 4.25) }]])
          : timesTwo(inputs),
      );
    await record({ live, truth: true, cases: ['first'] });
    const [proposal] = await listProposals(root);
    expect(proposal!.provenance!.truth).toMatchObject({
      dtype: 'float64',
      outputs: [{ output: 'y', linf: 0.25 }],
    });
  });

  test('a spread measured later is proposed, and kept by recordings without one', async () => {
    await record({ cases: ['first'] });
    await approveAll();
    const [measured] = await record({ repeat: 2, cases: ['first'] });
    expect(measured!.change).toMatchObject({
      change: 'origin',
      origin: ['spread of repeated runs: measured anew'],
    });
    await approveAll();
    expect((await record({ cases: ['first'] }))[0]!.unchanged).toBe(true);
  });

  test('large outputs are kept as a sample where the suite allows it', async () => {
    const sampling = { ...suite, outputs: new Map([['y', { sample: 2, policy: {} }]]) };
    await record({ cases: ['first'] }, sampling);
    const [proposal] = await listProposals(root);
    expect((await describeChange(proposal!)).change).toBe('new');
    await approveAll();
    const golden = await readGolden(suite, suite.cases[0]!, {
      modelSha256: MODEL_SHA256,
      inputs: inputsOf(suite.cases[0]!),
    });
    expect(golden.outputs!.get('y')!.shape).toEqual([2]);
    expect(golden.samples.get('y')).toMatchObject({ elements: 2, of: 3, shape: [3] });
  });
});
