import { describe, expect, test } from 'vitest';
import { compileExpression, prepareExpressions } from '../../src/compare/index.ts';
import { compare, createFloat32 } from './builders.ts';

const expected = createFloat32([1, 2, 3, -4]);
const actual = createFloat32([1, 2, 3, -4.5]);

async function judge(expression: string, policy = { noDefaults: true }) {
  const tolerance = { expressions: [expression] };
  await prepareExpressions([{ tolerance }]);
  return compare(expected, actual, { tolerance, policy });
}

describe('a bound by expression', () => {
  test('is judged like a bound on its metric', async () => {
    const comparison = await judge('linf <= 0.1 * max(1, refMax)');
    expect(comparison.verdict).toBe('fail');
    expect(comparison.bounds[0]).toMatchObject({
      metric: 'linf',
      expression: 'linf <= 0.1 * max(1, refMax)',
      from: 'output',
      value: 0.5,
      holds: false,
    });
    expect(Number(comparison.bounds[0]!.limit)).toBeCloseTo(0.3, 15);
    expect(comparison.bounds[0]!.utilisation).toBeCloseTo(5 / 3, 12);
    expect(comparison.needed).toEqual([{ metric: 'linf', value: 0.5 }]);
    expect(comparison.reasons).toEqual([
      {
        code: 'BOUND_EXCEEDED',
        level: 'fail',
        message: '`linf <= 0.1 * max(1, refMax)` does not hold: 0.5 against 0.3 (from output).',
        hint: 'Smallest that passes: linf 0.5.',
      },
    ]);
  });

  test.each([
    ['linf <= 0.5', true],
    ['linf < 0.5', false],
    ['cosine >= 0.99', true],
    ['snrDb > 200', false],
    ['mse <= (refMaxAbs / 8)^2', true],
    ['rmse + abs(bias) <= refScale', true],
    ['linf <= elements / 8', true],
    ['linf <= -refMin / 8', true],
    ['linf <= sqrt(refMin)', false],
    ['linf <= 1/0', true],
  ])('%s is %s', async (expression, holds) => {
    expect((await judge(expression)).bounds[0]!.holds).toBe(holds);
  });

  test('replaces the default bound on the same metric', async () => {
    const { bounds } = await judge('mse <= 1', { noDefaults: false });
    expect(bounds.filter(({ metric }) => metric === 'mse')).toHaveLength(1);
  });

  test('of several metrics stands beside the others', async () => {
    const { bounds } = await judge('mse + linf <= 1', { noDefaults: false });
    expect(bounds.map(({ metric }) => metric)).toEqual(['mismatches', 'mse', 'mse + linf <= 1']);
  });
});

describe('refused', () => {
  test.each([
    ['linf', 'it must be one comparison with <=, <, >= or >', 1],
    ['1e-4 <= linf <= 1', 'it must be one comparison with <=, <, >= or >', 1],
    ['linf == 0', 'it must be one comparison with <=, <, >= or >', 1],
    ['linf <= 1; mse <= 1', 'it must be one comparison with <=, <, >= or >', 1],
    ['x = 3', 'it must be one comparison with <=, <, >= or >', 1],
    ['', 'it is empty', 1],
    ['1 <= 2', 'it names no metric', 1],
    ['linf <= random()', 'the function random is not allowed', 9],
    ['linf <= import("x")', 'the function import is not allowed', 9],
    ['linf <= evaluate("1")', 'the function evaluate is not allowed', 9],
    ['linf <= "1"', '"1" is not a number', 9],
    ['linf <= true', 'true is not a number', 9],
    ['linf <= [1, 2]', '`[1, 2]` is not allowed', 9],
    ['linf <= {a: 1}.a', '`{"a": 1}.a` is not allowed', 1],
    ['linf <= 5!', '`5!` is not allowed', 9],
    ['linf <= 2 mse', '`2 mse` is not allowed', 9],
    ['linf <= mse ? 1 : 2', 'it must be one comparison with <=, <, >= or >', 1],
    ['linf <= min()', 'min does not take 0 arguments', 9],
    ['linf <= abs(1, 2)', 'abs does not take 2 arguments', 9],
    ['linf <= (1', 'Parenthesis ) expected', 11],
    ['f(x) = x', 'it must be one comparison with <=, <, >= or >', 1],
  ])('%s', async (expression, problem, position) => {
    await expect(compileExpression(expression)).rejects.toMatchObject({
      code: 'EXPRESSION_INVALID',
      message: `The bound \`${expression}\` is not usable: ${problem} (at character ${position}).`,
    });
  });

  test.each([
    ['linff <= 1', 'linff', 1, 'Did you mean linf?'],
    ['linf <= refmax', 'refmax', 9, 'Did you mean refMax, refMin, refMean?'],
    ['linf <= cm', 'cm', 9, 'docs/metrics.md lists the names.'],
    ['linf <= constructor', 'constructor', 9, 'docs/metrics.md lists the names.'],
    ['utilisation <= 1', 'utilisation', 1, 'docs/metrics.md lists the names.'],
  ])('the unknown name in %s', async (expression, name, position, hint) => {
    await expect(compileExpression(expression)).rejects.toMatchObject({
      code: 'EXPRESSION_UNKNOWN_NAME',
      message: `The bound \`${expression}\` names \`${name}\` (at character ${position}), which is neither a metric nor a fact.`,
      hint,
    });
  });

  test('an expression that was not prepared', () => {
    expect(() => compare(expected, actual, { tolerance: { expressions: ['linf <= 12345'] } })).toThrow(
      expect.objectContaining({ code: 'EXPRESSION_NOT_PREPARED', exitCode: 3 }),
    );
  });
});
