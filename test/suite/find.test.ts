import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { loadSuites } from '../../src/suite/index.ts';
import { createProject } from './builders.ts';

const SUITE = 'model: net.onnx\ncases: { zeros: { inputs: { x: { constant: 0, shape: [1] } } } }\n';

function createThree(): string {
  return createProject({
    'suites/encoder-a/suite.yaml': SUITE,
    'suites/encoder-b/suite.yml': SUITE,
    'suites/digits/suite.yaml': SUITE,
    'suites/shared/notes.md': '',
  });
}

async function namesOf(root: string, names: string[], cwd?: string): Promise<string[]> {
  const { suites, problems } = await loadSuites(root, names, cwd);
  expect(problems).toEqual([]);
  return suites.map(({ name }) => name);
}

describe('suites are found', () => {
  test('all of them where none is named, in the order of their names', async () => {
    expect(await namesOf(createThree(), [])).toEqual(['digits', 'encoder-a', 'encoder-b']);
  });

  test('by name and by pattern, each once', async () => {
    const root = createThree();
    expect(await namesOf(root, ['encoder-b'])).toEqual(['encoder-b']);
    expect(await namesOf(root, ['encoder-*', 'encoder-b', 'd?gits'])).toEqual([
      'encoder-a',
      'encoder-b',
      'digits',
    ]);
  });

  test('by path of the file, the folder, or a folder of suites', async () => {
    const root = createThree();
    expect(await namesOf(root, ['suites/digits/suite.yaml'])).toEqual(['digits']);
    expect(await namesOf(root, ['digits'], join(root, 'suites'))).toEqual(['digits']);
    expect(await namesOf('/', [join(root, 'suites/digits/')])).toEqual(['digits']);
    expect(await namesOf(root, ['suites'])).toEqual(['digits', 'encoder-a', 'encoder-b']);
  });

  test('under the name of the file where it is not called suite', async () => {
    const root = createProject({ 'mine.yaml': SUITE });
    expect(await namesOf(root, ['mine.yaml'])).toEqual(['mine']);
  });
});

describe('a suite that is not found', () => {
  async function problemsOf(root: string, names: string[]): Promise<string[][]> {
    const { problems } = await loadSuites(root, names);
    return problems.map(({ file, error }) => [file, error.code, error.message, error.hint]);
  }

  test('is named with what there is', async () => {
    expect(await problemsOf(createThree(), ['digist', 'x-*'])).toEqual([
      [
        'digist',
        'SUITE_NOT_FOUND',
        'No suite matches "digist"; did you mean "digits"?',
        'There are: digits, encoder-a, encoder-b, shared.',
      ],
      [
        'x-*',
        'SUITE_NOT_FOUND',
        'No suite matches "x-*"',
        'There are: digits, encoder-a, encoder-b, shared.',
      ],
    ]);
  });

  test('is a project without suites', async () => {
    const root = createProject({ 'a.txt': '' });
    expect(await problemsOf(root, [])).toEqual([
      [
        'suites',
        'SUITES_NONE',
        `There are no suites in ${join(root, 'suites')}`,
        '`onnx-parity init MODEL` writes a first suite from a model.',
      ],
    ]);
  });

  test('is a folder without a suite file, or with two', async () => {
    const root = createProject({
      'suites/a/suite.yaml': SUITE,
      'suites/a/suite.ts': '',
      'suites/b/net.onnx': '',
      'suites/c/Suite.yaml': SUITE,
    });
    expect((await problemsOf(root, [])).map(([, code, message]) => [code, message])).toEqual([
      ['SUITE_FILE_AMBIGUOUS', 'suites/a: more than one suite file (suite.ts, suite.yaml)'],
      ['SUITE_FILE_MISSING', 'suites/b: no suite file'],
      ['SUITE_FILE_MISSING', 'suites/c: no suite file'],
    ]);
  });

  test('is a second one of the same name', async () => {
    const root = createProject({ 'suites/a/suite.yaml': SUITE, 'other/a/suite.yaml': SUITE });
    expect(
      (await problemsOf(root, ['a', 'other/a'])).map(([file, code, message]) => [file, code, message]),
    ).toEqual([
      [
        'other/a/suite.yaml',
        'SUITE_DUPLICATE',
        'Two suites are named "a": suites/a/suite.yaml and other/a/suite.yaml',
      ],
    ]);
  });
});
