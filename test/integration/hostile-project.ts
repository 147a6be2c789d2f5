/** The hostile models as a project folder: one suite each, with a good case behind the bad one. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const TARGETS = ['ort-node/cpu', 'ort-web/wasm', 'ort-node/webgpu'] as const;

export interface HostileItem {
  readonly name: string;
  /** What is wrong with it, for the docs. */
  readonly what: string;
  /** Fixture; `name` where absent. */
  readonly model?: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Expected outputs as tensor JSON, or what makes a file of them. */
  readonly expected?:
    Readonly<Record<string, unknown>> | { readonly file: string; readonly bytes: Uint8Array };
  /** For load and for run, in seconds. */
  readonly timeout?: number;
  readonly repeat?: number;
}

const X = { x: { values: [1, -2, 3, 4], dtype: 'float32', shape: [2, 2] } };
const X_BACK = { dtype: 'float32', shape: [2, 2], data: [1, -2, 3, 4] };

function int64(values: readonly (number | string)[], shape: readonly number[] = [values.length]): unknown {
  return { values, dtype: 'int64', shape };
}

function float32(values: readonly number[], shape: readonly number[]): unknown {
  return { values, dtype: 'float32', shape };
}

export const ITEMS: readonly HostileItem[] = [
  {
    name: 'conv-rank-one',
    what: 'Conv with a rank-1 input behind an undeclared shape',
    inputs: { ...X, shape: int64([4]) },
  },
  {
    name: 'lstm-rank-two',
    what: 'LSTM with a rank-2 input behind an undeclared shape',
    inputs: { ...X, shape: int64([2, 2]) },
  },
  { name: 'max-of-nothing', what: '`Max(x, "")`', inputs: X, expected: { y: X_BACK } },
  { name: 'sum-of-nothing', what: '`Sum(x, "", "")`', inputs: X, expected: { y: X_BACK } },
  {
    name: 'gru-rank-two',
    what: 'GRU with a rank-2 input behind an undeclared shape',
    inputs: { ...X, shape: int64([2, 2]) },
  },
  {
    name: 'div-smallest',
    what: 'the smallest int64 divided by −1',
    inputs: { a: int64(['-9223372036854775808']), b: int64([-1]) },
  },
  {
    name: 'matmul-empty',
    what: 'MatMul of [2, 0] with [0, 2]',
    inputs: { a: float32([], [2, 0]), b: float32([], [0, 2]) },
    expected: { y: { dtype: 'float32', shape: [2, 2], data: [0, 0, 0, 0] } },
  },
  {
    name: 'attention-heads',
    what: 'Attention with 2^32 heads',
    inputs: { x: float32([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4]) },
  },
  {
    name: 'dft-of-zero',
    what: 'DFT over an axis of length zero',
    inputs: { x: float32([], [1, 0, 1]) },
    expected: { y: { dtype: 'float32', shape: [1, 0, 2], data: [] } },
  },
  {
    name: 'int4-output',
    what: 'an output of int4',
    inputs: X,
    expected: { y: { dtype: 'int4', shape: [2, 2], data: [1, -2, 3, 4] } },
  },
  {
    name: 'int4-undeclared',
    what: 'an output of int4 that the model does not declare',
    inputs: X,
    expected: { y: { dtype: 'int4', shape: [2, 2], data: [1, -2, 3, 4] } },
  },
  {
    name: 'uint4-output',
    what: 'an output of uint4',
    inputs: { x: float32([1, 2, 3, 4], [2, 2]) },
    expected: { y: { dtype: 'uint4', shape: [2, 2], data: [1, 2, 3, 4] } },
  },
  { name: 'endless-loop', what: 'a Loop without an end (hangs in run)', inputs: X, timeout: 8 },
  {
    name: 'function-tower',
    what: 'a function that calls another twice, 25 deep (hangs in create)',
    inputs: X,
    timeout: 8,
  },
  { name: 'function-itself', what: 'a function that calls itself', inputs: X },
  {
    name: 'loop-doubling',
    what: 'a Loop whose tensor doubles each round (memory, in run)',
    inputs: X,
    timeout: 30,
  },
  { name: 'tile-huge', what: 'Tile to 64 GiB', inputs: { ...X, repeats: int64([2 ** 16, 2 ** 16]) } },
  {
    name: 'constant-of-shape',
    what: 'ConstantOfShape of 12 GiB (memory, in run)',
    inputs: { shape: int64([3 * 2 ** 30]) },
  },
  { name: 'constant-folded', what: 'a folded constant of 8 GiB (memory, in create)', inputs: X },
  {
    name: 'declared-dimension',
    what: 'a weight that declares 2^31 elements and holds four bytes',
    inputs: { x: float32([1], [1]) },
  },
  {
    name: 'declared-sparse',
    what: 'a sparse weight that declares 2^31 elements (memory, in create)',
    inputs: { x: float32([1], [1]) },
  },
  {
    name: 'gather-out-of-range',
    what: 'Gather with indices out of range',
    inputs: { ids: int64([5, 100000]) },
    expected: { y: { dtype: 'float32', shape: [2, 2], data: [0, 0, 0, 0] } },
  },
  {
    name: 'cast-nonsense',
    what: 'Cast whose `to` is a list of floats',
    inputs: X,
    expected: { y: X_BACK },
  },
  {
    name: 'cast-saturate',
    what: 'Cast to float8 with `saturate` = 2^62',
    inputs: X,
    expected: { y: X_BACK },
  },
  {
    name: 'random-normal',
    what: 'RandomNormalLike (values that vary between runs)',
    inputs: X,
    repeat: 2,
    expected: { y: X_BACK },
  },
  {
    name: 'dropout-training',
    what: 'Dropout in training mode (values that vary between runs)',
    inputs: { x: { constant: 1, dtype: 'float32', shape: [64] } },
    expected: { y: { dtype: 'float32', shape: [64], data: Array.from({ length: 64 }, () => 1) } },
  },
  {
    name: 'concat-empty',
    what: 'Concat of [2, 2] with [2, 0]',
    inputs: { ...X, empty: float32([], [2, 0]) },
    expected: { y: X_BACK },
  },
  {
    name: 'output-proto',
    what: 'outputs named `__proto__` and `constructor`',
    inputs: X,
    expected: JSON.parse(
      `{"__proto__": ${JSON.stringify(X_BACK)}, "constructor": ${JSON.stringify(X_BACK)}, "y": ${JSON.stringify(X_BACK)}}`,
    ) as Record<string, unknown>,
  },
  {
    name: 'output-script',
    what: 'an output named as a script element',
    inputs: X,
    expected: { '</script><script>alert(1)</script>': X_BACK },
  },
  {
    name: 'output-slash',
    what: 'outputs named `a/b` and `../a`',
    inputs: X,
    expected: { 'a/b': X_BACK, '../a': X_BACK },
  },
  {
    name: 'output-nul',
    what: 'an output with a NUL in its name',
    inputs: X,
    expected: { 'a\0b': X_BACK },
  },
  {
    name: 'input-proto',
    what: 'an input named `__proto__`',
    inputs: JSON.parse(`{"__proto__": ${JSON.stringify(X.x)}}`) as Record<string, unknown>,
    expected: { y: X_BACK },
  },
  { name: 'empty', what: 'an empty file as model', inputs: X },
  { name: 'html-page', what: 'an HTML page as model', inputs: X },
  { name: 'lfs-pointer', what: 'a Git LFS pointer as model', inputs: X },
  { name: 'gzip', what: 'a compressed file as model', inputs: X },
  { name: 'sequence-output', what: 'an output that is a sequence', inputs: X },
  { name: 'map-output', what: 'an output that is a sequence of maps', inputs: X },
  { name: 'optional-output', what: 'an output that is an optional', inputs: X },
  { name: 'sequence-input', what: 'an input that is a sequence', inputs: X },
  { name: 'bfloat16-output', what: 'an output of bfloat16', inputs: X },
  { name: 'complex-output', what: 'an output of complex64', inputs: X },
  { name: 'float8-output', what: 'an output of float8', inputs: X },
  {
    name: 'string-normalizer',
    what: 'StringNormalizer whose locale the host lacks',
    inputs: { x: { values: ['a', 'b'], dtype: 'string', shape: [2] } },
    expected: { y: { dtype: 'string', shape: [2], data: ['A', 'B'] } },
  },
  {
    name: 'golden-header',
    model: 'concat-empty',
    what: 'a `.pb` golden with one bit flipped in its header',
    inputs: { ...X, empty: float32([], [2, 0]) },
    expected: { file: 'y.pb', bytes: flipped(1) },
  },
  {
    name: 'golden-data',
    model: 'concat-empty',
    what: 'a `.pb` golden with one bit flipped in its data',
    inputs: { ...X, empty: float32([], [2, 0]) },
    expected: { file: 'y.pb', bytes: flipped(-1) },
  },
  {
    name: 'constant-graph',
    what: 'a graph that is folded away while loading: no node runs',
    inputs: {},
    expected: { y: { dtype: 'float32', shape: [2, 2], data: [2, 3, 4, 5] } },
  },
  {
    name: 'float16-add',
    what: 'Add in float16 (SwiftShader has no shader-f16)',
    inputs: { h: { values: [1, -2, 3, 4], dtype: 'float16', shape: [2, 2] } },
    expected: { y: { dtype: 'float16', shape: [2, 2], data: [2, -4, 6, 8] } },
  },
  { name: 'future-ir', what: 'an IR version that the runtime does not know', inputs: X },
  { name: 'future-opset', what: 'an opset that the runtime does not know', inputs: X },
  { name: 'unknown-op', what: 'an operator that does not exist', inputs: X },
  { name: 'unknown-domain', what: 'an operator of an unknown domain', inputs: X },
  { name: 'unknown-attribute', what: 'an attribute that the operator does not have', inputs: X },
  {
    name: 'lstm-batchwise',
    what: 'LSTM with layout = 1',
    inputs: { x: float32([1, 2, 3, 4], [1, 2, 2]) },
    // By the formulas of the operator, all weights 1: h = o·tanh(c), c = f·c + i·g, twice.
    expected: { y: { dtype: 'float32', shape: [1, 1, 2], data: [0.9599046530605257, 0.9599046530605257] } },
  },
  {
    name: 'no-kernel',
    what: 'an operator without a kernel',
    inputs: {
      r: float32([1], []),
      t: int64([1], []),
      x: X.x,
      g: X.x,
      h: X.x,
    },
  },
];

/** TensorProto of y = [[1, -2], [3, 4]] with one bit flipped: dims, data_type, name, raw_data. */
function flipped(at: number): Uint8Array {
  const data = new Uint8Array(Float32Array.of(1, -2, 3, 4).buffer);
  const bytes = Uint8Array.of(0x08, 2, 0x08, 2, 0x10, 1, 0x42, 1, 0x79, 0x4a, 16, ...data);
  const index = at < 0 ? bytes.length + at : at;
  bytes[index]! ^= at < 0 ? 0x40 : 0x04;
  return bytes;
}

const FIXTURES = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** Writes the project; each suite has the case `bad` and, behind it, `good` on a healthy model. */
export function writeHostileProject(folder: string, items: readonly HostileItem[] = ITEMS): void {
  for (const item of items) {
    const suite = join(folder, 'suites', item.name);
    mkdirSync(suite, { recursive: true });
    copyFileSync(join(FIXTURES, 'hostile', `${item.model ?? item.name}.onnx`), join(suite, 'bad.onnx'));
    copyFileSync(join(FIXTURES, 'models', 'negate.onnx'), join(suite, 'good.onnx'));
    writeFileSync(join(suite, 'good.json'), JSON.stringify({ y: [-1, 2] }));
    const file = writeExpected(suite, item);
    const text = JSON.stringify({
      description: item.what,
      models: { bad: 'bad.onnx', good: 'good.onnx' },
      targets: TARGETS,
      ...(item.timeout === undefined ? {} : { timeout: item.timeout }),
      cases: {
        bad: {
          models: ['bad'],
          inputs: item.inputs,
          reference: { file },
          ...(item.repeat === undefined ? {} : { repeat: item.repeat }),
        },
        good: {
          models: ['good'],
          inputs: { x: { values: [1, -2], dtype: 'float32', shape: [2] } },
          reference: { file: 'good.json' },
        },
      },
    });
    writeFileSync(join(suite, 'suite.json'), text);
  }
}

function writeExpected(suite: string, { expected }: HostileItem): string {
  if (expected !== undefined && 'bytes' in expected && expected.bytes instanceof Uint8Array) {
    const name = String(expected.file);
    writeFileSync(join(suite, name), expected.bytes);
    return name;
  }
  writeFileSync(join(suite, 'expected.json'), JSON.stringify(expected ?? { y: [0] }));
  return 'expected.json';
}

/** The bytes of a fixture of this folder, for tests that change them. */
export function hostileBytes(name: string): Uint8Array {
  return readFileSync(join(FIXTURES, 'hostile', `${name}.onnx`));
}
