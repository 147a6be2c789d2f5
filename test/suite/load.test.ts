import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

import { loadSuites } from '../../src/suite/index.ts';
import type { Suite } from '../../src/suite/index.ts';
import { createProject } from './builders.ts';

const EVERY_KEY = fileURLToPath(new URL('../fixtures/suites/every-key', import.meta.url));
const SMALL = 'model: net.onnx\ncases: { zeros: { inputs: { x: { constant: 0, shape: [1] } } } }\n';

/** The suite of a project with this one file. */
async function load(text: string, file = 'suite.yaml'): Promise<Suite> {
  const root = createProject({ [`suites/a/${file}`]: text });
  const { suites, problems } = await loadSuites(root, []);
  expect(problems.map(({ error }) => error.message)).toEqual([]);
  return suites[0]!;
}

/** Code and whole message of what is wrong with a suite file. */
async function problemOf(text: string, file = 'suite.yaml'): Promise<{ code: string; message: string }> {
  const root = createProject({ [`suites/a/${file}`]: text });
  const { suites, problems } = await loadSuites(root, []);
  expect(suites).toEqual([]);
  expect(problems.map((problem) => problem.file)).toEqual([`suites/a/${file}`]);
  const { code, message } = problems[0]!.error;
  return { code, message };
}

async function messagesOf(text: string): Promise<string[]> {
  const { code, message } = await problemOf(text);
  expect(code).toBe('SUITE_INVALID');
  return message.split('\n').map((line) => line.replace('suites/a/suite.yaml:', ''));
}

describe('a suite file', () => {
  test('may hold every key that the schema knows', async () => {
    const { suites, problems } = await loadSuites(EVERY_KEY, [EVERY_KEY]);
    expect(problems).toEqual([]);
    const suite = suites[0]!;
    expect(suite.name).toBe('every-key');
    expect(suite.models).toMatchObject([
      { name: 'exported', path: join(EVERY_KEY, 'net.onnx'), castInputs: {} },
      { name: 'float16', castInputs: { float32: 'float16' }, policy: { widen: { float16: 'float32' } } },
    ]);
    expect(suite.sources).toEqual([
      {
        name: 'torch',
        kind: 'python',
        framework: 'pytorch',
        entry: { file: join(EVERY_KEY, 'export.py'), callable: 'build' },
      },
      {
        name: 'savedmodel',
        kind: 'tfjs-node',
        framework: 'tensorflow',
        entry: { file: join(EVERY_KEY, 'saved_model') },
        signature: 'serving_default',
      },
    ]);
    expect(suite.targets).toMatchObject([
      { name: 'ort-node/cpu', optional: false, fallback: 'warn', options: {} },
      { name: 'ort-web/wasm', runtime: 'ort-web', provider: 'wasm' },
      { name: 'ort-node/webgpu', optional: true, tolerance: { atol: 1e-3, rtol: 1e-3 } },
      {
        name: 'ort-node/cpu@disabled',
        options: { optimization: 'disabled', threads: 1, config: { 'session.x': '1' } },
      },
    ]);
    expect(suite.outputs.get('logits')).toEqual({
      tolerance: { topK: { k: 1 } },
      policy: { nanEqual: false },
    });
    expect(suite.dtypes).toEqual({ float16: { atol: 1e-2, rtol: 1e-2 } });
    expect(suite.cases.map(({ name }) => name)).toEqual([
      'recorded',
      'normal',
      'uniform',
      'ids',
      'zeros',
      'explicit',
      'big',
      'cpx',
    ]);
    expect(suite.cases[0]!.inputs.get('image')).toEqual({
      kind: 'file',
      path: join(EVERY_KEY, 'held-out.npz'),
      key: 'image',
    });
    expect(suite.cases[1]!.inputs.get('image')).toEqual({
      kind: 'normal',
      dtype: 'float32',
      shape: [4, 1, 8, 8],
      seed: 1,
      mean: 0,
      std: 1,
    });
    expect(suite.cases[2]!.inputs.get('image')).toMatchObject({ kind: 'uniform', shape: [2, 1, 8, 8] });
    expect(suite.cases[3]).toMatchObject({
      tolerance: {},
      targets: ['ort-node/cpu'],
      models: ['exported'],
      repeat: 'auto',
    });
    expect(suite.cases[5]!.reference).toEqual({ kind: 'live', source: 'torch' });
    expect(suite.cases[6]!.inputs.get('x')).toMatchObject({
      values: ['9007199254740993', '-9223372036854775808'],
    });
    expect(suite.cases[6]!.reference).toEqual({ kind: 'runtime', target: suite.targets[3] });
    expect([...suite.cases[7]!.inputs.keys()]).toEqual(['x', '__proto__']);
  });

  test('gives the same suite in YAML, JSON and TypeScript', async () => {
    const spec = { model: 'm.onnx', cases: { a: { inputs: { x: { values: [1, 'NaN'] } } } } };
    const json = await load(JSON.stringify(spec, null, '\t'), 'suite.json');
    const yaml = await load('model: m.onnx\ncases: { a: { inputs: { x: { values: [1, .nan] } } } }');
    const script = await load(
      `import { defineSuite } from 'onnx-parity';
       export default defineSuite({ model: 'm.onnx', cases: { a: { inputs: { x: { values: [1, NaN as number] } } } } });`,
      'suite.ts',
    );
    for (const suite of [json, yaml, script]) {
      expect(suite.cases[0]!.inputs.get('x')).toEqual({
        kind: 'values',
        dtype: 'float32',
        shape: [2],
        values: [1, 'NaN'],
      });
    }
  });

  test('has its goldens in the project that its suites folder belongs to', async () => {
    const root = createProject({ 'suites/a/suite.yaml': SMALL });
    expect((await loadSuites(root, ['a'])).suites[0]!.goldens).toBe(join(root, 'goldens', 'a'));
    expect((await loadSuites('/', [join(root, 'suites/a')])).suites[0]!.goldens).toBe(
      join(root, 'goldens', 'a'),
    );
  });

  test('takes what a case leaves out from the suite, its values too', async () => {
    const { cases } = await load(`
model: m.onnx
inputs: { mask: { constant: true, shape: [2] }, x: { dtype: float64, shape: [2], normal: {} } }
cases: { a: { inputs: { x: { constant: 1 } } }, b: { inputs: { x: { shape: [3] } } } }`);
    expect(Object.fromEntries(cases[0]!.inputs)).toEqual({
      x: { kind: 'constant', dtype: 'float64', shape: [2], value: 1 },
      mask: { kind: 'constant', dtype: 'bool', shape: [2], value: true },
    });
    expect(cases[1]!.inputs.get('x')).toEqual({
      kind: 'normal',
      dtype: 'float64',
      shape: [3],
      seed: 0,
      mean: 0,
      std: 1,
    });
  });
});

describe('what is wrong in a suite file', () => {
  test('is named with file, line, column, property path, what was expected and what was given', async () => {
    const problem = await problemOf(`
model: net.onnx
cases:
  normal:
    inputs:
      image:
        normal: { mean: 0, std: "one" }
        shape: [1]
`);
    expect(problem).toEqual({
      code: 'SUITE_INVALID',
      message:
        'suites/a/suite.yaml:7:33 cases.normal.inputs.image.normal.std: expected a number ≥ 0, got "one"',
    });
  });

  test('is listed all at once, in the order of the file', async () => {
    expect(
      await messagesOf(`
modle: net.onnx
model: [net.onnx]
targets: [ort-node/cpu, { target: ort-node/cpu, threads: 0 }]
tolerance: { linf: -1, msee: 2 }
cases: { a: { inputs: { x: { shape: [-1, 0.5], dtype: float33 } } } }
reference: { lvie: torch }
`),
    ).toEqual([
      '2:1 modle: unknown key "modle"; did you mean "model"?',
      '3:8 model: expected a path, or a mapping with `path`, got a list of 1',
      '4:58 targets[1].threads: expected a whole number ≥ 1, got 0',
      '5:20 tolerance.linf: expected a number ≥ 0, got -1',
      '5:24 tolerance.msee: unknown key "msee"; did you mean "mse"?',
      '6:38 cases.a.inputs.x.shape[0]: expected a whole number ≥ 0, got -1',
      '6:42 cases.a.inputs.x.shape[1]: expected a whole number ≥ 0, or the name of a dimension, got 0.5',
      expect.stringMatching(/^6:55 cases\.a\.inputs\.x\.dtype: expected one of float32, .*, got "float33"$/),
      '7:14 reference.lvie: unknown key "lvie"; did you mean "live"?',
    ]);
  });

  test('is cut after ten', async () => {
    const cases = Array.from({ length: 12 }, (_, i) => `  c${i}: { repeat: 0 }`).join('\n');
    const lines = await messagesOf(`model: m.onnx\ncases:\n${cases}\n`);
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe('3:17 cases.c0.repeat: expected a whole number ≥ 1, got 0'.replace('17', '17'));
    expect(lines[10]).toBe('… and 2 more');
  });

  test('is a name that nothing has', async () => {
    expect(
      await messagesOf(`
models: { exported: net.onnx, half: { path: h.onnx, targets: [ort-node/cpuu], expectStatus: { ort/x: unsupported } } }
sources: { torch: { entry: export.py } }
targets: [ort-node/cpu, ort-node/cpu, ort-web]
reference: { live: torhc }
tolerance: { profile: optimun }
cases:
  a: { models: [exportde], targets: [], reference: { both: t, file: f } }
`),
    ).toEqual([
      '2:63 models.half.targets[0]: no target is named "ort-node/cpuu"; did you mean "ort-node/cpu"?',
      '2:95 models.half.expectStatus.ort/x: no target is named "ort/x"; there are ort-node/cpu',
      '4:25 targets[1]: a second target is named "ort-node/cpu"; give it a name of its own, such as `name: ort-node/cpu@second`',
      '4:39 targets[2]: expected runtime/provider in lower case, such as ort-node/cpu, got "ort-web"',
      '5:20 reference.live: no source is named "torhc"; did you mean "torch"?',
      '6:23 tolerance.profile: no profile is named "optimun"; did you mean "optimum"?',
      '8:17 cases.a.models[0]: no model is named "exportde"; did you mean "exported"?',
      '8:37 cases.a.targets: expected at least one target, got none',
      '8:52 cases.a.reference: expected exactly one of live, both, file, runtime, got both and file',
    ]);
  });

  test('is an input that cannot be made', async () => {
    expect(
      await messagesOf(`
model: m.onnx
cases:
  a:
    inputs:
      none: { dtype: float32, shape: [1] }
      two: { normal: {}, uniform: {} }
      unshaped: { normal: {} }
      count: { values: [1, 2, 3], shape: [2] }
      kind: { values: [1, 1.5], dtype: int8 }
      large: { constant: 300, dtype: uint8, shape: [] }
      half: { constant: 70000, dtype: float16, shape: [] }
      range: { integers: { low: 0, high: 257 }, dtype: uint8, shape: [1] }
      back: { integers: { low: 5, high: 5 }, shape: [1] }
      text: { normal: {}, dtype: string, shape: [1] }
`),
    ).toEqual([
      '6:13 cases.a.inputs.none: expected exactly one of normal, uniform, integers, constant, values, file, got none',
      '7:12 cases.a.inputs.two: expected exactly one of normal, uniform, integers, constant, values, file, got normal and uniform',
      '8:17 cases.a.inputs.unshaped.shape: expected a list of lengths, got nothing',
      '9:24 cases.a.inputs.count.values: expected 2 values for shape [2], got a list of 3',
      '10:27 cases.a.inputs.kind.values[1]: expected a value of int8, got 1.5',
      '11:26 cases.a.inputs.large.constant: expected a value of uint8, got 300',
      '12:25 cases.a.inputs.half.constant: 70000 is beyond the largest float16; write "Infinity" or "-Infinity" if that is meant',
      '13:42 cases.a.inputs.range.integers.high: expected a value from 0 to 255 for uint8, got 256',
      '14:41 cases.a.inputs.back.integers.high: expected a value above low (5), got 5',
      '15:23 cases.a.inputs.text.normal: `normal` cannot be made in string',
    ]);
  });

  test('is an input file that does not exist, but not a model that does not', async () => {
    expect(
      await messagesOf('model: gone.onnx\ncases: { a: { inputs: { x: { file: gone.npz, dtype: int8 } } } }'),
    ).toEqual([
      '2:36 cases.a.inputs.x.file: no such file: gone.npz',
      '2:46 cases.a.inputs.x.dtype: expected no `dtype` beside `file`: the file has its own',
    ]);
  });

  test('is a bound that reaches outside its sandbox', async () => {
    const [line] = await messagesOf(`${SMALL}tolerance: { expressions: ["linf <= import('fs')"] }`);
    expect(line).toMatch(
      /^3:28 tolerance\.expressions\[0\]: The bound `linf <= import\('fs'\)` is not usable: /,
    );
  });

  test('is no model, no case, or a name that is no file name', async () => {
    expect(await messagesOf('cases: {}')).toEqual([
      '1:1 expected `model` or `models`, got neither',
      '1:8 cases: expected at least one case, got none',
    ]);
    expect(await messagesOf('model: m.onnx\ncases: { ../x: {} }')).toEqual([
      '2:10 cases["../x"]: expected a case name of 1 to 120 characters without slashes, backslashes and control characters, got "../x"',
    ]);
  });

  test('is nothing at all', async () => {
    expect(await problemOf('')).toEqual({
      code: 'SUITE_INVALID',
      message: 'suites/a/suite.yaml:1:1 expected a mapping with `model` and `cases`, got null',
    });
  });
});

describe('a suite file that cannot be read', () => {
  test('names line and column of what is no YAML', async () => {
    expect(await problemOf('model: net.onnx\ncases: {a: {}\n')).toEqual({
      code: 'SUITE_SYNTAX',
      message:
        'suites/a/suite.yaml:3:1 Flow map in block collection must be sufficiently indented and end with a }',
    });
  });

  test('names line and column of what is no JSON', async () => {
    expect(await problemOf('{\n  "model": "net.onnx",\n}', 'suite.json')).toEqual({
      code: 'SUITE_SYNTAX',
      message: 'suites/a/suite.json:3:1 Expected double-quoted property name',
    });
  });

  test.each(['suite.yaml', 'suite.json'])('refuses a key that is written twice in %s', async (file) => {
    expect(await problemOf('{ "model": "a",\n "model": "b", "cases": {} }', file)).toEqual({
      code: 'SUITE_SYNTAX',
      message: `suites/a/${file}:2:2 the key "model" is written a second time`,
    });
  });

  test('refuses an anchor bomb', async () => {
    const names = 'abcdefghi'.split('');
    const lines = names.map(
      (name, i) =>
        `${name}: &${name} [${Array(9)
          .fill(i === 0 ? 'x' : `*${names[i - 1]}`)
          .join(', ')}]`,
    );
    expect(await problemOf(lines.join('\n'))).toEqual({
      code: 'SUITE_SYNTAX',
      message: 'suites/a/suite.yaml: its aliases expand to more than 1000 values',
    });
  });

  test('refuses custom tags, deep nesting, bytes that are no text, and large files', async () => {
    expect((await problemOf('model: !!js/function "x"')).code).toBe('SUITE_SYNTAX');
    expect(await problemOf('['.repeat(100_000))).toEqual({
      code: 'SUITE_SYNTAX',
      message: 'suites/a/suite.yaml: it is nested too deeply',
    });
    for (const endless of ['a: &a [*a]', 'a: &a {b: *a, c: *a}\nmodel: x.onnx'])
      expect(await problemOf(endless)).toEqual({
        code: 'SUITE_INVALID',
        message: 'suites/a/suite.yaml:1:1 it refers to itself, or is nested too deeply',
      });
    const root = createProject({
      'suites/a/suite.yaml': Uint8Array.of(0xff, 0xfe, 0x00),
      'suites/b/suite.yaml': '',
    });
    writeFileSync(join(root, 'suites/b/suite.yaml'), `# ${'x'.repeat(16 * 2 ** 20)}`);
    const { problems } = await loadSuites(root, []);
    expect(problems.map(({ error }) => error.message)).toEqual([
      'suites/a/suite.yaml: is not UTF-8 text',
      'suites/b/suite.yaml: is larger than 16 MiB (16777218 bytes)',
    ]);
  });

  test('does not stop the others', async () => {
    const root = createProject({ 'suites/a/suite.yaml': '{', 'suites/b/suite.yaml': SMALL });
    const { suites, problems } = await loadSuites(root, []);
    expect([suites.map(({ name }) => name), problems.map(({ file }) => file)]).toEqual([
      ['b'],
      ['suites/a/suite.yaml'],
    ]);
  });
});
