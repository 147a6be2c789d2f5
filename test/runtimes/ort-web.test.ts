import { describe, expect, test } from 'vitest';
import { loadOrtWeb } from '../../src/runtimes/ort-web/index.ts';
import { EVERY_DTYPE, failureOf, float32, healthy, hostile } from './fixtures.ts';

const runtime = await loadOrtWeb();

const loads = (path: string) => failureOf(runtime.load({ path }, 'wasm', {}));

describe('a session of onnxruntime-web in Node', () => {
  test('computes with dynamic lengths', async () => {
    const session = await runtime.load({ path: healthy('add') }, 'wasm', {});
    expect(session.inputs[0]).toEqual({ name: 'a', dtype: 'float32', shape: ['batch', 2] });
    const inputs = new Map([
      ['a', float32([1, 2], 1, 2)],
      ['b', float32([2], 10, 20)],
    ]);
    expect((await session.run(inputs)).outputs).toEqual(new Map([['y', float32([1, 2], 11, 22)]]));
    expect((await session.close()).placement.nodes).toEqual({ wasm: 1 });
  });

  test('carries every dtype to the bit, scalars, empty tensors and strings among them', async () => {
    const session = await runtime.load({ path: healthy('every-dtype') }, 'wasm', {});
    const { outputs } = await session.run(new Map(Object.entries(EVERY_DTYPE)));
    expect(outputs).toEqual(
      new Map(Object.entries(EVERY_DTYPE).map(([name, tensor]) => [`${name}_out`, tensor])),
    );
    await session.close();
  });

  test('gives int4 and uint4 outputs, one element a byte', async () => {
    const x = new Map([['x', float32([2, 2], 1, -2, 3, 4)]]);
    const signed = await runtime.load({ path: hostile('int4-output') }, 'wasm', {});
    expect(signed.outputs.map(({ name, dtype }) => [name, dtype])).toEqual([['y', 'int4']]);
    expect((await signed.run(x)).outputs.get('y')).toEqual({
      dtype: 'int4',
      shape: [2, 2],
      data: Int8Array.of(1, -2, 3, 4),
    });
    const unsigned = await runtime.load({ path: hostile('uint4-output') }, 'wasm', {});
    expect((await unsigned.run(new Map([['x', float32([2, 2], 0, 15, 3, 4)]]))).outputs.get('y')).toEqual({
      dtype: 'uint4',
      shape: [2, 2],
      data: Uint8Array.of(0, 15, 3, 4),
    });
  });

  test('takes int4 inputs, an odd number of them', async () => {
    const session = await runtime.load({ path: healthy('four-bit-input') }, 'wasm', {});
    const x = { dtype: 'int4', shape: [3], data: Int8Array.of(-8, 7, -1) } as const;
    expect((await session.run(new Map([['x', x]]))).outputs.get('y')).toEqual(float32([3], -8, 7, -1));
  });

  test('reads external data beside the model', async () => {
    const session = await runtime.load({ path: healthy('external') }, 'wasm', {});
    const { outputs } = await session.run(new Map([['x', float32([4], 1, 1, 1, 1)]]));
    expect(outputs.get('y')).toEqual(float32([4], 1, 2, 3, 4));
  });
});

describe('models that onnxruntime-web cannot run', () => {
  test.each([
    [
      'bfloat16-output',
      'unsupported DTYPE_UNSUPPORTED: ort-web cannot carry output y: its element type is bfloat16.',
    ],
    [
      'sequence-output',
      'unsupported TYPE_UNSUPPORTED: ort-web cannot carry output y: it is seq(tensor(float)), not a tensor.',
    ],
    ['empty', `error MODEL_UNREADABLE: The model ${hostile('empty')} is empty (0 bytes).`],
    [
      'declared-dimension',
      'out-of-memory MEMORY_EXCEEDED: ort-web could not get the memory that the model needs: a tensor is larger than the 4 GiB that WebAssembly can address',
    ],
  ])('%s', async (name, expected) => {
    expect(await loads(hostile(name))).toBe(expected);
  });
});
