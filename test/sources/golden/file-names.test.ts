import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromFileName, toFileName } from '../../../src/sources/golden/file-names.ts';

describe('file names of cases', () => {
  test.each([
    ['normal', 'normal'],
    ['Case-1.2_x', 'Case-1.2_x'],
    ['with space', 'with%20space'],
    ['test_add/test_data_set_0', 'test_add%2Ftest_data_set_0'],
    ['../../etc/passwd', '%2E.%2F..%2Fetc%2Fpasswd'],
    ['a%2Fb', 'a%252Fb'],
    ['größe', 'gr%C3%B6%C3%9Fe'],
    ['.hidden', '%2Ehidden'],
    ['con', '%63on'],
    ['NUL.txt', '%4EUL.txt'],
    ['', '%00'],
  ])('%j becomes %j and comes back', (name, fileName) => {
    expect(toFileName(name)).toBe(fileName);
    expect(fromFileName(fileName)).toBe(name);
  });

  test('a name too long is cut, stays unique and fits a file system', () => {
    const left = toFileName(`${'x'.repeat(300)}a`);
    const right = toFileName(`${'x'.repeat(300)}b`);
    expect(left).not.toBe(right);
    expect(left.length).toBe(180);
    expect(fromFileName(left)).toBeNull();
  });

  test('every name is safe, and short ones are reversible', () => {
    assert(
      property(string({ unit: 'grapheme', maxLength: 15 }), (name) => {
        const fileName = toFileName(name);
        expect(fileName).toMatch(/^[\w%-][\w.%-]*$/);
        expect(fromFileName(fileName)).toBe(name);
      }),
    );
  });
});
