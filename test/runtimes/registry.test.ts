import { expect, test } from 'vitest';
import { ParityError } from '../../src/errors/index.ts';
import { packageVersion } from '../../src/runtimes/package-version.ts';
import { findTarget, targetNames } from '../../src/runtimes/registry.ts';

test('a target is found by runtime and provider', () => {
  const { runtime, provider } = findTarget('ort-node', 'cpu');
  expect([runtime.package, provider.name]).toEqual(['onnxruntime-node', 'cpu']);
});

test('an unknown target is a user’s mistake that lists the known ones', () => {
  const error = catchError(() => findTarget('ort-node', 'gpu'));
  expect([error.code, error.exitCode, error.message]).toEqual([
    'TARGET_UNKNOWN',
    2,
    'Unknown target: ort-node/gpu',
  ]);
  expect(error.hint).toBe(`Targets are written runtime/provider; known are ${targetNames().join(', ')}.`);
});

test('versions come from the installed packages', () => {
  expect(packageVersion('onnxruntime-web')).toMatch(/^\d+\.\d+\.\d+/);
  expect(packageVersion('no-such-package')).toBeNull();
});

function catchError(work: () => unknown): ParityError {
  try {
    work();
  } catch (error) {
    if (error instanceof ParityError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}
