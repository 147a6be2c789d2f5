import { describe, expect, test } from 'vitest';
import { shuffled } from '../../src/run/order.ts';
import { planRun } from '../../src/run/plan.ts';
import type { CaseRecord } from '../../src/run/journal.ts';
import type { Recorder } from '../../src/run/recorder.ts';
import { differencesOf, printOf, type PrintFacts } from '../../src/run/resume-plan.ts';
import { run, type RunRequest } from '../../src/run/run.ts';
import type { Suite } from '../../src/suite/types.ts';
import { targetFrom } from '../../src/suite/targets.ts';
import type { Tensor } from '../../src/tensor/index.ts';
import type { Execution, Executor } from '../../src/workers/types.ts';
import { createCase, createModel, createSuite } from '../suite/builders.ts';

const ADD = new URL('../fixtures/models/add.onnx', import.meta.url).pathname;
const ONE: Tensor = { dtype: 'float32', shape: [1], data: new Float32Array([1]) };

/** Suite of cases that expect `y` to be 1. */
function suiteOf(names: readonly string[]): Suite {
  return createSuite({
    models: [createModel({ path: ADD })],
    targets: [targetFrom('ort-node/cpu')],
    cases: names.map((name) =>
      createCase({ name, reference: { kind: 'given', outputs: new Map([['y', ONE]]), origin: 'test' } }),
    ),
  });
}

/** An executor whose answers are taken from the lists, by case and attempt; the last one goes on for ever. */
function answering(
  suite: Suite,
  answers: Readonly<Record<string, readonly ('right' | 'wrong' | 'crash')[]>>,
  ran: string[] = [],
): Executor {
  const attempts = new Map<string, number>();
  return {
    async execute(job, onCase, signal) {
      for (const { id } of job.cases) {
        if (signal.aborted) return;
        const name = suite.cases[Number(id)]?.name ?? '';
        const attempt = attempts.get(name) ?? 0;
        attempts.set(name, attempt + 1);
        ran.push(name);
        onCase(id, executionOf(answers[name]?.at(Math.min(attempt, answers[name].length - 1)) ?? 'right'));
        await new Promise((next) => setImmediate(next));
      }
    },
    close: () => Promise.resolve(),
  };
}

function executionOf(answer: 'right' | 'wrong' | 'crash'): Execution {
  const placement = { requested: 'cpu', proof: 'only-provider' as const, nodes: {}, fallbacks: [] };
  if (answer === 'crash') {
    const message = 'The worker was ended by signal SIGSEGV.';
    const reasons = [{ code: 'WORKER_CRASHED' as const, level: 'fail' as const, message, hint: '' }];
    return { status: 'crashed', reasons, declared: null, placement: null };
  }
  const data = new Float32Array([answer === 'right' ? 1 : 2]);
  return {
    status: 'ok',
    outputs: new Map([['y', { dtype: 'float32', shape: [1], data }]]),
    declared: [],
    loadMs: 1,
    runMs: [1],
    unstable: [],
    placement,
  };
}

function requestOf(suite: Suite, executor: Executor, overrides: Partial<RunRequest> = {}): RunRequest {
  return {
    root: '/p',
    suites: [suite],
    problems: [],
    command: 'onnx-parity run',
    reproduce: () => 'onnx-parity run',
    runId: 'r',
    toolVersion: '0.1.0',
    timeoutMs: 1000,
    judge: { commandLine: null, noDefaults: false, metrics: 'core', pairBy: 'name' },
    failFast: false,
    selective: true,
    executor,
    liveSource: () => Promise.reject(new Error('no source')),
    signal: new AbortController().signal,
    ...overrides,
  };
}

describe('a case that is tried again', () => {
  test('and passes is flaky, and says why it did not pass before', async () => {
    const suite = suiteOf(['steady', 'shaky']);
    const executor = answering(suite, { shaky: ['crash', 'right'] });
    const document = await run(requestOf(suite, executor, { retries: 2 }));
    expect(document.checks.map((check) => [check.case, check.verdict, check.outcome])).toEqual([
      ['steady', 'pass', 'new'],
      ['shaky', 'pass', 'flaky'],
    ]);
    expect(document.checks[1]?.reasons.at(-1)).toEqual({
      code: 'PASSED_ON_RETRY',
      level: 'warn',
      message: 'Passed at attempt 2; before: The worker was ended by signal SIGSEGV.',
      hint: 'Run the case several times to see how often it fails: --repeat 20.',
    });
    expect([document.exitCode, document.complete]).toEqual([0, true]);
  });

  test('and fails each time is executed once more than there are retries', async () => {
    const suite = suiteOf(['broken']);
    const ran: string[] = [];
    const document = await run(
      requestOf(suite, answering(suite, { broken: ['wrong'] }, ran), { retries: 2 }),
    );
    expect(ran).toEqual(['broken', 'broken', 'broken']);
    expect(document.checks.map((check) => [check.verdict, check.outcome])).toEqual([['fail', 'new']]);
    expect(document.exitCode).toBe(1);
  });

  test('is not, unless that was asked for', async () => {
    const suite = suiteOf(['shaky']);
    const ran: string[] = [];
    const document = await run(requestOf(suite, answering(suite, { shaky: ['wrong', 'right'] }, ran)));
    expect(ran).toEqual(['shaky']);
    expect(document.exitCode).toBe(1);
  });

  test('holds --fail-fast back until its attempts are used up', async () => {
    const suite = suiteOf(['shaky', 'second', 'broken', 'last']);
    const ran: string[] = [];
    const executor = answering(suite, { shaky: ['wrong', 'right'], broken: ['wrong'] }, ran);
    const document = await run(requestOf(suite, executor, { retries: 1, failFast: true }));
    expect(document.checks.map((check) => [check.case, check.verdict])).toEqual([
      ['shaky', 'pass'],
      ['second', 'pass'],
      ['broken', 'fail'],
    ]);
    expect(document.complete).toBe(false);
    expect(ran).not.toContain('last');
  });
});

describe('a rollout', () => {
  test('that is tried again is flaky only at the steps that did not pass before', async () => {
    const outputs = new Map([
      ['y[step=1]', ONE],
      ['y[step=2]', ONE],
    ]);
    const rollout = { steps: 2, feed: [], each: new Map(), grow: new Map(), mode: 'free' as const };
    const decode = createCase({
      name: 'decode',
      rollout,
      reference: { kind: 'given', outputs, origin: 'test' },
    });
    const suite = { ...suiteOf([]), cases: [decode] };
    let attempts = 0;
    const executor: Executor = {
      execute(job, onCase) {
        attempts += 1;
        job.cases.forEach(({ id }, at) =>
          onCase(id, executionOf(attempts === 1 && at === 1 ? 'wrong' : 'right')),
        );
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
    const { checks } = await run(requestOf(suite, executor, { retries: 1 }));
    expect(checks.map((check) => [check.case, check.verdict, check.outcome])).toEqual([
      ['decode[step=1]', 'pass', 'new'],
      ['decode[step=2]', 'pass', 'flaky'],
    ]);
  });

  test('that ends early carries its growth at the last step that was compared', async () => {
    const outputs = new Map([1, 2, 3].map((step) => [`y[step=${step}]`, ONE]));
    const rollout = { steps: 3, feed: [], each: new Map(), grow: new Map(), mode: 'free' as const };
    const decode = createCase({
      name: 'decode',
      rollout,
      reference: { kind: 'given', outputs, origin: 'test' },
    });
    const executor: Executor = {
      execute(job, onCase) {
        const answers = ['right', 'wrong', 'crash'] as const;
        job.cases.forEach(({ id }, at) => onCase(id, executionOf(answers[at] ?? 'right')));
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
    const { checks } = await run(requestOf({ ...suiteOf([]), cases: [decode] }, executor));
    expect(checks.map(({ status, evidence }) => [status, evidence?.growth?.linf])).toEqual([
      ['ok', undefined],
      ['ok', [0, 1, null]],
      ['crashed', undefined],
    ]);
  });
});

describe('a run that goes on from a journal', () => {
  test('executes only what is missing and gives the checks in the order of the plan', async () => {
    const suite = suiteOf(['a', 'b', 'c']);
    const whole = await run(requestOf(suite, answering(suite, { b: ['wrong'] })));
    const ran: string[] = [];
    const recorded: CaseRecord[] = [];
    const recorder: Recorder = {
      resumed: null,
      before: new Map([[1, { index: 1, attempt: 1, elapsedMs: 500, checks: [whole.checks[1]!] }]]),
      begin: () => undefined,
      ended: (record) => recorded.push(record),
    };
    const document = await run(requestOf(suite, answering(suite, {}, ran), { recorder }));
    expect(ran).toEqual(['a', 'c']);
    expect(recorded.map(({ index }) => index)).toEqual([0, 2]);
    expect(document.checks).toEqual(whole.checks);
    expect(document.suites).toEqual(whole.suites);
    expect(document.durationMs).toBeGreaterThanOrEqual(500);
    expect([document.complete, document.exitCode]).toEqual([true, 1]);
  });

  test('stopped by a signal keeps what is finished and exits 130 or 143', async () => {
    const suite = suiteOf(['a', 'b', 'c']);
    for (const [signal, exitCode] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const stop = new AbortController();
      const request = requestOf(suite, answering(suite, {}), { signal: stop.signal });
      const document = await run(request, { onCase: () => stop.abort(signal) });
      expect(document).toMatchObject({ complete: false, exitCode, summary: { checks: 1, passed: 1 } });
    }
  });
});

describe('the print of a plan', () => {
  const factsOf = (suite: Suite, overrides: Partial<PrintFacts> = {}): PrintFacts => ({
    root: '/p',
    toolVersion: '0.1.0',
    host: { os: '', arch: '', cpu: '', cores: 1, memoryBytes: 1, node: '', fingerprint: 'h1' },
    settings: { noDefaults: false },
    suites: [suite],
    plan: planRun([suite]),
    targets: new Map(),
    ...overrides,
  });
  const before = printOf(factsOf(createSuite()));

  test('is the same for the same plan in a project that was moved', () => {
    const moved = createSuite({
      folder: '/q/suites/digits',
      file: '/q/suites/digits/suite.yaml',
      goldens: '/q/goldens/digits',
      models: [createModel({ path: '/q/net.onnx' })],
    });
    expect(printOf(factsOf(moved, { root: '/q' }))).toEqual(before);
  });

  test.each<readonly [string, PrintFacts, readonly string[]]>([
    [
      'another version',
      factsOf(createSuite(), { toolVersion: '0.2.0' }),
      ['onnx-parity was 0.1.0 and is 0.2.0'],
    ],
    [
      'another host',
      factsOf(createSuite(), { host: { ...factsOf(createSuite()).host, fingerprint: 'h2' } }),
      ['the host is another'],
    ],
    [
      'other bounds',
      factsOf(createSuite(), { settings: { noDefaults: true } }),
      ['tolerances or metrics of the command line'],
    ],
    [
      'another seed',
      factsOf(createSuite({ tolerance: { linf: 1 } })),
      ['suite digits is another, or another part of it is selected'],
    ],
    [
      'another selection',
      factsOf(createSuite({ cases: [] })),
      ['suite digits is another, or another part of it is selected'],
    ],
    [
      'another suite',
      factsOf(createSuite({ name: 'encoder' })),
      ['suite digits is gone', 'suite encoder is new'],
    ],
    [
      'a target that works now',
      factsOf(createSuite(), {
        targets: new Map([
          [
            'ort-node/cpu',
            {
              name: 'ort-node/cpu',
              runtime: 'ort-node',
              runtimeVersion: '1.30.0',
              provider: 'cpu',
              available: true,
              options: {},
            },
          ],
        ]),
      }),
      ['target ort-node/cpu is new'],
    ],
  ])('names %s', (_what, facts, differences) => {
    expect(differencesOf(before, printOf(facts))).toEqual(differences);
  });
});

describe('a shuffled plan', () => {
  const suite = createSuite({ cases: Array.from({ length: 20 }, (_, at) => createCase({ name: `c${at}` })) });
  const indexes = (seed: number): readonly number[] =>
    shuffled(planRun([suite]), seed).flatMap(({ cases }) => cases.map(({ index }) => index));

  test('holds the same cases in another order, the same for the same seed', () => {
    const plain = planRun([suite]).flatMap(({ cases }) => cases.map(({ index }) => index));
    expect(indexes(1)).not.toEqual(plain);
    expect(indexes(1).toSorted((left, right) => left - right)).toEqual(plain);
    expect(indexes(1)).toEqual(indexes(1));
    expect(indexes(1)).not.toEqual(indexes(2));
  });
});
