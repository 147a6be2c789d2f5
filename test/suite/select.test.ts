import { describe, expect, test } from 'vitest';

import { select, targetFrom } from '../../src/suite/index.ts';
import type { Suite } from '../../src/suite/index.ts';
import { createCase, createModel, createSuite } from './builders.ts';

const DIGITS = createSuite({
  models: [createModel({ name: 'exported' }), createModel({ name: 'float16' })],
  cases: [
    createCase({ name: 'normal' }),
    createCase({ name: 'zeros' }),
    createCase({ name: 'ids', models: ['exported'] }),
  ],
});
const ENCODER = createSuite({ name: 'encoder', cases: [createCase({ name: 'short' })] });
const BACKEND = createSuite({
  name: 'node',
  file: null,
  models: [createModel({ name: 'test_a/model.onnx' }), createModel({ name: 'test_b/model.onnx' })],
  targets: [targetFrom('ort-node/cpu')],
  cases: [
    createCase({ name: 'test_a/test_data_set_0', models: ['test_a/model.onnx'] }),
    createCase({ name: 'test_b/test_data_set_0', models: ['test_b/model.onnx'] }),
  ],
});

/** `suite: models | cases | targets` of each selected suite. */
function outline(suites: readonly Suite[]): string[] {
  return suites.map(({ name, models, cases, targets }) => {
    const list = (items: readonly { name: string }[]): string => items.map((item) => item.name).join(' ');
    return `${name}: ${list(models)} | ${list(cases)} | ${list(targets)}`;
  });
}

describe('select', () => {
  test('keeps everything where nothing is asked for', () => {
    const { suites, unmatched } = select([DIGITS, ENCODER], { cases: [], targets: [] });
    expect(suites).toEqual([DIGITS, ENCODER]);
    expect(unmatched).toEqual([]);
  });

  test('narrows cases, models and targets, and drops suites with nothing left', () => {
    const { suites } = select([DIGITS, ENCODER], {
      cases: ['n*', 'ids'],
      models: ['float16'],
      targets: ['ort-web/*'],
    });
    expect(outline(suites)).toEqual(['digits: float16 | normal | ort-web/wasm']);
  });

  test('takes suite/case as a case', () => {
    expect(outline(select([DIGITS, ENCODER], { cases: ['encoder/short'] }).suites)).toEqual([
      'encoder: net | short | ort-node/cpu ort-web/wasm',
    ]);
  });

  test('takes a suite, a case, a model, or their paths in `only`', () => {
    const only = (...patterns: string[]): string[] =>
      outline(select([DIGITS, ENCODER, BACKEND], { only: patterns }).suites);
    expect(only('encoder')).toEqual(['encoder: net | short | ort-node/cpu ort-web/wasm']);
    expect(only('digits/zeros')).toEqual(['digits: exported float16 | zeros | ort-node/cpu ort-web/wasm']);
    expect(only('digits/float16/*')).toEqual(['digits: float16 | normal zeros | ort-node/cpu ort-web/wasm']);
    expect(only('test_b*')).toEqual(['node: test_b/model.onnx | test_b/test_data_set_0 | ort-node/cpu']);
  });

  test('drops models of which no case is left', () => {
    expect(outline(select([BACKEND], { cases: ['test_a/*'] }).suites)).toEqual([
      'node: test_a/model.onnx | test_a/test_data_set_0 | ort-node/cpu',
    ]);
  });

  test('gives a folder of backend cases the targets that are asked for', () => {
    const { suites, unmatched } = select([BACKEND], { targets: ['ort-web/wasm', 'ort-node/cpu@disabled'] });
    expect(suites[0]!.targets.map(({ name, options }) => [name, options])).toEqual([
      ['ort-web/wasm', {}],
      ['ort-node/cpu@disabled', { optimization: 'disabled' }],
    ]);
    expect(unmatched).toEqual([]);
  });

  test('names patterns that matched nothing, with what there is', () => {
    const { suites, unmatched } = select([DIGITS, ENCODER], {
      cases: ['nromal', 'short'],
      targets: ['ort-node/gpu'],
    });
    expect(suites).toEqual([]);
    expect(unmatched).toEqual([
      {
        kind: 'cases',
        pattern: 'nromal',
        selection: 'case "nromal"',
        available: 'Did you mean "normal"? There are: normal, zeros, ids, short.',
      },
      {
        kind: 'targets',
        pattern: 'ort-node/gpu',
        selection: 'target "ort-node/gpu"',
        available: 'Did you mean "ort-node/cpu"? There are: ort-node/cpu, ort-web/wasm.',
      },
    ]);
  });
});
