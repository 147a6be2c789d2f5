import { describe, expect, test } from 'vitest';

import { loadSuites } from '../../src/suite/index.ts';
import { readScript } from '../../src/suite/read-script.ts';
import { createProject } from './builders.ts';

async function failure(text: string, file = 'suite.ts'): Promise<{ code: string; message: string }> {
  const root = createProject({ [`suites/a/${file}`]: text });
  const { problems } = await loadSuites(root, []);
  const { code, message } = problems[0]!.error;
  return { code, message };
}

describe('a suite script', () => {
  test('may import files beside it and wait for what it needs', async () => {
    const root = createProject({
      'suites/a/suite.mts': `
        import { defineSuite, type SuiteSpec } from 'onnx-parity';
        import { shape } from './shape.ts';
        const spec: SuiteSpec = await Promise.resolve({ model: 'm.onnx', cases: { a: { inputs: { x: { constant: 0, shape } } } } });
        export default defineSuite(spec);`,
      'suites/a/shape.ts': 'export const shape: number[] = [2, 3];',
    });
    const { suites, problems } = await loadSuites(root, []);
    expect(problems).toEqual([]);
    expect(suites[0]!.cases[0]!.inputs.get('x')).toMatchObject({ shape: [2, 3] });
  });

  test('is held against the schema without line numbers', async () => {
    expect(await failure('export default { model: 1, cases: {}, extra: undefined }', 'suite.js')).toEqual({
      code: 'SUITE_INVALID',
      message: 'suites/a/suite.js model: expected a path, or a mapping with `path`, got 1',
    });
  });

  test('that throws is named with the line that threw', async () => {
    expect(await failure('const a: string = "x";\n\nthrow new Error(`no ${a}`);')).toEqual({
      code: 'SUITE_SCRIPT_FAILED',
      message: 'suites/a/suite.ts:3:7: no x',
    });
  });

  test('that imports what does not exist is named with it', async () => {
    const { code, message } = await failure("import './gone.ts';\nexport default {};");
    expect(code).toBe('SUITE_SCRIPT_FAILED');
    expect(message).toMatch(/^suites\/a\/suite\.ts: Cannot find module '\.\/gone\.ts'/);
  });

  test.each([
    ['export const suite = {};', 'no default export'],
    ['export default () => ({});', 'a function'],
    ['export default null;', 'null'],
    [
      'export default { model: () => 1 };',
      'something that holds functions or other things that are not data',
    ],
  ])('without a suite as default export is refused: %s', async (text, given) => {
    expect(await failure(text)).toEqual({
      code: 'SUITE_SCRIPT_EXPORT',
      message: `suites/a/suite.ts: expected the suite as default export, got ${given}`,
    });
  });

  test('that waits for ever is given up', async () => {
    expect(await failure('await new Promise(() => {});\nexport default {};')).toEqual({
      code: 'SUITE_SCRIPT_HANGS',
      message: 'suites/a/suite.ts: waits for something that never happens',
    });
  });

  test('that loops for ever is ended', async () => {
    const root = createProject({ 'suite.js': 'for (;;) {}' });
    await expect(readScript(`${root}/suite.js`, 'suite.js', 3)).rejects.toMatchObject({
      code: 'SUITE_SCRIPT_HANGS',
      message: 'suite.js: did not finish within 3 s',
    });
  });

  test('that ends the process ends itself alone', async () => {
    expect(await failure('process.exit(3)')).toEqual({
      code: 'SUITE_SCRIPT_ENDED',
      message: 'suites/a/suite.ts: ended with exit code 3 before it gave its suite',
    });
  });
});
