import { expect, test } from 'vitest';
import {
  readTensorBytes,
  readTensorsSync,
  writeNpy,
  writeNpz,
  writeSafetensors,
} from '../../src/formats/index.ts';
import { tensorFromValues } from '../../src/tensor/index.ts';
import type { Tensor } from '../../src/tensor/index.ts';
import { fixture, fixtureBytes, refusal, view } from './fixtures.ts';

const views = (tensors: ReadonlyMap<string, Tensor>): Map<string, unknown> =>
  new Map([...tensors].map(([name, tensor]) => [name, view(tensor)]));

test.each([
  'float32',
  'float16',
  'float64',
  'int8',
  'int64',
  'uint32',
  'bool',
  'complex64',
  'unicode',
  'scalar',
  'empty',
])('%s.npy is written byte for byte as NumPy does', (name) => {
  const tensor = readTensorsSync(fixture(`${name}.npy`)).get(name)!;
  expect(Buffer.from(writeNpy(tensor))).toEqual(fixtureBytes(`${name}.npy`));
});

test('safetensors are written byte for byte as the reference implementation does, whatever the order', () => {
  const tensors = readTensorsSync(fixture('all.safetensors'));
  const metadata = new Map([
    ['framework', 'torch'],
    ['a', 'b'],
  ]);
  const written = Buffer.from(writeSafetensors(tensors, metadata));
  expect(views(readTensorBytes(written, 'x.safetensors'))).toEqual(views(tensors));
  expect(Buffer.from(writeSafetensors(new Map([...tensors].reverse()), metadata))).toEqual(written);
  const body = (bytes: Buffer): Buffer => bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)));
  expect(body(written)).toEqual(body(Buffer.from(fixtureBytes('all.safetensors'))));
});

test('an npz is read back and is the same each time', () => {
  const tensors = readTensorsSync(fixture('stored.npz'));
  const bytes = writeNpz(tensors);
  expect(views(readTensorBytes(bytes, 'x.npz'))).toEqual(views(tensors));
  expect(writeNpz(tensors)).toEqual(bytes);
});

test('packed four-bit floats are read back', () => {
  const tensors = new Map([['x', tensorFromValues('float4e2m1', [2, 2], [0.5, -6, 1, 2])]]);
  expect(views(readTensorBytes(writeSafetensors(tensors), 'x.safetensors'))).toEqual(views(tensors));
});

test.each([
  ['safetensors', 'string', ['a']],
  ['safetensors', 'int4', [1]],
  ['safetensors', 'float4e2m1', [1]],
  ['npy', 'bfloat16', [1]],
] as const)('a %s file of %s is refused', (format, dtype, values) => {
  const tensor = tensorFromValues(dtype, [1], values);
  const write =
    format === 'npy' ? () => writeNpy(tensor, 'x') : () => writeSafetensors(new Map([['x', tensor]]));
  expect(refusal(write)).toEqual([
    'TENSOR_NOT_STORABLE',
    `"x" is ${dtype}, which a ${format} file cannot hold.`,
  ]);
});
