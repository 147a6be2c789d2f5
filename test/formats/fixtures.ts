import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ParityError } from '../../src/errors/index.ts';
import { readTensorsSync } from '../../src/formats/index.ts';
import { toFloat64Array } from '../../src/tensor/index.ts';
import type { Tensor } from '../../src/tensor/index.ts';

const FOLDER = fileURLToPath(new URL('../fixtures/formats/', import.meta.url));

export function fixture(name: string): string {
  return FOLDER + name;
}

export function fixtureBytes(name: string): Uint8Array {
  return readFileSync(fixture(name));
}

/** dtype, shape and elements of a tensor in comparable form. */
export function view(tensor: Tensor | undefined): [string, readonly number[], unknown[]] {
  if (tensor === undefined) throw new Error('no such tensor');
  const { dtype, shape, data } = tensor;
  const exact = dtype === 'string' || dtype === 'int64' || dtype === 'uint64';
  return [
    dtype,
    shape,
    exact ? Array.from<unknown>(data as ArrayLike<unknown>) : [...toFloat64Array(tensor)],
  ];
}

/** The only tensor of a fixture. */
export function single(name: string): ReturnType<typeof view> {
  const tensors = readTensorsSync(fixture(name));
  if (tensors.size !== 1) throw new Error(`${name} holds ${tensors.size} tensors`);
  return view([...tensors.values()][0]);
}

/** Code and message of the ParityError that an action throws, without the fixture folder. */
export function refusal(action: () => unknown): [string, string] {
  try {
    action();
  } catch (error) {
    if (!(error instanceof ParityError)) throw error;
    return [error.code, error.message.replaceAll(FOLDER, '')];
  }
  throw new Error('nothing was thrown');
}
