import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ParityError } from '../../src/errors/index.ts';
import { readTensorBytes } from '../../src/formats/index.ts';
import { fixtureBytes } from './fixtures.ts';

const RUNS = 3000;
const SLOWEST_MS = 1000;

/** Reads and gives the code of the error; anything but a ParityError fails the test. */
function attempt(bytes: Uint8Array, path: string): string {
  const start = performance.now();
  try {
    readTensorBytes(bytes, path);
    return 'read';
  } catch (error) {
    if (!(error instanceof ParityError)) throw error;
    return error.code;
  } finally {
    expect(performance.now() - start).toBeLessThan(SLOWEST_MS);
  }
}

describe.each([
  'float32.npy',
  'unicode.npy',
  'stored.npz',
  'deflated.npz',
  'data-descriptors.npz',
  'all.safetensors',
  'pb/float32-typed.pb',
  'pb/string-typed.pb',
  'pb/int4-raw.pb',
  'external.pb',
  'sequence.pb',
  'polygraphy-outputs.json',
])('%s', (name) => {
  const original = fixtureBytes(name);

  test('mutated, gives tensors or a typed error', () => {
    const edit = fc.tuple(
      fc.nat(original.length - 1),
      fc.nat(255),
      fc.constantFrom('set', 'insert', 'delete', 'cut'),
    );
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const bytes = [...original];
        for (const [at, value, kind] of edits) {
          if (kind === 'set') bytes[Math.min(at, bytes.length - 1)] = value;
          else if (kind === 'insert') bytes.splice(at, 0, value);
          else if (kind === 'delete') bytes.splice(at, 1);
          else bytes.length = Math.min(bytes.length, Math.max(1, at));
        }
        attempt(Uint8Array.from(bytes), `/nowhere/${name}`);
      }),
      { numRuns: RUNS, seed: 1 },
    );
  });
});

test.each(['npy', 'npz', 'safetensors', 'pb', 'json'])(
  'random bytes named .%s give a typed error',
  (extension) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        attempt(bytes, `/nowhere/x.${extension}`);
      }),
      { numRuns: RUNS, seed: 2 },
    );
  },
);
