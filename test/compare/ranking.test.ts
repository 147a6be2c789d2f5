import { describe, expect, test } from 'vitest';
import type { Ranking } from '../../src/compare/index.ts';
import type { Tensor } from '../../src/tensor/index.ts';
import { compare, createFloat32, createInt64 } from './builders.ts';

function judge(
  ranking: Ranking,
  expected: Tensor,
  actual: Tensor,
  scores?: { expected: Tensor; actual: Tensor },
) {
  const { verdict } = compare(expected, actual, {
    policy: { ranking },
    ...(scores === undefined ? {} : { scores }),
  });
  return verdict;
}

const ids = (...values: number[]) => createInt64(values.map(BigInt), [1, values.length]);
const scored = (expected: number[], actual = expected) => ({
  expected: createFloat32(expected, [1, expected.length]),
  actual: createFloat32(actual, [1, actual.length]),
});

describe('a ranking', () => {
  const ranking: Ranking = { kind: 'ranking', scores: 'values' };

  test('lets entries of equal score change places', () => {
    expect(judge(ranking, ids(7, 3, 5), ids(7, 5, 3), scored([0.9, 0.5, 0.5]))).toBe('pass');
  });

  test('does not let entries of different score change places', () => {
    expect(judge(ranking, ids(7, 3, 5), ids(3, 7, 5), scored([0.9, 0.5, 0.1]))).toBe('fail');
  });

  test('accepts another entry where a tie is cut at the end', () => {
    expect(judge(ranking, ids(7, 3, 5), ids(7, 3, 8), scored([0.9, 0.5, 0.5]))).toBe('pass');
  });

  test('does not accept another entry elsewhere', () => {
    expect(judge(ranking, ids(7, 3, 5), ids(8, 3, 5), scored([0.9, 0.5, 0.5]))).toBe('fail');
    expect(judge(ranking, ids(7), ids(8), scored([0.9]))).toBe('fail');
  });

  test('does not accept a tied entry whose actual score differs', () => {
    expect(judge(ranking, ids(7, 3, 5), ids(7, 3, 8), scored([0.9, 0.5, 0.5], [0.9, 0.5, 0.2]))).toBe('fail');
  });

  test('does not accept an entry twice', () => {
    expect(judge(ranking, ids(7, 3, 5), ids(7, 7, 5), scored([0.9, 0.8, 0.5]))).toBe('fail');
  });
});

describe('a set', () => {
  test('ignores order', () => {
    expect(judge({ kind: 'set' }, ids(1, 2, 3), ids(3, 1, 2))).toBe('pass');
    expect(judge({ kind: 'set' }, ids(1, 2, 2), ids(2, 1, 1))).toBe('fail');
  });

  test('of rows along another axis, as NonMaxSuppression gives them', () => {
    const rows = (...list: number[][]) => createInt64(list.flat().map(BigInt), [list.length, 3]);
    const expected = rows([0, 0, 5], [0, 1, 2], [1, 0, 3]);
    expect(judge({ kind: 'set', axis: 0 }, expected, rows([1, 0, 3], [0, 0, 5], [0, 1, 2]))).toBe('pass');
    expect(judge({ kind: 'set', axis: 0 }, expected, rows([1, 0, 5], [0, 0, 3], [0, 1, 2]))).toBe('fail');
  });
});
