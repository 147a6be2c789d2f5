import { describe, expect, test } from 'vitest';
import { stepOf, placeOnAxis } from '../../src/report-app/view/scale.ts';
import { groupOf, viewOf } from '../../src/report-app/view/rows.ts';
import { parseSort, sortRows, sortText } from '../../src/report-app/view/sort.ts';
import { createCheck, createFailure, createRun, createUnexecuted } from '../builders/run-document.ts';

describe('groups', () => {
  test('the most urgent standing and the largest utilisation speak for a group', () => {
    const { rows } = viewOf(createRun({ checks: [createCheck(), createFailure(), createUnexecuted()] }));
    expect(groupOf(rows)).toMatchObject({ passed: 1, bad: 2, standing: 'failed', utilisation: 3.1000123 });
  });

  test('a NaN is not hidden by numbers around it', () => {
    const checks = [1, 'NaN', 2].map((utilisation) =>
      createCheck({ metrics: { utilisation: utilisation as number | 'NaN' } }),
    );
    expect(groupOf(viewOf(createRun({ checks })).rows).utilisation).toBeNaN();
  });
});

describe('orders', () => {
  const { rows } = viewOf(
    createRun({
      checks: [
        createCheck({ case: 'case 10', metrics: { linf: 2 } }),
        createFailure({ case: 'case 9', metrics: { linf: 'Infinity', utilisation: 4 } }),
        createCheck({ case: 'case 1', metrics: { linf: 'NaN' } }),
        createUnexecuted({ case: 'case 2' }),
      ],
    }),
  );
  const order = (key: string) => sortRows(rows, parseSort(key)).map(({ check }) => check.case);

  test('what did not pass comes first unless asked otherwise', () => {
    expect(order('')).toEqual(['case 9', 'case 2', 'case 10', 'case 1']);
  });

  test('names with numbers are ordered as a person counts', () => {
    expect(order('case')).toEqual(['case 1', 'case 2', 'case 9', 'case 10']);
  });

  test('NaN stands above infinity, and what is missing below zero', () => {
    expect(order('-linf')).toEqual(['case 1', 'case 9', 'case 10', 'case 2']);
  });

  test('the key reads back', () => {
    expect(sortText(parseSort('-mse'))).toBe('-mse');
  });
});

describe('the scale of a bound', () => {
  test('a decade is a step of the bar, and the bound stands at three quarters', () => {
    expect([0, 1e-6, 1e-2, 1, 100, 1e9, Number.NaN].map(placeOnAxis)).toEqual([0, 0, 0.5, 0.75, 1, 1, 1]);
  });

  test('colours change at the bound and never before', () => {
    expect([0, 1e-5, 0.01, 0.1, 1, 1.0001, 11, Number.NaN].map(stepOf)).toEqual([0, 1, 2, 3, 4, 5, 6, 6]);
  });
});
