import { describe, expect, test } from 'vitest';
import { filterToken, parseFilter } from '../../src/report-app/view/filter.ts';
import { viewOf } from '../../src/report-app/view/rows.ts';
import { createCheck, createFailure, createRun, createUnexecuted } from '../builders/run-document.ts';

const { rows } = viewOf(
  createRun({
    checks: [
      createCheck({ case: 'a' }),
      createFailure({ case: 'b' }),
      createUnexecuted({ case: 'c', target: 'ort-node/webgpu', suite: 'two words' }),
      createUnexecuted({ case: 'd', status: 'unavailable', optional: true }),
      createCheck({ case: 'e', metrics: { linf: 'NaN', snrDb: 12 }, bounds: [] }),
      createCheck({ case: 'f', verdict: 'void' }),
    ],
  }),
);

const cases = (text: string): string =>
  rows
    .filter(parseFilter(text).matches)
    .map(({ check }) => check.case)
    .join('');

describe('the filter language', () => {
  test.each([
    ['', 'abcdef'],
    ['WASM', 'b'],
    ['target:webgpu', 'c'],
    ['-target:webgpu', 'abdef'],
    ['suite:"two words"', 'c'],
    ['"two words"', 'c'],
    ['verdict:fail', 'b'],
    ['verdict:pass', 'ae'],
    ['verdict:not-run', 'c'],
    ['verdict:void', 'f'],
    ['status:crashed', 'c'],
    ['is:failing', 'bcf'],
    ['is:optional', 'd'],
    ['reason:BOUND', 'b'],
    ['linf>1e-4', 'b'],
    ['linf<=4.76837158203125e-7', 'af'],
    ['linf=NaN', 'e'],
    ['snrDb>=12', 'aef'],
    ['utilisation>1', 'b'],
    ['target:cpu verdict:pass', 'ae'],
    ['constructor>0', ''],
  ])('%s finds %s', (text, expected) => {
    expect(cases(text)).toBe(expected);
  });

  test('what is not understood is said, and the rest still filters', () => {
    const filter = parseFilter('colour:red linf>much target:wasm');
    expect(filter.problems).toEqual([
      'There is no field “colour”; fields are suite, model, case, target, output, dtype, verdict, status, outcome, operator, golden, reason, is.',
      '“much” is not a number.',
    ]);
    expect(rows.filter(filter.matches)).toHaveLength(1);
  });

  test('names of objects’ own methods are no fields', () => {
    expect(parseFilter('constructor:x').problems).toHaveLength(1);
  });

  test('a token holds blanks together', () => {
    expect(filterToken('case', 'two words')).toBe('case:"two words"');
    expect(cases(filterToken('suite', 'two words'))).toBe('c');
  });
});
