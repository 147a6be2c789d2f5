import { describe, expect, test } from 'vitest';
import { indicesOf } from '../../src/report-app/view/folding.ts';

describe('folded axes', () => {
  test.each([
    [10, 10],
    [100, 64],
    [129, 128],
    [1000, 7],
  ])(
    'of length %i in %i cells: every index is in exactly the cell that the comparison puts it in',
    (length, cells) => {
      for (let position = 0; position < length; position++) {
        const [first, last] = indicesOf(Math.floor((position * cells) / length), cells, length);
        expect(position).toBeGreaterThanOrEqual(first);
        expect(position).toBeLessThanOrEqual(last);
      }
      const covered = Array.from({ length: cells }, (_, cell) => indicesOf(cell, cells, length));
      expect(covered.reduce((sum, [first, last]) => sum + last - first + 1, 0)).toBe(length);
    },
  );
});
