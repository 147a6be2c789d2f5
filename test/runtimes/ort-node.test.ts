import { describe, expect, test } from 'vitest';
import { loadOrtNode } from '../../src/runtimes/ort-node/index.ts';
import { EVERY_DTYPE, failureOf, float32, healthy, hostile } from './fixtures.ts';

const runtime = await loadOrtNode();

const loads = (path: string, options = {}) => failureOf(runtime.load({ path }, 'cpu', options));

describe('a session of onnxruntime-node on the CPU', () => {
  test('declares inputs and outputs with symbols for dynamic lengths', async () => {
    const session = await runtime.load({ path: healthy('add') }, 'cpu', {});
    expect(session.inputs).toEqual([
      { name: 'a', dtype: 'float32', shape: ['batch', 2] },
      { name: 'b', dtype: 'float32', shape: [2] },
    ]);
    expect(session.outputs).toEqual([{ name: 'y', dtype: 'float32', shape: ['batch', 2] }]);
    await session.close();
  });

  test('computes, and proves its placement by being the only provider', async () => {
    const session = await runtime.load({ path: healthy('add') }, 'cpu', {});
    const inputs = new Map([
      ['a', float32([2, 2], 1, 2, 3, 4)],
      ['b', float32([2], 10, 20)],
    ]);
    const { outputs, runMs } = await session.run(inputs);
    expect(outputs).toEqual(new Map([['y', float32([2, 2], 11, 22, 13, 24)]]));
    expect(runMs).toBeGreaterThan(0);
    expect((await session.close()).placement).toEqual({
      requested: 'cpu',
      proof: 'only-provider',
      nodes: { cpu: 1 },
      fallbacks: [],
    });
  });

  test('carries every dtype to the bit, scalars, empty tensors and strings among them', async () => {
    const session = await runtime.load({ path: healthy('every-dtype') }, 'cpu', {});
    const { outputs } = await session.run(new Map(Object.entries(EVERY_DTYPE)));
    expect(outputs).toEqual(
      new Map(Object.entries(EVERY_DTYPE).map(([name, tensor]) => [`${name}_out`, tensor])),
    );
    await session.close();
  });

  test('gives outputs that a later run does not overwrite', async () => {
    const session = await runtime.load({ path: healthy('negate') }, 'cpu', {});
    const first = await session.run(new Map([['x', float32([1], 1)]]));
    await session.run(new Map([['x', float32([1], 2)]]));
    await session.close();
    expect(first.outputs.get('y')).toEqual(float32([1], -1));
  });

  test('finds external data beside the model', async () => {
    const session = await runtime.load({ path: healthy('external') }, 'cpu', {});
    const { outputs } = await session.run(new Map([['x', float32([4], 1, 1, 1, 1)]]));
    expect(outputs.get('y')).toEqual(float32([4], 1, 2, 3, 4));
    await session.close();
  });

  test('keeps outputs whose names mean something to JavaScript', async () => {
    const session = await runtime.load({ path: hostile('output-proto') }, 'cpu', {});
    const x = float32([2, 2], 1, 2, 3, 4);
    const { outputs } = await session.run(new Map([['x', x]]));
    expect([...outputs.keys()]).toEqual(['__proto__', 'constructor', 'y']);
    expect(outputs.get('__proto__')).toEqual(x);
    await session.close();
  });

  test.each(['disabled', 'basic', 'extended', 'layout', 'all'] as const)(
    'takes optimisation level %s',
    async (level) => {
      expect(await loads(healthy('add'), { optimization: level, threads: 2, interOpThreads: 1 })).toBe('ok');
    },
  );

  test('hands config entries to onnxruntime', async () => {
    expect(await loads(healthy('add'), { config: { 'session.disable_cpu_ep_fallback': '1' } })).toMatch(
      /^error MODEL_REJECTED: .*fallback to CPU EP has been explicitly disabled/,
    );
  });
});

describe('models that onnxruntime-node cannot run', () => {
  test.each([
    [
      'int4-output',
      'unsupported DTYPE_UNSUPPORTED: ort-node cannot carry output y: its element type is int4.',
    ],
    [
      'uint4-output',
      'unsupported DTYPE_UNSUPPORTED: ort-node cannot carry output y: its element type is uint4.',
    ],
    [
      'bfloat16-output',
      'unsupported DTYPE_UNSUPPORTED: ort-node cannot carry output y: its element type is bfloat16.',
    ],
    [
      'float8-output',
      'unsupported DTYPE_UNSUPPORTED: ort-node cannot carry output y: its element type is float8e4m3fn.',
    ],
    [
      'sequence-output',
      'unsupported TYPE_UNSUPPORTED: ort-node cannot carry output y: it is seq(tensor(float)), not a tensor.',
    ],
    [
      'sequence-input',
      'unsupported TYPE_UNSUPPORTED: ort-node cannot carry input x: it is seq(tensor(float)), not a tensor.',
    ],
    [
      'map-output',
      'unsupported TYPE_UNSUPPORTED: ort-node cannot carry output y: it is seq(map(int64,tensor(float))), not a tensor.',
    ],
    ['future-ir', 'unsupported IR_UNSUPPORTED: The model has IR version 99; ort-node reads up to 13.'],
    [
      'string-normalizer',
      'environment ENVIRONMENT_LACKING: The model needs the locale xx_XX, which this host does not have.',
    ],
    ['empty', `error MODEL_UNREADABLE: The model ${hostile('empty')} is empty (0 bytes).`],
    [
      'html-page',
      `error MODEL_UNREADABLE: The model ${hostile('html-page')} is an HTML page, not an ONNX model.`,
    ],
    [
      'lfs-pointer',
      `error MODEL_UNREADABLE: The model ${hostile('lfs-pointer')} is a Git LFS pointer; its content was never fetched.`,
    ],
  ])('%s', async (name, expected) => {
    expect(await loads(hostile(name))).toBe(expected);
  });

  test('a four-bit output that the model does not declare is found before it is read', async () => {
    expect(await loads(healthy('undeclared-int4'))).toBe(
      'unsupported DTYPE_UNSUPPORTED: ort-node cannot carry output y: its element type is int4.',
    );
  });
});
