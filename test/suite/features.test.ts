import { describe, expect, test } from 'vitest';

import { loadSuites, select, type CaseSpec, type Suite } from '../../src/suite/index.ts';
import { parseStepName, referenceNames, stepName } from '../../src/suite/rollout.ts';
import { createProject } from './builders.ts';

const HEAD = 'model: net.onnx\ntargets: [ort-node/cpu, ort-web/wasm]\n';

async function load(text: string): Promise<Suite> {
  const { suites, problems } = await loadSuites(createProject({ 'suites/a/suite.yaml': HEAD + text }), []);
  expect(problems.map(({ error }) => error.message)).toEqual([]);
  return suites[0]!;
}

async function problemsOf(text: string): Promise<string[]> {
  const { suites, problems } = await loadSuites(createProject({ 'suites/a/suite.yaml': HEAD + text }), []);
  expect(suites).toEqual([]);
  expect(problems.map(({ error }) => error.code)).toEqual(['SUITE_INVALID']);
  return problems[0]!.error.message.split('\n').map((line) => line.replace(/^.*?suite\.yaml:\d+:\d+ /, ''));
}

const shapeOf = (item: CaseSpec): unknown => {
  const input = item.inputs.get('x');
  return input !== undefined && 'shape' in input ? input.shape : null;
};

describe('a sweep over dimensions', () => {
  test('makes one case for each combination, named by its lengths, and computes the shapes', async () => {
    const { cases } = await load(
      'cases: { normal: { over: { batch: [1, 3], length: [0, 16] }, inputs: { x: { normal: {}, shape: [batch, length + 1, "length*2", 4] } } } }\n',
    );
    expect(cases.map((item) => [item.name, item.family, shapeOf(item)])).toEqual([
      ['normal[batch=1,length=0]', 'normal', [1, 1, 0, 4]],
      ['normal[batch=1,length=16]', 'normal', [1, 17, 32, 4]],
      ['normal[batch=3,length=0]', 'normal', [3, 1, 0, 4]],
      ['normal[batch=3,length=16]', 'normal', [3, 17, 32, 4]],
    ]);
  });

  test('is selected by the name in the file, or case by case', async () => {
    const suite = await load(
      'cases: { a: { over: { n: [1, 2] }, inputs: { x: { constant: 0, shape: [n] } } }, b: { inputs: { x: { constant: 0, shape: [1] } } } }\n',
    );
    const names = (pattern: string): string[] =>
      select([suite], { cases: [pattern] }).suites.flatMap(({ cases }) => cases.map(({ name }) => name));
    expect(names('a')).toEqual(['a[n=1]', 'a[n=2]']);
    expect(names('a[n=2]')).toEqual(['a[n=2]']);
    expect(names('*')).toEqual(['a[n=1]', 'a[n=2]', 'b']);
  });

  test('names what is wrong once, not once a combination', async () => {
    expect(
      await problemsOf(
        'cases: { a: { over: { n: [1, 2, 1], m: [], unused: [1] }, inputs: { x: { constant: 0, shape: [n, k, "n/2"] } } } }\n',
      ),
    ).toEqual([
      'cases.a.over.n: 1 is listed twice',
      'cases.a.over.m: expected at least one length, got none',
    ]);
    expect(
      await problemsOf(
        'cases: { a: { over: { n: [1, 2], unused: [1] }, inputs: { x: { constant: 0, shape: [n, k, "n/2"] } } } }\n',
      ),
    ).toEqual([
      'cases.a.over.unused: no shape of this case names "unused"',
      'cases.a.inputs.x.shape[1]: no dimension is named "k"; there are n, unused',
      'cases.a.inputs.x.shape[2]: expected a length such as 16, batch or length + 1, got "n/2"',
    ]);
    expect(await problemsOf('cases: { a: { inputs: { x: { constant: 0, shape: [n] } } } }\n')).toEqual([
      'cases.a.inputs.x.shape[0]: no dimension is named "n"; give the case its lengths: over: { n: [1, 3] }',
    ]);
  });
});

describe('a relation', () => {
  test('is a case of its own and stands in for a reference', async () => {
    const { cases } = await load(
      'inputs: { x: { normal: {}, shape: [2, 4] } }\ncases: { a: { relation: [batchInvariance, { batchPermutation: 7 }] }, b: { reference: golden, relation: batchInvariance } }\n',
    );
    expect(cases.map(({ name, reference }) => [name, reference.kind])).toEqual([
      ['a:batchInvariance', 'relation'],
      ['a:batchPermutation', 'relation'],
      ['b', 'golden'],
      ['b:batchInvariance', 'relation'],
    ]);
  });

  test('of padding may name dimensions', async () => {
    const { cases } = await load(
      'cases: { a: { over: { n: [3] }, inputs: { x: { constant: 1, shape: [1, n] }, m: { constant: 1, shape: [1, n] } }, relation: { padding: { inputs: { x: 0 }, mask: m, to: n + 5 } } } }\n',
    );
    expect(cases[0]?.reference).toEqual({
      kind: 'relation',
      relation: { kind: 'padding', inputs: new Map([['x', 0]]), mask: 'm', axis: 1, to: 8 },
    });
  });

  test('of unknown inputs, twice the same, or beside a rollout is a problem', async () => {
    const input = 'inputs: { x: { normal: {}, shape: [2, 4] } }';
    expect(
      await problemsOf(`cases: { a: { ${input}, relation: { padding: { inputs: { ids: 0 }, to: 8 } } } }\n`),
    ).toEqual(['cases.a.relation.padding.inputs.ids: no input is named "ids"; there are x']);
    expect(
      await problemsOf(`cases: { a: { ${input}, relation: [batchInvariance, batchInvariance] } }\n`),
    ).toEqual(['cases.a.relation[1]: "batchInvariance" is listed twice']);
    expect(
      await problemsOf(
        `cases: { a: { ${input}, relation: batchInvariance, rollout: { steps: 2, feed: { y: x } }, bench: true } }\n`,
      ),
    ).toEqual([
      'cases.a.relation: `rollout` and `relation` do not go together in one case',
      'cases.a.bench: `rollout` and `bench` do not go together in one case',
      'cases.a.bench: `bench` needs a `reference` beside the relation',
    ]);
  });
});

describe('a rollout', () => {
  test('is spelled out', async () => {
    const { cases } = await load(
      'cases: { a: { inputs: { past: { constant: 0, shape: [1] }, ids: { values: [1], shape: [1, 1] } }, rollout: { steps: 4, feed: { present: past, logits: { input: ids, take: argmax } } } } }\n',
    );
    expect(cases[0]?.rollout).toEqual({
      steps: 4,
      feed: [
        { output: 'present', input: 'past', take: 'all' },
        { output: 'logits', input: 'ids', take: 'argmax' },
      ],
      each: new Map(),
      grow: new Map(),
      mode: 'free',
    });
  });

  test('that feeds an unknown input, or one input twice, is a problem', async () => {
    const input = 'inputs: { past: { constant: 0, shape: [1] } }';
    expect(
      await problemsOf(`cases: { a: { ${input}, rollout: { steps: 2, feed: { present: pats } } } }\n`),
    ).toEqual(['cases.a.rollout.feed.present: no input is named "pats"; did you mean "past"?']);
    expect(
      await problemsOf(
        `cases: { a: { ${input}, rollout: { steps: 2, feed: { a: past }, each: { past: 0 } } } }\n`,
      ),
    ).toEqual(['cases.a.rollout.each.past: `feed` and `each` do not go together in one case']);
  });

  test('names steps so that they can be read back', () => {
    expect(parseStepName(stepName('a[step=1]', 32))).toEqual({ name: 'a[step=1]', step: 32 });
    expect(parseStepName('logits')).toBeNull();
    const rollout = { steps: 2, feed: [], each: new Map(), grow: new Map(), mode: 'free' } as const;
    expect(referenceNames(['y', 'z'], rollout)).toEqual(['y[step=1]', 'z[step=1]', 'y[step=2]', 'z[step=2]']);
    expect(referenceNames(['y'], undefined)).toEqual(['y']);
  });
});

describe('stability and latency', () => {
  test('may be asked for by the suite or by a case', async () => {
    const { cases } = await load(
      'bench: true\nstability: { repeat: 3 }\ninputs: { x: { constant: 0, shape: [1] } }\ncases: { a: {}, b: { bench: false, stability: { threads: [1, 2] } }, c: { bench: { runs: 5, notSlowerThan: { target: ort-node/cpu } } } }\n',
    );
    expect(cases.map(({ bench, stability }) => [bench, stability])).toEqual([
      [{ runs: 20, warmup: 3 }, { repeat: 3 }],
      [undefined, { threads: [1, 2] }],
      [
        {
          runs: 5,
          warmup: 3,
          notSlowerThan: { target: expect.objectContaining({ name: 'ort-node/cpu' }) as unknown, factor: 1 },
        },
        { repeat: 3 },
      ],
    ]);
  });

  test('against an unknown target, or listed twice, are problems', async () => {
    const input = 'inputs: { x: { constant: 0, shape: [1] } }';
    expect(
      await problemsOf(`cases: { a: { ${input}, bench: { notSlowerThan: { target: ort-node/cpuu } } } }\n`),
    ).toEqual([
      'cases.a.bench.notSlowerThan.target: no target is named "ort-node/cpuu"; did you mean "ort-node/cpu"?',
    ]);
    expect(await problemsOf(`cases: { a: { ${input}, stability: { threads: [2, 2] } } }\n`)).toEqual([
      'cases.a.stability.threads: 2 is listed twice',
    ]);
  });
});
