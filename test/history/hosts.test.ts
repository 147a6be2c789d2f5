import { describe, expect, test } from 'vitest';
import { hostOffsets, onOneHost } from '../../src/history/hosts.ts';

describe('what a host adds', () => {
  test('is the median between neighbouring runs on both', () => {
    // b lies 2 above a, and everything rises by 10 after the fourth run.
    const series = [0, 2, 0, 2, 10, 12, 10, 12, 10];
    const hosts = 'ababababa'.split('');
    expect([...hostOffsets(series, hosts)]).toEqual([
      ['a', 0],
      ['b', 2],
    ]);
    expect(onOneHost(series, hosts)).toEqual([0, 0, 0, 0, 10, 10, 10, 10, 10]);
    expect(onOneHost(series, hosts, hostOffsets(series, hosts), 'b').at(-1)).toBe(12);
  });

  test('is unknown where one host followed the other: that may be the movement', () => {
    expect(hostOffsets([0, 0, 0, 0, 5, 5, 5, 5], 'aaaabbbb'.split('')).size).toBe(0);
    expect(onOneHost([0, 0, 0, 0, 5, 5, 5, 5], 'aaaabbbb'.split(''))).toEqual([0, 0, 0, 0, 5, 5, 5, 5]);
  });

  test('is unknown of a host that seldom ran', () => {
    expect([...hostOffsets([0, 1, 0, 1, 0, 1, 0, 9, 0], 'acabababa'.split('')).keys()]).toEqual(['a', 'b']);
  });
});
