import { describe, expect, test } from 'vitest';
import {
  allNeededText,
  boundText,
  checkName,
  cleanBlock,
  cleanLine,
  formatDuration,
  formatElement,
  formatLimit,
  formatNumber,
  neededText,
  nextStep,
  verdictSentence,
  whyText,
  worstText,
} from '../../src/result/wording.ts';
import { createCheck, createFailure, createRun, createUnexecuted } from '../builders/run-document.ts';

describe('numbers', () => {
  test.each([
    [0, '0'],
    ['-0', '-0'],
    [3, '3'],
    [-12, '-12'],
    [1e6, '1.00e6'],
    [1e-4, '1.00e-4'],
    [-0.00031234, '-3.12e-4'],
    [1.5, '1.50e0'],
    ['NaN', 'NaN'],
    ['-Infinity', '-Infinity'],
    [0.99931, '0.999310'],
    [1.0004, '1.000400'],
    [1 - 2 ** -40, '1 − 9.09e-13'],
    [5e-324, '4.94e-324'],
    [Number.MAX_VALUE, '1.80e308'],
  ] as const)('%s is shown as %s', (value, shown) => {
    expect(formatNumber(value)).toBe(shown);
  });

  test('a limit that was rounded still lets its value pass', () => {
    for (const value of [3.1000123e-4, 9.999e-5, 1.0049e-3, 0.99931, 1.0004, 123_456.7, 1e-310, 0.9949]) {
      expect(Number(formatLimit(value, false))).toBeGreaterThanOrEqual(value);
      expect(Number(formatLimit(value, true))).toBeLessThanOrEqual(value);
      expect(Number(formatLimit(value, false)) / value).toBeLessThan(1.011);
    }
  });

  test('an element shows the digits that a float32 can tell apart', () => {
    expect(formatElement(Math.fround(0.1), 'float32')).toBe('0.100000001');
    expect(formatElement(0.1, 'float64')).toBe('0.1');
    expect(formatElement('9223372036854775807', 'int64')).toBe('9223372036854775807');
    expect(formatElement('a"b', 'string')).toBe('"a\\"b"');
    expect(formatElement(true, 'bool')).toBe('true');
  });

  test('durations take the unit that a person would', () => {
    expect([0.42, 812, 18_420, 125_000, 7_500_000].map(formatDuration)).toEqual([
      '0.4 ms',
      '812 ms',
      '18.4 s',
      '2 min 5 s',
      '2 h 5 min',
    ]);
  });
});

describe('text from outside', () => {
  test('what moves a cursor, hides or reorders is written out', () => {
    expect(cleanLine('a\u001b[31mb\u202ec\u0000\nd\u2028e\ud800')).toBe(
      String.raw`a\e[31mb\u{202e}c\u{0}\nd\u{2028}e\u{d800}`,
    );
  });

  test('ordinary text of any script is left alone', () => {
    expect(cleanLine('größe 尺寸 😀 עברית')).toBe('größe 尺寸 😀 עברית');
  });

  test('a block keeps its lines and loses its colours', () => {
    expect(cleanBlock('\u001b[1;31merror\u001b[0m:\tbad\r\nnext\u0007\u001b]0;title\u0007')).toBe(
      String.raw`error:	bad` + '\n' + String.raw`next\u{7}`,
    );
  });
});

describe('sentences', () => {
  test('a run that passed says so', () => {
    expect(verdictSentence(createRun())).toBe('The check passed.');
    expect(verdictSentence(createRun({ checks: [createCheck(), createCheck({ case: 'b' })] }))).toBe(
      'All 2 checks passed.',
    );
  });

  test('what did not pass is counted, whatever the reason', () => {
    const checks = [createCheck(), createFailure(), createUnexecuted(), createCheck({ verdict: 'void' })];
    expect(verdictSentence(createRun({ checks }))).toBe('3 of 4 checks did not pass.');
  });

  test('an optional target that is not there is named, not counted against the run', () => {
    const checks = [createCheck(), createUnexecuted({ status: 'unavailable', optional: true })];
    expect(verdictSentence(createRun({ checks }))).toBe(
      'All 1 checks that count passed; 1 on optional targets or expected gaps did not run.',
    );
  });

  test('nothing executed is never called passed', () => {
    const checks = [createUnexecuted({ status: 'unavailable', optional: true })];
    expect(verdictSentence(createRun({ checks }))).toBe('No check was executed, so nothing is proven.');
    expect(verdictSentence(createRun({ checks: [] }))).toBe('No check was run.');
  });

  test('problems and an interruption are part of the sentence', () => {
    const problems = [{ code: 'SUITE_INVALID', message: 'm', hint: 'h' }];
    expect(verdictSentence(createRun({ problems, complete: false }))).toBe(
      'The check passed. 1 problem kept part of the plan from running. The run did not finish: what is missing was not judged.',
    );
  });

  test('a failure names the element and both ways out of a mismatch bound', () => {
    const check = createFailure({
      needed: [
        { metric: 'linf', value: 3.1000123e-4 },
        { metric: 'mismatches', value: 2, atol: 2.5e-4, rtol: 1e-3 },
        { metric: 'cosine', value: 0.9912345 },
      ],
    });
    const [worst] = check.worst;
    expect(worst && worstText(worst, check.dtype)).toBe(
      'at [0, 3]: expected 1.25, actual 1.25031, error 3.10e-4',
    );
    expect(allNeededText(check)).toBe('linf ≤ 3.11e-4, atol 2.50e-4 or rtol 1.00e-3, cosine ≥ 0.99123');
    expect(check.needed[0] && neededText(check, check.needed[0], true)).toBe('linf ≤ 0.00031000123');
    expect(checkName(check)).toBe('uniform / logits [ort-web/wasm]');
  });

  test('without a reason the tightest bound speaks', () => {
    expect(whyText(createCheck())).toBe(
      'Every bound holds; the tightest is linf ≤ 1.00e-4 (suite) with 4.77e-7.',
    );
    expect(whyText(createFailure({ reasons: [] }))).toBe(
      'linf ≤ 1.00e-4 (suite) does not hold with 3.10e-4.',
    );
    expect(whyText(createCheck({ bounds: [] }))).toBe('There was no bound to break.');
  });

  test('a cause speaks before the bounds that it breaks', () => {
    const reason = { level: 'fail', hint: '' } as const;
    const check = createFailure({
      reasons: [
        { ...reason, code: 'BOUND_EXCEEDED', message: 'It is far off.', hint: 'Widen it.' },
        { ...reason, code: 'NONDETERMINISTIC', message: 'Two runs differed.', hint: 'Look for Dropout.' },
      ],
    });
    expect(whyText(check)).toBe('Two runs differed.');
    expect(nextStep(check)).toBe('Look for Dropout.');
  });

  test('lower limits are told by their numbers', () => {
    const bound = { metric: 'agreement', limit: 0.9, from: 'case' } as const;
    expect(boundText({ ...bound, value: 0.95, holds: true })).toBe('agreement ≥ 9.00e-1');
    expect(boundText({ ...bound, value: 0.95, holds: false })).toBe('agreement ≤ 9.00e-1');
    expect(boundText({ ...bound, metric: 'cosine' })).toBe('cosine ≥ 9.00e-1');
  });
});
