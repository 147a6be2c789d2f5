import { describe, expect, test } from 'vitest';
import { partOf } from '../../src/cli/shard.ts';
import { mergeRuns } from '../../src/history/merge.ts';
import type { Check, RunDocument } from '../../src/result/index.ts';
import { createCheck, createFailure, createRun, createUnexecuted } from '../builders/run-document.ts';

const CASES = Array.from({ length: 23 }, (_, at) => `case ${at}`);
const TARGETS = ['ort-node/cpu', 'ort-web/wasm'];
const ALL: readonly Check[] = TARGETS.flatMap((target) =>
  CASES.map((name, at) =>
    (at % 7 === 3 ? createFailure : createCheck)({ case: name, target, timing: { loadMs: at, runMs: [at] } }),
  ),
);
const WHOLE = createRun({ checks: ALL });

/** The run of one shard, as its host would store it. */
function shardRun(index: number, total = 4): RunDocument {
  const { mine, shard } = partOf(ALL, (check) => check, { index, total });
  return { ...createRun({ checks: mine }), runId: `shard-${index}`, shard };
}

describe('shards', () => {
  test('merged are the whole run, check by check', () => {
    const merged = mergeRuns([shardRun(3), shardRun(1), shardRun(4), shardRun(2)]);
    expect(merged.checks).toEqual(WHOLE.checks);
    expect(merged.problems).toEqual([]);
    expect(merged.complete).toBe(true);
    expect(merged.merged?.map(({ shard }) => shard)).toEqual(['3/4', '1/4', '4/4', '2/4']);
  });

  test('one that never reported is named, and its cases have rows that fail', () => {
    const merged = mergeRuns([shardRun(1), shardRun(2), shardRun(4)]);
    expect(merged.problems).toEqual([
      {
        code: 'MERGE_SHARDS_MISSING',
        message: 'Of 4 shards these did not report: 3.',
        hint: 'Run them again and merge once more: onnx-parity run --shard 3/4',
      },
    ]);
    const missing = shardRun(3).checks.map(({ case: name, target }) => `${name} ${target}`);
    const rows = merged.checks.filter(({ reasons }) => reasons[0]?.code === 'SHARD_MISSING');
    expect(rows.map(({ case: name, target }) => `${name} ${target}`)).toEqual(missing);
    expect(rows.every(({ verdict, status }) => verdict === null && status === 'error')).toBe(true);
    expect(rows[0]?.reasons[0]?.message).toBe('Shard 3 of 4 did not report this case.');
    expect(merged.checks).toHaveLength(ALL.length);
  });

  test('one that was interrupted leaves gaps', () => {
    const third = shardRun(3);
    const cut = { ...third, complete: false, checks: third.checks.slice(0, 2) };
    const merged = mergeRuns([shardRun(1), shardRun(2), cut, shardRun(4)]);
    expect(merged.problems.map(({ code, message }) => [code, message])).toEqual([
      ['MERGE_INTERRUPTED', 'Run shard-3 (shard 3/4) did not finish.'],
    ]);
    expect(merged.checks.filter(({ reasons }) => reasons[0]?.code === 'SHARD_MISSING')).toHaveLength(
      third.checks.length - 2,
    );
  });

  test('one that ran twice with the same result counts once', () => {
    const again = { ...shardRun(2), runId: 'again' };
    const merged = mergeRuns([1, 2, 3, 4].map((index) => shardRun(index)).concat(again));
    expect(merged.checks).toEqual(WHOLE.checks);
  });

  test('of other plans are refused', () => {
    const codes = mergeRuns([shardRun(1, 4), shardRun(2, 3)]).problems.map(({ code }) => code);
    expect(codes).toContain('MERGE_PLANS_DIFFER');
    expect(mergeRuns([shardRun(1), createRun()]).problems.map(({ code }) => code)).toContain(
      'MERGE_WHOLE_AND_SHARD',
    );
  });
});

describe('runs of different hosts', () => {
  test('make one matrix', () => {
    const cpu = createRun({ runId: 'a', checks: [createCheck({ target: 'ort-node/cpu' })] });
    const gpu = createRun({ runId: 'b', checks: [createCheck({ target: 'ort-node/webgpu' })] });
    const merged = mergeRuns([cpu, gpu]);
    expect(merged.checks.map(({ target }) => target)).toEqual(['ort-node/cpu', 'ort-node/webgpu']);
    expect(merged.targets.map(({ name }) => name)).toEqual(['ort-node/cpu', 'ort-node/webgpu']);
  });

  test('what one host lacks and another has is what was run', () => {
    const lacks = createUnexecuted({
      case: 'normal',
      target: 'ort-node/webgpu',
      output: null,
      status: 'unavailable',
      optional: true,
    });
    const has = createCheck({ target: 'ort-node/webgpu' });
    for (const order of [
      [lacks, has],
      [has, lacks],
    ]) {
      const merged = mergeRuns(order.map((check, at) => createRun({ runId: `r${at}`, checks: [check] })));
      expect(merged.checks).toEqual([has]);
    }
  });

  test('different results for one check fail, with both runs and the numbers', () => {
    const other = createCheck({ metrics: { ...createCheck().metrics, linf: 5e-7 } });
    const merged = mergeRuns([createRun({ runId: 'a' }), createRun({ runId: 'b', checks: [other] })]);
    expect(merged.checks).toHaveLength(1);
    expect(merged.checks[0]?.verdict).toBe('unverified');
    expect(merged.checks[0]?.reasons.map(({ code, message }) => [code, message])).toEqual([
      [
        'RESULTS_DIFFER',
        'Runs a and b give different results for this check: linf 4.76837158203125e-7 and 5e-7.',
      ],
    ]);
  });

  test('a failure beats a pass', () => {
    const failed = createFailure({ case: 'normal', target: 'ort-node/cpu' });
    const merged = mergeRuns([createRun({ runId: 'a' }), createRun({ runId: 'b', checks: [failed] })]);
    expect(merged.checks[0]?.verdict).toBe('fail');
  });

  test('other commits and other model files are problems', () => {
    const first = createRun({ runId: 'a' });
    const second = createRun({
      runId: 'b',
      source: { commit: 'ffff', branch: 'main', dirty: false },
      checks: [createCheck({ case: 'two' })],
    });
    const withModel = (run: RunDocument, sha256: string): RunDocument => ({
      ...run,
      suites: run.suites.map((suite) => ({
        ...suite,
        models: suite.models.map((model) => ({ ...model, sha256 })),
      })),
    });
    const { problems } = mergeRuns([withModel(first, 'aa'), withModel(second, 'bb')]);
    expect(problems.map(({ message }) => message)).toEqual([
      'The runs come from different commits: 96f15aa0c1d2, ffff.',
      'The runs saw different files as digits-pytorch/digits.',
    ]);
  });

  test('an interrupted run is not made whole by merging', () => {
    const merged = mergeRuns([
      createRun({ runId: 'a', complete: false }),
      createRun({ runId: 'b', checks: [createCheck({ case: 'two' })] }),
    ]);
    expect([merged.complete, merged.problems.map(({ code }) => code)]).toEqual([
      false,
      ['MERGE_INTERRUPTED'],
    ]);
  });
});
