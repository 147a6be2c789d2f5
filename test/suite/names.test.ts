import { describe, expect, test } from 'vitest';

import { closest } from '../../src/suite/closest.ts';
import { matcherOf } from '../../src/suite/glob.ts';
import { targetFrom } from '../../src/suite/index.ts';

describe('closest', () => {
  test.each([
    ['modle', ['models', 'model', 'cases'], 'model'],
    ['NORMAL', ['normal'], 'normal'],
    ['cuda', ['cpu', 'wasm'], null],
    ['q', ['a', 'b'], null],
    ['', ['a'], null],
  ])('finds what %j probably meant', (name, candidates, expected) => {
    expect(closest(name, candidates)).toBe(expected);
  });
});

describe('patterns', () => {
  test.each([
    ['encoder-*', 'encoder-a', true],
    ['encoder-*', 'my-encoder-a', false],
    ['*', '', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['test_*/test_data_set_0', 'test_a/b/test_data_set_0', true],
    ['a.c', 'abc', false],
    ['[ab]', '[ab]', true],
    ['a*b*c', 'a1b2b3c', true],
    ['a*b*c', 'a1b2b3', false],
  ])('%j against %j: %j', (pattern, name, expected) => {
    expect(matcherOf(pattern)(name)).toBe(expected);
  });

  test('stay fast where they cannot match', () => {
    const start = performance.now();
    expect(matcherOf(`${'*a'.repeat(50)}b`)('a'.repeat(10_000))).toBe(false);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('targetFrom', () => {
  test('reads runtime, provider and optimisation level', () => {
    expect(targetFrom('ort-node/cpu@disabled')).toEqual({
      name: 'ort-node/cpu@disabled',
      runtime: 'ort-node',
      provider: 'cpu',
      options: { optimization: 'disabled' },
      optional: false,
      fallback: 'warn',
    });
  });

  test.each([
    ['cpu', 'Target "cpu": expected runtime/provider in lower case, such as ort-node/cpu, got "cpu"'],
    [
      'ort-node/cpu@fast',
      'Target "ort-node/cpu@fast": expected one of disabled, basic, extended, layout, all after "@", got "fast"; another variation is written { name: ort-node/cpu@fast, target: ort-node/cpu, … }',
    ],
  ])('refuses %s', (text, message) => {
    expect(() => targetFrom(text)).toThrow(expect.objectContaining({ code: 'TARGET_MALFORMED', message }));
  });
});
