import { existsSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { loadSuites } from '../../src/suite/index.ts';
import { createProject } from './builders.ts';

describe('a folder in the ONNX backend layout', () => {
  test('is a suite without a suite file, searched recursively', async () => {
    const root = createProject({
      'cases/node/test_b/model.onnx': '',
      'cases/node/test_b/test_data_set_0/input_0.pb': '',
      'cases/test_a/model.onnx': '',
      'cases/test_a/test_data_set_10/input_0.pb': '',
      'cases/test_a/test_data_set_2/input_0.pb': '',
      'cases/zoo/net-7.onnx': '',
      'cases/zoo/test_data_set_0/input_0.pb': '',
      'cases/no_data/model.onnx': '',
    });
    symlinkSync(join(root, 'cases'), join(root, 'cases/loop'));
    const { suites, problems } = await loadSuites(root, ['cases']);
    expect(problems).toEqual([]);
    const suite = suites[0]!;
    expect([suite.name, suite.file, suite.goldens]).toEqual(['cases', null, join(root, 'goldens/cases')]);
    expect(suite.cases).toMatchObject([
      {
        name: 'test_b/test_data_set_0',
        models: ['node/test_b/model.onnx'],
        dataSet: join(root, 'cases/node/test_b/test_data_set_0'),
        reference: { kind: 'data-set' },
      },
      { name: 'test_a/test_data_set_2', models: ['test_a/model.onnx'] },
      { name: 'test_a/test_data_set_10', models: ['test_a/model.onnx'] },
      { name: 'zoo/test_data_set_0', models: ['zoo/net-7.onnx'] },
    ]);
    expect(suite.models[0]).toMatchObject({
      name: 'node/test_b/model.onnx',
      path: join(root, 'cases/node/test_b/model.onnx'),
    });
  });

  test('names cases by their whole path where the short names are equal', async () => {
    const root = createProject({
      'a/test_x/model.onnx': '',
      'a/test_x/test_data_set_0/input_0.pb': '',
      'b/test_x/model.onnx': '',
      'b/test_x/test_data_set_0/input_0.pb': '',
    });
    const { suites } = await loadSuites(root, ['.']);
    expect(suites[0]!.cases.map(({ name }) => name)).toEqual([
      'a/test_x/test_data_set_0',
      'b/test_x/test_data_set_0',
    ]);
  });

  test('may be a single case', async () => {
    const root = createProject({ 'model.onnx': '', 'test_data_set_0/input_0.pb': '' });
    const { suites } = await loadSuites('/', [root]);
    expect(suites[0]!.models.map(({ name }) => name)).toEqual(['model.onnx']);
    expect(suites[0]!.cases.map(({ name }) => name)).toEqual([`${basename(root)}/test_data_set_0`]);
  });

  test('loads a thousand cases well under a second', async () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 1000; i++) {
      files[`test_${i}/model.onnx`] = '';
      files[`test_${i}/test_data_set_0/input_0.pb`] = '';
    }
    const root = createProject(files);
    const start = performance.now();
    const { suites } = await loadSuites(root, ['.']);
    expect(suites[0]!.cases).toHaveLength(1000);
    expect(performance.now() - start).toBeLessThan(1000);
    expect(existsSync(suites[0]!.cases[0]!.dataSet!)).toBe(true);
  });
});
