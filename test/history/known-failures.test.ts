import { describe, expect, test } from 'vitest';
import { applyKnownFailures, parseKnownFailures } from '../../src/history/known-failures.ts';
import { ParityError } from '../../src/errors/index.ts';
import { didNotPass } from '../../src/result/reading.ts';
import { createCheck, createFailure } from '../builders/run-document.ts';

const PATH = 'suites/known-failures.yaml';
const ENTRY = { case: 'uni*', target: 'ort-web/*', reason: 'wasm rounds', expires: '2026-12-31' };

function refusal(text: string): readonly string[] {
  try {
    parseKnownFailures(text, PATH);
  } catch (error) {
    if (error instanceof ParityError) return [error.code, error.message];
  }
  return [];
}

describe('the file', () => {
  test('is a list, or a list under `failures`, or empty', () => {
    const list = '- case: uni*\n  target: ort-web/*\n  reason: wasm rounds\n  expires: 2026-12-31\n';
    expect(parseKnownFailures(list, PATH)).toEqual([ENTRY]);
    expect(parseKnownFailures(`failures:\n${list}`, PATH)).toEqual([ENTRY]);
    expect([parseKnownFailures('', PATH), parseKnownFailures('# nothing yet\n', PATH)]).toEqual([[], []]);
  });

  test('what is wrong in it is named with its line', () => {
    expect(refusal('- case: x\n  reason: y\n')).toEqual([
      'KNOWN_FAILURES_INVALID',
      `${PATH}:1: 0.expires: Invalid input: expected string, received undefined`,
    ]);
    expect(refusal('- case: x\n  reason: y\n  expires: 2026-02-30\n')).toEqual([
      'KNOWN_FAILURES_INVALID',
      `${PATH}:3: 0.expires: there is no such day`,
    ]);
    expect(refusal('- case: x\n  reason: ""\n  expires: 2026-02-20\n')).toEqual([
      'KNOWN_FAILURES_INVALID',
      `${PATH}:2: 0.reason: a reason is needed`,
    ]);
    expect(refusal('- reason: y\n  expires: 2026-02-20\n')[1]).toBe(
      `${PATH}:1: 0: it would cover every check: name a suite, model, case, target or output`,
    );
    expect(refusal('- cas: x\n  reason: y\n  expires: 2026-02-20\n')[1]).toMatch(
      /:1: 0: Unrecognized key: "cas"$/,
    );
    expect(refusal('- [')[0]).toBe('KNOWN_FAILURES_INVALID');
    expect(refusal('text')[0]).toBe('KNOWN_FAILURES_INVALID');
  });
});

describe('a check that is listed', () => {
  test('does not fail the run until its date has passed', () => {
    const { checks } = applyKnownFailures([createFailure()], [ENTRY], '2026-12-31');
    expect(checks[0]?.outcome).toBe('known failure');
    expect(checks.some((check) => didNotPass(check))).toBe(false);
    expect(checks[0]?.reasons.at(-1)).toEqual({
      code: 'KNOWN_FAILURE',
      message: 'Known failure until 2026-12-31: wasm rounds',
      hint: 'Listed in suites/known-failures.yaml.',
      level: 'warn',
    });
  });

  test('fails from the day after', () => {
    const { checks } = applyKnownFailures([createFailure()], [ENTRY], '2027-01-01');
    expect(checks[0]?.outcome).toBe('new');
    expect(checks.every((check) => didNotPass(check))).toBe(true);
    expect(checks[0]?.reasons.at(-1)?.message).toBe('It was a known failure until 2026-12-31: wasm rounds');
  });

  test('says so where it passes', () => {
    const passing = createCheck({ case: 'uniform', target: 'ort-web/wasm', outcome: 'fixed' });
    const { checks } = applyKnownFailures([passing], [ENTRY], '2026-12-01');
    expect(checks[0]).toMatchObject({
      outcome: 'fixed',
      reasons: [{ code: 'KNOWN_FAILURE_PASSES', level: 'warn' }],
    });
  });

  test('of two entries the one that holds longest speaks', () => {
    const { checks } = applyKnownFailures(
      [createFailure()],
      [{ ...ENTRY, expires: '2026-01-01' }, ENTRY],
      '2026-12-01',
    );
    expect(checks[0]?.outcome).toBe('known failure');
  });
});

test('an entry that matches nothing is given back', () => {
  const typo = { ...ENTRY, case: 'unifrom' };
  expect(applyKnownFailures([createFailure()], [typo], '2026-12-01')).toEqual({
    checks: [createFailure()],
    unused: [typo],
  });
});
