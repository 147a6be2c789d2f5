import { describe, expect, test } from 'vitest';
import '../../src/vitest/index.ts';

/** The message of the failure that `work` must give. */
async function failure(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it did not fail');
}

describe('toMatchTensor', () => {
  const expected = Float32Array.of(1, 2, 3);

  test('takes typed arrays, tensors and those of onnxruntime', () => {
    expect(Float32Array.of(1, 2, 3)).toMatchTensor(expected);
    expect({ dtype: 'float32', shape: [3], data: expected }).toMatchTensor(expected);
    expect({ type: 'float32', dims: [3], data: expected }).toMatchTensor({
      dtype: 'float32',
      shape: [3],
      data: expected,
    });
    expect(2.5).toMatchTensor(2.5);
  });

  test('takes limits', () => {
    expect(Float32Array.of(1, 2, 3.5)).toMatchTensor(expected, { atol: 0.5, mse: 1 });
    expect(Float32Array.of(1, 2, 3.5)).not.toMatchTensor(expected, { atol: 0.4, mse: 1 });
  });

  test('says what is wrong, how wrong, where, and what would pass', async () => {
    const message = await failure(() =>
      expect(Float32Array.of(1, 2, 3.5)).toMatchTensor(expected, { linf: 0.1, noDefaults: true }),
    );
    expect(message).toBe(
      [
        'The tensors do not match.',
        'linf 0.5 exceeds 0.1 (from output).',
        '  Smallest that passes: linf 0.5.',
        'linf 0.5, mse 0.08333333333333333, cosine 0.9974086507360697, maxUlp 2097152',
        'Worst elements:',
        '  [2] expected 3, got 3.5 (error 0.5)',
      ].join('\n'),
    );
  });

  test('does not take another dtype or shape', async () => {
    expect(await failure(() => expect(Float64Array.of(1, 2, 3)).toMatchTensor(expected))).toContain(
      'Expected float32, got float64.',
    );
    expect(await failure(() => expect(Float32Array.of(1)).toMatchTensor(expected))).toContain(
      'Expected shape [3], got [1].',
    );
  });

  test('is a promise where a bound is an expression', async () => {
    const options = { expressions: ['linf <= 0.2 * refMax'], noDefaults: true };
    await expect(Float32Array.of(1, 2, 3.5)).toMatchTensor(expected, options);
  });

  test('refuses what is no tensor', async () => {
    expect(await failure(() => expect([1, 2, 3]).toMatchTensor(expected))).toBe(
      'The received value is no tensor but an array.\nGive { dtype, shape, data }, a tensor of onnxruntime, or a typed array.',
    );
  });

  test('can be negated', async () => {
    expect(await failure(() => expect(expected).not.toMatchTensor(expected))).toBe(
      'The tensors match, and should not: linf 0, utilisation 0.',
    );
  });
});

describe('toPassParity', () => {
  const check = {
    suite: 's',
    model: 'm.onnx',
    case: 'c',
    target: 'ort-node/cpu',
    output: 'y',
    status: 'ok',
    verdict: 'pass',
    optional: false,
    outcome: 'new',
    reasons: [],
    reproduce: 'onnx-parity run s',
  };

  test('passes where every check did', () => {
    expect({ checks: [check], complete: true }).toPassParity();
    expect([check, { ...check, optional: true, status: 'unavailable', verdict: null }]).toPassParity();
  });

  test('names what failed with its next step', async () => {
    const reasons = [{ code: 'NAN_ACTUAL', level: 'fail', message: 'NaN.', hint: 'Look.' }];
    const run = { checks: [check, { ...check, verdict: 'fail', reasons }], complete: true };
    expect(await failure(() => expect(run).toPassParity())).toBe(
      [
        '1 of 2 checks did not pass.',
        '✗ s › m.onnx › c › ort-node/cpu › y: fail',
        '    NAN_ACTUAL: NaN.',
        '      Look.',
        '    onnx-parity run s',
      ].join('\n'),
    );
  });

  test('never passes with nothing checked, or when interrupted', async () => {
    expect(await failure(() => expect([]).toPassParity())).toContain('Nothing was checked');
    expect(await failure(() => expect({ checks: [check], complete: false }).toPassParity())).toContain(
      'was not completed',
    );
    expect(await failure(() => expect({}).toPassParity())).toContain('is no run result');
  });

  test('fails where a check holds its bounds and regressed', async () => {
    const regressed = { ...check, outcome: 'regressed' };
    expect(await failure(() => expect([check, regressed]).toPassParity())).toContain(
      '1 of 2 checks did not pass.',
    );
  });

  test('fails where a suite could not be used, though all others passed', async () => {
    const problems = [{ code: 'SUITE_INVALID', message: 'Unknown key.', hint: 'Remove it.' }];
    const run = { checks: [check], complete: true, exitCode: 2, problems };
    expect(await failure(() => expect(run).toPassParity())).toBe(
      ['0 of 1 checks did not pass.', '✗ SUITE_INVALID: Unknown key.', '    Remove it.'].join('\n'),
    );
  });

  test('fails where the run has another reason to', async () => {
    const run = { checks: [check], complete: true, exitCode: 1, problems: [] };
    expect(await failure(() => expect(run).toPassParity())).toContain('The run ended with exit code 1.');
  });

  test('fails where every target was optional and unavailable', async () => {
    const skipped = { ...check, optional: true, status: 'unavailable', verdict: null };
    expect(await failure(() => expect([skipped]).toPassParity())).toContain('Nothing was checked');
  });
});
