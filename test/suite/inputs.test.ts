import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { castInputs, makeInput, resolveInputs } from '../../src/suite/inputs.ts';
import type { Dtype, Tensor } from '../../src/tensor/index.ts';
import { createCase, createInputs, createModel, createProject, createSuite } from './builders.ts';

const FLOAT32: Tensor = { dtype: 'float32', shape: [2], data: Float32Array.of(1.5, -2) };

function values(dtype: Dtype, ...written: (number | string | boolean)[]): unknown[] {
  return [...makeInput('x', { kind: 'values', dtype, shape: [written.length], values: written }).data];
}

describe('generated inputs', () => {
  test('are drawn in double and rounded once to their dtype', () => {
    const spec = { kind: 'normal', shape: [5], seed: 1, mean: 0, std: 1 } as const;
    const drawn = [
      -0.07831774795337312, 1.5561713234388308, -0.5368728139892264, -0.27131041206010087,
      -2.2223060524838236,
    ];
    expect([...makeInput('image', { ...spec, dtype: 'float64' }).data]).toEqual(drawn);
    expect([...makeInput('image', { ...spec, dtype: 'float32' }).data]).toEqual(drawn.map(Math.fround));
    // NumPy: np.array(drawn).astype(np.float16).view(np.uint16)
    expect([...makeInput('image', { ...spec, dtype: 'float16' }).data]).toEqual([
      44291, 15930, 47180, 46167, 49266,
    ]);
  });

  test('do not depend on how many are drawn at once', () => {
    const spec = { kind: 'normal', dtype: 'float32', seed: 4, mean: 0, std: 1 } as const;
    const long = makeInput('x', { ...spec, shape: [200_001] }).data;
    const short = makeInput('x', { ...spec, shape: [3] }).data;
    expect(long.slice(0, 3)).toEqual(short);
    expect(long.length).toBe(200_001);
    expect(Number.isFinite(long[200_000])).toBe(true);
  });

  test('are integers, booleans and complex numbers where asked for', () => {
    const integers = { kind: 'integers', shape: [2, 4], seed: 3, low: -5, high: 100 } as const;
    expect([...makeInput('ids', { ...integers, dtype: 'int64' }).data]).toEqual([
      34n,
      95n,
      8n,
      24n,
      67n,
      23n,
      63n,
      94n,
    ]);
    expect([...makeInput('ids', { ...integers, dtype: 'int8' }).data]).toEqual([
      34, 95, 8, 24, 67, 23, 63, 94,
    ]);
    const bool = makeInput('mask', {
      kind: 'integers',
      dtype: 'bool',
      shape: [64],
      seed: 1,
      low: 0,
      high: 2,
    });
    expect(new Set(bool.data as Uint8Array)).toEqual(new Set([0, 1]));
    const complex = makeInput('z', {
      kind: 'uniform',
      dtype: 'complex64',
      shape: [2],
      seed: 1,
      low: 0,
      high: 1,
    });
    expect(complex.data.length).toBe(4);
  });

  test('may be empty or scalar', () => {
    const spec = { kind: 'uniform', dtype: 'float32', seed: 0, low: 0, high: 1 } as const;
    expect(makeInput('x', { ...spec, shape: [0, 3] }).data.length).toBe(0);
    expect(makeInput('x', { ...spec, shape: [] }).data.length).toBe(1);
  });

  test('are refused before anything is allocated where the shape is too large', () => {
    const make = (): Tensor =>
      makeInput('x', { kind: 'constant', dtype: 'float32', shape: [2 ** 20, 2 ** 20], value: 0 });
    expect(make).toThrow(
      expect.objectContaining({
        code: 'INPUT_TOO_LARGE',
        message: 'Input "x" of shape [1048576, 1048576] has more than 268435456 elements',
      }),
    );
  });
});

describe('written inputs', () => {
  test('keep NaN, infinities and the sign of zero', () => {
    expect(values('float32', 1, 'NaN', 'Infinity', '-Infinity', '-0')).toEqual([
      1,
      NaN,
      Infinity,
      -Infinity,
      -0,
    ]);
    expect(values('float16', 'NaN', '-Infinity', '-0')).toEqual([0x7e00, 0xfc00, 0x8000]);
  });

  test('keep integers beyond 2^53', () => {
    expect(values('int64', '9007199254740993', '-9223372036854775808', 1)).toEqual([
      9007199254740993n,
      -9223372036854775808n,
      1n,
    ]);
    expect(values('uint64', '18446744073709551615')).toEqual([18446744073709551615n]);
  });

  test('take texts, booleans and complex numbers', () => {
    expect(values('string', 'NaN', '')).toEqual(['NaN', '']);
    expect(values('bool', true, false, 1)).toEqual([1, 0, 1]);
    expect(values('complex64', '1-2j', '2j', '-1e2', 'NaN+Infinityj', 3)).toEqual([
      1,
      -2,
      0,
      2,
      -100,
      0,
      NaN,
      Infinity,
      3,
      0,
    ]);
  });

  test('fill a shape with a constant', () => {
    const constant = (dtype: Dtype, value: number | string | boolean): unknown[] => [
      ...makeInput('x', { kind: 'constant', dtype, shape: [2], value }).data,
    ];
    expect(constant('bfloat16', 1)).toEqual([0x3f80, 0x3f80]);
    expect(constant('int64', '9007199254740993')).toEqual([9007199254740993n, 9007199254740993n]);
    expect(constant('string', 'a')).toEqual(['a', 'a']);
    expect(constant('complex128', '1-2j')).toEqual([1, -2, 1, -2]);
    expect(constant('float32', '-0')).toEqual([-0, -0]);
  });
});

describe('resolveInputs', () => {
  test('gives the inputs of a case in the order of the suite', async () => {
    const item = createInputs({
      b: { kind: 'constant', dtype: 'float32', shape: [1], value: 2 },
      a: { kind: 'values', dtype: 'int32', shape: [2], values: [1, 2] },
    });
    const inputs = await resolveInputs(item, createSuite());
    expect([...inputs.keys()]).toEqual(['b', 'a']);
    expect(inputs.get('a')).toEqual({ dtype: 'int32', shape: [2], data: Int32Array.of(1, 2) });
  });

  test('reads a file by key, by input name, or the only tensor in it', async () => {
    const { writeNpz } = await import('../../src/formats/index.ts');
    const folder = createProject({});
    const path = join(folder, 'two.npz');
    const { writeFileSync } = await import('node:fs');
    writeFileSync(
      path,
      writeNpz(
        new Map([
          ['x', FLOAT32],
          ['other', FLOAT32],
        ]),
      ),
    );
    const one = join(folder, 'one.npz');
    writeFileSync(one, writeNpz(new Map([['anything', FLOAT32]])));
    const item = createInputs({
      x: { kind: 'file', path },
      y: { kind: 'file', path, key: 'other' },
      z: { kind: 'file', path: one },
    });
    const inputs = await resolveInputs(item, createSuite({ folder }));
    expect([...inputs.values()]).toEqual([FLOAT32, FLOAT32, FLOAT32]);
    await expect(
      resolveInputs(createInputs({ image: { kind: 'file', path } }), createSuite({ folder })),
    ).rejects.toMatchObject({
      code: 'INPUT_KEY_MISSING',
      message: 'Input "image": two.npz holds no tensor "image"',
      hint: 'Set `key` to one of: x, other.',
    });
  });

  test('names the tensors of a data set after the inputs of the model', async () => {
    // TensorProto { dims: [1], data_type: 1, float_data: [1.5] }, with the name "own"
    const proto = Uint8Array.of(8, 1, 16, 1, 0x22, 4, 0, 0, 0xc0, 0x3f, 0x42, 3, 0x6f, 0x77, 0x6e);
    const folder = createProject({ 'input_0.pb': proto, 'output_0.pb': proto });
    const item = createCase({ dataSet: folder });
    const named = await resolveInputs(item, createSuite(), () => Promise.resolve(['image']));
    expect([...named.keys()]).toEqual(['image']);
    expect([...(await resolveInputs(item, createSuite())).keys()]).toEqual(['own']);
    const few = (): Promise<readonly string[]> => Promise.resolve(['a', 'own']);
    expect([...(await resolveInputs(item, createSuite(), few)).keys()]).toEqual(['own']);
  });

  test('refuses a data set with a hole in it', async () => {
    const folder = createProject({ 'input_1.pb': '' });
    await expect(resolveInputs(createCase({ dataSet: folder }), createSuite())).rejects.toMatchObject({
      code: 'DATA_SET_UNREADABLE',
      message: expect.stringContaining(': input_0.pb is missing in ') as string,
    });
  });
});

describe('castInputs', () => {
  test('changes the dtypes that the variant changed, and no others', () => {
    const inputs = new Map<string, Tensor>([
      ['x', FLOAT32],
      ['ids', { dtype: 'int64', shape: [1], data: BigInt64Array.of(7n) }],
    ]);
    const cast = castInputs(inputs, createModel({ castInputs: { float32: 'float16' } }));
    expect(cast.get('x')).toEqual({ dtype: 'float16', shape: [2], data: Uint16Array.of(0x3e00, 0xc000) });
    expect(cast.get('ids')).toBe(inputs.get('ids'));
  });
});
