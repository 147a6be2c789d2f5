import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, ROOT, temporaryFolder } from './cli.ts';

const ENCODER = join(ROOT, 'suites/encoder-pytorch/encoder.onnx');

test('inspect --fusions lists what each optimisation level makes of the nodes', async () => {
  const end = await cli(['inspect', ENCODER, '--fusions', '--json'], { cwd: temporaryFolder() });
  expect(end.exitCode).toBe(0);
  const { fusions } = JSON.parse(end.stdout) as {
    fusions: { target: string; levels: { level: string; nodes: number; fused: { op: string }[] }[] }[];
  };
  expect(fusions.map(({ target }) => target)).toEqual(['ort-node/cpu']);
  const levels = fusions[0]?.levels ?? [];
  expect(levels.map(({ level }) => level)).toEqual(['disabled', 'basic', 'extended', 'layout', 'all']);
  expect(levels[0]?.fused).toEqual([]);
  expect(levels[2]?.fused).toContainEqual({
    op: 'com.microsoft.BiasGelu',
    from: ['Add', 'Div', 'Erf', 'Add', 'Mul', 'Mul'],
    count: 2,
  });
  expect(levels[2]!.nodes).toBeLessThan(levels[0]!.nodes);
});

test('inspect --fusions says why a level has none: a model that hangs, a runtime that writes no graph', async () => {
  const cwd = temporaryFolder();
  const tower = join(ROOT, 'test/fixtures/hostile/function-tower.onnx');
  const hung = await cli(['inspect', tower, '--fusions', '--timeout', '1'], { cwd });
  expect(hung.exitCode).toBe(0);
  expect(hung.stdout).toContain('DEADLINE_EXCEEDED ort-node/cpu was still loading the model after 1 s');
  expect(await cli(['inspect', ENCODER, '--fusions', '--target', 'ort-web/wasm'], { cwd })).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr:
      'error --fusions: ort-web/wasm writes no optimised model; ort-node/cpu does.\n' +
      'hint  See `onnx-parity inspect --help`.\ncode  USAGE\n',
  });
});
